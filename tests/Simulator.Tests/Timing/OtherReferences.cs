using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Cycles of estimators and of silicon beside ours.</summary>
internal static class OtherReferences
{
    /// <summary>Folds one after another; SCALE-Sim reports the index of the last cycle.</summary>
    public static Reference ScaleSim => new("SCALE-Sim v3, three dataflows", "estimator",
        [.. GoldenFolder.Rows("timing/scalesim-v3.csv").Select(r =>
        {
            Dataflow dataflow = r["dataflow"] switch
            {
                "ws" => Dataflow.WeightStationary,
                "is" => Dataflow.InputStationary,
                _ => Dataflow.OutputStationary,
            };
            SystolicArray array = new(int.Parse(r["rows"]), int.Parse(r["cols"]), dataflow, Pipelined: false);
            Gemm gemm = Gemm.Plain(long.Parse(r["M"]), long.Parse(r["N"]), long.Parse(r["K"]));
            return new ReferenceRow(string.Join(',', r.Values), SystolicCycles.Of(array, gemm),
                double.Parse(r["compute_cycles"]) + 1);
        })]);

    public static Reference EthosU55 => Vela("Vela 3.10, Ethos-U55-32 to -256, three networks", "ethos-u55");

    public static Reference EthosU65 => Vela("Vela 3.10, Ethos-U65, three networks", "ethos-u65");

    public static Reference Microcontrollers => new(
        "MLPerf Tiny v1.2, Cortex-M4, M7 and M33 by X-CUBE-AI 9.0, M0+ by HALE", "silicon",
        [.. from profile in Measured
            from task in new[] { "ad", "kws", "ic", "vww" }
            select new ReferenceRow($"{profile} {task}", MeasuredMicrocontrollerTests.Ours(profile, task),
                MeasuredMicrocontrollerTests.Measured(profile, task), IsFitted: true)])
    {
        Profiles = Measured,
    };

    private static ImmutableArray<string> Measured { get; } = ["cortex-m4", "cortex-m7", "cortex-m33", "cortex-m0plus"];

    private static Reference Vela(string name, string accelerator) => new(name, "estimator",
        [.. GoldenFolder.Rows("timing/vela-3.10.csv")
            .Where(r => r["accel"].StartsWith(accelerator, StringComparison.Ordinal)).Select(r =>
            new ReferenceRow(string.Join(',', r.Values), EthosEstimateTests.Cost(r).ComputeCycles,
                double.Parse(r["npu_cycles"])))]);
}
