using System.Collections.Immutable;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>The registry of what two studies are compared by.</summary>
internal static class RunFigures
{
    /// <summary>Whether the method runs on the profile.</summary>
    public static readonly Figure Runs = new("Runnable", Measure.Truth, r => r.NotRunnable is null)
    {
        Meaning = "Whether the method can run on the profile; the findings say why not.",
        Check = ("runs", "1 when the method runs on the profile, else 0"),
    };

    /// <summary>All of them, in the order in which they are listed.</summary>
    public static readonly ImmutableArray<Figure> Compared =
    [
        .. AccuracyFigures.Compared, .. MemoryFigures.Compared, Runs, .. CostFigures.Compared, .. NumericsFigures.Compared,
    ];

    /// <summary>Every figure that is declared, for explanations.</summary>
    public static readonly ImmutableArray<Figure> All =
    [
        .. Compared, AccuracyFigures.Confidence,
        MemoryFigures.Total, MemoryFigures.Paper, MemoryFigures.PeakOperation,
        CostFigures.Compute, CostFigures.Waiting, CostFigures.Scratchpad,
        NumericsFigures.Tied, NumericsFigures.Accumulations, NumericsFigures.Overflowed, NumericsFigures.Clipped,
        SetupFigures.Cycles, SetupFigures.Energy, SetupFigures.Arena,
    ];
}
