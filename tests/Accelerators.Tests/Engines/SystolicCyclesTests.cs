using NpuSim.Accelerators.Engines;

namespace NpuSim.Accelerators.Tests.Engines;

public sealed class SystolicCyclesTests
{
    [Test]
    public void Serial_folds_take_the_cycles_of_SCALE_Sim_in_every_row()
    {
        string[] lines = File.ReadAllLines(GoldenFolder.Find("timing/scalesim-v3.csv"));
        string[] header = lines[0].Split(',');
        int checkedRows = 0;
        Assert.Multiple(() =>
        {
            foreach (string[] cells in lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')))
            {
                Dictionary<string, string> row = header.Zip(cells).ToDictionary(p => p.First, p => p.Second);
                Dataflow dataflow = row["dataflow"] switch
                {
                    "ws" => Dataflow.WeightStationary,
                    "is" => Dataflow.InputStationary,
                    _ => Dataflow.OutputStationary,
                };
                SystolicArray array = new(int.Parse(row["rows"]), int.Parse(row["cols"]), dataflow, Pipelined: false);
                Gemm gemm = Gemm.Plain(long.Parse(row["M"]), long.Parse(row["N"]), long.Parse(row["K"]));
                Assert.That(SystolicCycles.Folds(array, gemm), Is.EqualTo(long.Parse(row["folds"])), string.Join(',', cells));
                Assert.That(SystolicCycles.Of(array, gemm) - 1, Is.EqualTo(double.Parse(row["compute_cycles"])),
                    string.Join(',', cells));
                checkedRows++;
            }
        });
        Assert.That(checkedRows, Is.EqualTo(155));
    }

    // one fold: load, skew, drain and stream as in serial mode
    [TestCase(Dataflow.WeightStationary, 16, 16, 16, 32 + 32 + 32 + 16 - 2)]
    [TestCase(Dataflow.WeightStationary, 100, 64, 64, (3 * 100) + 32 + 32 + 32 + 100 - 2)] // four folds, each hides the next load
    [TestCase(Dataflow.WeightStationary, 1, 64, 64, (3 * 32) + 32 + 32 + 32 + 1 - 2)] // one row: loading sets the pace
    [TestCase(Dataflow.InputStationary, 64, 100, 64, (3 * 100) + 32 + 32 + 32 + 100 - 2)]
    [TestCase(Dataflow.OutputStationary, 64, 64, 100, (3 * 100) + 32 + 32 + 100 - 2)]
    public void Pipelined_folds_cost_the_longer_of_streaming_and_loading(Dataflow dataflow, int m, int n, int k, int cycles) =>
        Assert.That(SystolicCycles.Of(new SystolicArray(32, 32, dataflow), Gemm.Plain(m, n, k)), Is.EqualTo(cycles));

    [Test]
    public void Half_the_rate_streams_twice_as_long() =>
        Assert.That(
            SystolicCycles.Of(new SystolicArray(8, 8, Dataflow.WeightStationary, Pipelined: false), Gemm.Plain(100, 8, 8),
                rate: 0.5),
            Is.EqualTo(8 + 200 + 8 + 8 - 2));
}
