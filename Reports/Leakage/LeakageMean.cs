using System.Collections.Immutable;
using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Reports.Leakage;

/// <summary>Attacks that differ in their images alone: means over those that ran.</summary>
/// <param name="Attacks">The attacks, at least one.</param>
public sealed record LeakageMean(ImmutableArray<LeakageResult> Attacks)
{
    /// <summary>Mean squared error below which images count as leaked: 20 dB.</summary>
    public const double Leaked = 0.01;

    /// <summary>Structural similarity above which images count as recognisable.</summary>
    public const double Recognisable = 0.5;

    private readonly ImmutableArray<LeakageOutcome> outcomes = [.. Attacks.Select(a => a.Outcome).OfType<LeakageOutcome>()];

    /// <summary>What all of them are.</summary>
    public LeakageCase Case => Attacks[0].Case;

    /// <summary>Attacks that ran.</summary>
    public int Count => outcomes.Length;

    /// <summary>Why there is nothing; null where there is.</summary>
    public string? Fault => Attacks.FirstOrDefault(a => a.Refusal is not null)?.Refusal;

    /// <summary>Mean of a figure; null where an attack has none.</summary>
    public double? Mean(Func<LeakageOutcome, double?> of)
    {
        double?[] values = [.. outcomes.Select(of)];
        return values.Length > 0 && values.All(v => v is not null) ? values.Average() : null;
    }

    /// <summary>Share of the attacks of which something holds; null where they searched for no images.</summary>
    public double? Share(Func<LeakageOutcome, bool> holds) =>
        outcomes.All(o => o.Mse is not null) && Count > 0 ? outcomes.Average(o => holds(o) ? 1.0 : 0) : null;

    /// <summary>The attacks by what they are but for their images, in their order.</summary>
    public static ImmutableArray<LeakageMean> Of(LeakageResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return [.. results.Attacks.GroupBy(a => a.Case with { Sample = 0 }).Select(g => new LeakageMean([.. g]))];
    }
}
