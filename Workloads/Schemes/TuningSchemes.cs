using System.Collections.Immutable;

namespace NpuSim.Workloads.Schemes;

/// <summary>The registry of tuning schemes.</summary>
public static class TuningSchemes
{
    /// <summary>All families, in the order in which they are listed.</summary>
    public static ImmutableArray<SchemeFamily> All { get; } =
    [
        SchemeFamily.Of(TuningScheme.Full, "Where all parameters train"),
        SchemeFamily.Of(TuningScheme.LastLayer, "Where only the last linear layer trains"),
        LinearHead.Family,
        ParameterKinds.BiasFamily,
        ParameterKinds.NormFamily,
        LiteResidual.Family,
        LowRank.Family,
        VisualPrompts.Family,
        SparseLayers.Family,
    ];
}
