using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace NpuSim.Simulator.Execution;

/// <summary>What fixed-point arithmetic did during training, summed over the seeds.</summary>
/// <param name="Epsilon">Perturbation per trained tensor in steps of its weight scale.</param>
/// <param name="RoundedAwayShare">Share of the non-zero weight updates that rounded to nothing, 0..1.</param>
/// <param name="TiedLossShare">Share of the directions whose two losses were equal, so that nothing was learnt from them,
/// 0..1.</param>
/// <param name="Layers">Overflow per layer.</param>
public sealed record NumericsResult(
    ImmutableArray<EpsilonSteps> Epsilon, double RoundedAwayShare, double TiedLossShare, ImmutableArray<LayerOverflow> Layers)
{
    /// <summary>
    /// Accumulations beside training whose partial sum left the accumulator: while samples were prepared and accuracy was
    /// measured; null where that is not known, as of a run that was gone on with.
    /// </summary>
    public long? OverflowedBeside { get; init; }

    /// <summary>
    /// True where no partial sum ever left the accumulator. Then every accumulator of at least as many bits that adds in the same
    /// order gives the same run: each of its sums is the exact one too.
    /// </summary>
    [JsonIgnore]
    public bool NothingOverflowed => OverflowedBeside == 0 && Layers.All(l => l.Overflowed == 0);

    /// <summary>Several runs of one method in one: counts add up, shares are averaged; null where the runs were in floating
    /// point.</summary>
    public static NumericsResult? Over(ImmutableArray<NumericsResult?> runs) => runs[0] is not { } first ? null : first with
    {
        OverflowedBeside = runs.Any(r => r!.OverflowedBeside is null) ? null : runs.Sum(r => r!.OverflowedBeside),
        RoundedAwayShare = runs.Average(r => r!.RoundedAwayShare),
        TiedLossShare = runs.Average(r => r!.TiedLossShare),
        Layers = [.. first.Layers.Select((layer, i) => layer with
        {
            Accumulations = runs.Sum(r => r!.Layers[i].Accumulations),
            Overflowed = runs.Sum(r => r!.Layers[i].Overflowed),
            Clipped = runs.Sum(r => r!.Layers[i].Clipped),
        })],
    };
}
