using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Everything that cycles are held against, in the order of the table in docs/timing.md.</summary>
internal static class References
{
    public static IReadOnlyList<Reference> All { get; } =
    [
        Of(RtlArrays.GemmTop, "gemm-int8-ws-"), Of(RtlArrays.AxisSa, "axis-sa-"),
        Of(RtlArrays.TinyTpuLong, "tinytpu-", IsLong), Of(RtlArrays.TinyTpuLongSums, "tinytpu-", IsLong),
        Of(RtlArrays.TinyTpu8Bit, "tinytpu-", n => !IsLong(n)), Of(RtlArrays.TinyTpuSums, "tinytpu-", n => !IsLong(n)),
        new("Gemmini 16×16, LOOP_WS, cold operands, rows fitted on", "RTL", [.. GemminiRtl.Rows.Where(r => r.IsFitted)]),
        Of(new("Gemmini 16×16, LOOP_WS, cold operands, all other rows", "RTL", [.. GemminiRtl.Rows.Where(r => !r.IsFitted)]),
            "gemmini-16x16-rtl"),
        PublishedReferences.RedMule, OtherReferences.ScaleSim, Of(OtherReferences.EthosU55, "ethos-u55-"),
        Of(OtherReferences.EthosU65, "ethos-u65-"), PublishedReferences.EthosU55, OtherReferences.Microcontrollers,
        PublishedReferences.CortexM55, PublishedReferences.Esp32S3, PublishedReferences.PulpTraining, PublishedReferences.K210,
        PublishedReferences.EdgeTpu, PublishedReferences.AiEngine,
    ];

    private static Reference Of(Reference reference, string prefix, Func<string, bool>? also = null) => reference with
    {
        Profiles = [.. ShippedProfiles.Names
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && also?.Invoke(n) != false)],
    };

    private static bool IsLong(string profile) => profile.EndsWith("-long", StringComparison.Ordinal);
}
