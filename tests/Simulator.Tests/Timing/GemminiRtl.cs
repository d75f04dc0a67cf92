using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>
/// Cold products on Gemmini. Three constants of the profile – fixed cost, cycles of a request beside the memory's latency, cycles
/// of a row of results – were fitted on the rows named here; all others test them.
/// </summary>
internal static class GemminiRtl
{
    private static readonly (string M, string K, string N)[] Fitted =
    [
        ("16", "16", "16"), ("32", "32", "32"), ("64", "64", "64"), ("128", "64", "64"), ("4096", "64", "64"),
            ("1024", "256", "64"),
        ("1024", "16", "16"), ("1024", "144", "16"), ("8", "256", "256"),
    ];

    public static IReadOnlyList<ReferenceRow> Rows => [.. GoldenFolder.Rows("rtl/gemmini-ws.csv").Select(r => new ReferenceRow(
        string.Join(',', r.Values), RtlArrays.Cycles(Profile(r), r, OperandPlace.OffChip), double.Parse(r["cycles"]),
        Fitted.Contains((r["M"], r["K"], r["N"]))))];

    /// <summary>The shipped profile with the memory of a row: cycles to the first byte, bytes per cycle.</summary>
    public static HardwareProfile Profile(IReadOnlyDictionary<string, string> row)
    {
        HardwareProfile profile = ShippedProfiles.Find("gemmini-16x16-rtl");
        Accelerators.Profiles.Memory dram = profile.Memory.Dram! with
        {
            LatencyCycles = int.Parse(row["lat"]),
            BytesPerSecond = double.Parse(row["bw"]) * profile.ClockHz,
        };
        return profile with { Memory = profile.Memory with { Dram = dram } };
    }
}
