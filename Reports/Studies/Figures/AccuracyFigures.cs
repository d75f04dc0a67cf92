using System.Collections.Immutable;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>Figures of what a training reached.</summary>
internal static class AccuracyFigures
{
    private static readonly RunPart<AccuracyResult> Part = new(r => r.Accuracy, "docs/workloads.md");

    /// <summary>Before any training.</summary>
    public static readonly Figure ZeroShot = Part.Derived("Zero-shot", Measure.Fraction, a => a.ZeroShotMean()) with
    {
        Meaning = "Accuracy on the target domain before any training, in this method's arithmetic; mean over the seeds.",
        Check = ("zero-shot", "accuracy before training, in points"),
    };

    /// <summary>After the last step.</summary>
    public static readonly Figure Final = Part.Derived("Accuracy", Measure.Fraction, a => a.Mean) with
    {
        Text = r => r.Accuracy!.AccuracyPercent(),
        Meaning = "Accuracy after the last step: mean ± sample standard deviation over the seeds; of few-shot tasks ± 95 % "
            + "confidence interval over the episodes.",
        Check = ("accuracy", "final accuracy, mean over the seeds, in points"),
    };

    /// <summary>Standard deviation over the seeds.</summary>
    public static readonly Figure Spread = Part.Derived("Accuracy spread", Measure.Fraction, a => a.Spread) with
    {
        Meaning = "Sample standard deviation of the final accuracy over the seeds.",
        Formula = "√(Σ (aᵢ − mean)² / (seeds − 1))",
        Check = ("spread", "standard deviation of the accuracy over the seeds, in points"),
    };

    /// <summary>Confidence interval over the episodes.</summary>
    public static readonly Figure Confidence = Part.Derived("Confidence", Measure.Fraction, a => a.Confidence) with
    {
        Meaning = "95 % confidence interval of the final accuracy over few-shot episodes, to either side.",
        Formula = "1.96 · s / √episodes",
    };

    /// <summary>For people, who read in the accuracy's place why there is none.</summary>
    public static readonly Column<RunResult> FinalOrFault = Final.Column with
    {
        Value = r => Final.Column.Value(r) ?? r.FaultText(),
        Text = r => string.Join(", ", new[] { r.Accuracy?.AccuracyPercent(), r.FaultText() }.OfType<string>()),
    };

    /// <summary>All that CSV holds.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Csv =
    [
        ZeroShot.Column, Final.Column, Spread.Column, Confidence.Column, new("Seeds", r => r.Accuracy?.Final.Length),
    ];

    /// <summary>Those that are compared.</summary>
    public static readonly ImmutableArray<Figure> Compared = [Final, ZeroShot, Spread];
}
