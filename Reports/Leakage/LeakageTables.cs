using System.Collections.Immutable;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Leakage;
using NpuSim.Yaml;

namespace NpuSim.Reports.Leakage;

/// <summary>The tables of a study of leakage.</summary>
public static class LeakageTables
{
    /// <summary>A row for each message, defence and attack: means over the images.</summary>
    /// <param name="results">What the study found: columns in which nothing stands are left out.</param>
    public static Table<LeakageMean> Means(LeakageResults results) => new Table<LeakageMean>("Means over the images",
        new("Weights", m => YamlWords.Of(m.Case.Weights)),
        new("Batch", m => m.Case.Batch, Format: "F0"),
        new("Message", m => m.Case.Message),
        new("Defence", m => m.Case.Defence),
        new("Attack", m => YamlWords.Of(m.Case.Attack)),
        new("Bytes", m => m.Mean(o => o.Bytes), "B", "bytes", Meaning: "Of the message."),
        new("Attacks", m => m.Count, Format: "F0"),
        new("MSE", m => m.Mean(o => o.Mse), Format: "F4", Meaning: "Mean squared error of pixels in 0..1."),
        new("PSNR", m => m.Mean(o => o.Mse is > 0 and var mse ? ImageScores.Psnr(mse) : null), "dB", "F1",
            Meaning: "−10 · log₁₀ MSE."),
        new("SSIM", m => m.Mean(o => o.Ssim), Format: "F2", Meaning: "Structural similarity; 1 for equal pictures."),
        new("Leaked", m => 100 * m.Share(o => o.Mse < LeakageMean.Leaked), "%", "F0",
            Meaning: "Attacks with an MSE below 0.01, which is 20 dB."),
        new("Recognisable", m => 100 * m.Share(o => o.Ssim > LeakageMean.Recognisable), "%", "F0",
            Meaning: "Attacks with an SSIM above 0.5."),
        new("Labels right", m => 100 * m.Mean(o => o.LabelsRight), "%", "F0", Meaning: "None where the attacker is given them."),
        new("Feature error", m => m.Mean(o => o.FeatureError), Format: "0.0E+00",
            Meaning: "Largest error of what the last layer reads, relative to its largest magnitude."),
        new("Distance", m => m.Mean(o => o.Distance), Format: "0.0E+00", Meaning: "What the search made small."),
        new("Outcome", m => m.Fault)).For(LeakageMean.Of(results));

    /// <summary>A row for each attack: every figure.</summary>
    public static readonly Table<LeakageResult> Attacks = new("Every attack",
        new("Weights", r => YamlWords.Of(r.Case.Weights)),
        new("Batch", r => r.Case.Batch, Format: "F0"),
        new("Message", r => r.Case.Message),
        new("Defence", r => r.Case.Defence),
        new("Attack", r => YamlWords.Of(r.Case.Attack)),
        new("Sample", r => r.Case.Sample, Format: "F0"),
        new("Bytes", r => r.Outcome?.Bytes, "B", "bytes"),
        new("MSE", r => r.Outcome?.Mse, Format: "F4"),
        new("SSIM", r => r.Outcome?.Ssim, Format: "F2"),
        new("Labels right", r => 100 * r.Outcome?.LabelsRight, "%", "F0"),
        new("Feature error", r => r.Outcome?.FeatureError, Format: "0.0E+00"),
        new("Distance", r => r.Outcome?.Distance, Format: "0.0E+00"),
        new("Steps", r => r.Outcome?.Iterations, Format: "F0"),
        new("Outcome", r => r.Refusal));

    /// <summary>A row for each audit.</summary>
    public static readonly Table<(string Method, AuditPoint? Point, string? Fault)> Audits = new("Membership by the loss",
        new("Method", a => a.Method),
        new("Step", a => a.Point?.Step, Format: "F0"),
        new("Members right", a => 100 * a.Point?.MemberAccuracy, "%", "F1", Meaning: "Accuracy on samples that were trained on."),
        new("Others right", a => 100 * a.Point?.OtherAccuracy, "%", "F1", Meaning: "On as many that were not."),
        new("Members' loss", a => a.Point?.MemberLoss, Format: "F4",
            Meaning: "The threshold: whoever has no more is taken for one."),
        new("Others' loss", a => a.Point?.OtherLoss, Format: "F4"),
        new("True positives", a => 100 * a.Point?.TruePositives, "%", "F1"),
        new("False positives", a => 100 * a.Point?.FalsePositives, "%", "F1"),
        new("Advantage", a => 100 * a.Point?.Advantage, "%", "F1", Meaning: "True less false positives; 0 by guessing."),
        new("AUC", a => a.Point?.Auc, Format: "F3",
            Meaning: "Chance that of a member and another the member has the smaller loss; 0.5 by guessing."),
        new("At 1 %", a => 100 * a.Point?.TruePositivesAtOnePercent, "%", "F1",
            Meaning: "True positives where at most 1 % are false ones; 1 by guessing."),
        new("Outcome", a => a.Fault));

    /// <summary>The rows of <see cref="Audits"/>.</summary>
    public static ImmutableArray<(string Method, AuditPoint? Point, string? Fault)> Points(LeakageResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return
        [
            .. results.Audits.SelectMany(a => a.Outcome is { Points.IsEmpty: false } outcome
                ? outcome.Points.Select(p => (a.Method, (AuditPoint?)p, outcome.Divergence))
                : [(a.Method, null, a.Refusal ?? a.Outcome?.Divergence)]),
        ];
    }
}
