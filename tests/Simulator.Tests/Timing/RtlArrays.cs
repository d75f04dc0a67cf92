using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Cycles of shipped profiles beside those of the RTL that they describe.</summary>
internal static class RtlArrays
{
    public static Reference GemmTop => new("gemm_top, weight-stationary 4×4 to 16×16", "RTL",
        [.. GoldenFolder.Rows("rtl/gemm-int8-ws.csv").Select(r => Row(r, "cycles", Resident(
            $"gemm-int8-ws-{r["array"]}x{r["array"]}" + (r["weight_beats_per_cycle"] == "0.25" ? "-slow" : ""), r)))]);

    public static Reference AxisSa => new("axis_sa, output-stationary 4×4 to 16×16", "RTL",
        [.. GoldenFolder.Rows("rtl/axis-sa-os.csv")
            .Select(r => Row(r, "cycles", Resident($"axis-sa-{r["rows"]}x{r["columns"]}", r)))]);

    public static Reference TinyTpuLong => TinyTpu("long", "cycles_int8", "int8 results");

    public static Reference TinyTpuLongSums => TinyTpu("long", "cycles_accumulator", "sums");

    public static Reference TinyTpu8Bit => TinyTpu("ws", "cycles_int8", "int8 results");

    public static Reference TinyTpuSums => TinyTpu("ws", "cycles_accumulator", "sums");

    /// <summary>Cycles of one product.</summary>
    public static double Cycles(HardwareProfile profile, IReadOnlyDictionary<string, string> row, OperandPlace operands)
    {
        Plan plan = GemmPlan.Create(int.Parse(row["M"]), int.Parse(row["N"]), int.Parse(row["K"]));
        return CostModel.Price(Step.Of(plan, profile.Memory.AlignmentBytes), profile, operands).Cycles;
    }

    private static double Resident(string profile, IReadOnlyDictionary<string, string> row) =>
        Cycles(ShippedProfiles.Find(profile), row, OperandPlace.Resident);

    private static Reference TinyTpu(string schedule, string column, string end) => new(
        $"tinyTPU, weight-stationary 6×6 to 14×14, `{schedule}`, {end}", "RTL",
        [.. GoldenFolder.Rows("rtl/tinytpu.csv").Where(r => r["schedule"] == schedule).Select(r =>
        {
            HardwareProfile profile = ShippedProfiles.Find($"tinytpu-{r["array"]}x{r["array"]}"
                + (schedule == "long" ? "-long" : ""));
            SystolicArray array = (SystolicArray)profile.Engine;
            if (end == "sums")
                profile = profile with { Engine =
                    array with { Overheads = array.Overheads! with { DrainCycles = 0, DrainCyclesPerRow = 0 } } };
            return Row(r, column, Cycles(profile, r, OperandPlace.Resident));
        })]);

    private static ReferenceRow Row(IReadOnlyDictionary<string, string> row, string column, double ours) =>
        new(string.Join(',', row.Values), ours, double.Parse(row[column]));
}
