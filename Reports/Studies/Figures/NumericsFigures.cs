using System.Collections.Immutable;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>Figures of what fixed-point arithmetic did to the numbers of a training.</summary>
internal static class NumericsFigures
{
    private static readonly RunPart<NumericsResult> Part = new(r => r.Numerics, "docs/numerics.md");

    /// <summary>Updates that changed nothing.</summary>
    public static readonly Figure<NumericsResult> RoundedAway = Part.Number(
        "roundedAwayFraction", "Updates rounded away", Measure.Fraction,
        n => n.RoundedAwayShare, (n, v) => n with { RoundedAwayShare = v }) with
    {
        Meaning = "Share of the non-zero weight updates that rounded to nothing.",
        Check = ("rounded-away", "share of the weight updates that rounded to nothing, in points"),
    };

    /// <summary>Directions that taught nothing.</summary>
    public static readonly Figure<NumericsResult> Tied = Part.Number(
        "tiedLossFraction", "Directions with tied losses", Measure.Fraction,
        n => n.TiedLossShare, (n, v) => n with { TiedLossShare = v }) with
    {
        Meaning = "Share of the directions whose two losses were equal, so that nothing was learnt from them.",
    };

    /// <summary>Tensors that are never perturbed, of those that are to be.</summary>
    public static readonly Column<RunResult> Unperturbed = new(
        "ε = 0", r => r.Numerics is { Epsilon.Length: > 0 } n ? n.UnperturbedTensors() : null, "tensors", "F0",
        r => $"{r.Numerics!.UnperturbedTensors()} of {r.Numerics!.Epsilon.Length}",
        "Trained tensors whose perturbation rounds to zero steps of their scale: they are never perturbed.");

    /// <summary>Share of the accumulations that overflowed.</summary>
    public static readonly Figure OverflowShare = Part.Derived("Overflowed", Measure.Share, n => n.OverflowShare()) with
    {
        Text = r => Quantity.Share(r.Numerics!.OverflowShare())[..^2],
        Meaning = "Share of the accumulated outputs whose partial sum left the accumulator.",
        Formula = "accumulations overflowed / accumulations",
        Docs = "docs/numerics.md#accumulation",
        Check = ("overflowed", "share of the accumulations that overflowed, in points"),
    };

    /// <summary>Outputs that were accumulated.</summary>
    public static readonly Figure Accumulations = Part.Derived("Accumulations", Measure.Count, n => n.Accumulations()) with
    {
        Meaning = "Outputs of matrix products and convolutions that were summed in an accumulator.",
    };

    /// <summary>Those that overflowed.</summary>
    public static readonly Figure Overflowed = Part.Derived("Accumulations overflowed", Measure.Count, n => n.Overflowed()) with
    {
        Meaning = "Those of which a partial sum left the accumulator.",
        Docs = "docs/numerics.md#accumulation",
    };

    /// <summary>Those that were clipped.</summary>
    public static readonly Figure Clipped = Part.Derived("Outputs clipped", Measure.Count, n => n.Layers.Sum(l => l.Clipped)) with
    {
        Meaning = "Outputs clipped to the output format.",
    };

    /// <summary>All of them as results.json holds them.</summary>
    public static readonly JsonRecord<NumericsResult> Json = new(
        new([], 0, 0, []),
        RoundedAway.Member, Tied.Member,
        JsonMember<NumericsResult>.Each("epsilon", Epsilon(), n => n.Epsilon, (n, v) => n with { Epsilon = v }),
        JsonMember<NumericsResult>.Each("layers", Layer(), n => n.Layers, (n, v) => n with { Layers = v }));

    /// <summary>All that CSV holds.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Csv =
    [
        new("Trained tensors", r => r.Numerics?.Epsilon.Length),
        new("Tensors with epsilon 0", r => r.Numerics?.UnperturbedTensors()),
        RoundedAway.Column, Tied.Column, Accumulations.Column, Overflowed.Column, Clipped.Column,
    ];

    /// <summary>The table of a report.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Table =
    [
        Unperturbed, RoundedAway.Column with { Header = "Rounded away" },
        Tied.Column with
        {
            Header = "Tied losses",
            Value = r => r.Numerics is { Epsilon.Length: > 0 } ? Tied.Column.Value(r) : null,
        },
        Prefixed("Accumulations", Accumulations), Prefixed("Overflowed", Overflowed), Prefixed("Clipped", Clipped),
    ];

    /// <summary>Those that are compared.</summary>
    public static readonly ImmutableArray<Figure> Compared = [RoundedAway, OverflowShare];

    private static Column<RunResult> Prefixed(string header, Figure figure) =>
        figure.Column with { Header = header, Format = Column<RunResult>.PrefixOnly };

    private static JsonRecord<EpsilonSteps> Epsilon() => new(
        new("", 0, 0),
        JsonMember<EpsilonSteps>.Text("tensor", e => e.Tensor, (e, v) => e with { Tensor = v }),
        JsonMember<EpsilonSteps>.Number("weightStepValue", e => e.Scale, (e, v) => e with { Scale = v }) with
        {
            Description = "The scale of the weights: the value of one step.",
        },
        JsonMember<EpsilonSteps>.Integer("epsilonSteps", e => e.Steps, (e, v) => e with { Steps = v }) with
        {
            Description = "The perturbation in steps; 0: the tensor is never perturbed.",
        });

    private static JsonRecord<LayerOverflow> Layer() => new(
        new("", 0, 0, 0),
        JsonMember<LayerOverflow>.Text("layer", l => l.Layer, (l, v) => l with { Layer = v }),
        JsonMember<LayerOverflow>.Count("accumulations", l => l.Accumulations, (l, v) => l with { Accumulations = v }),
        JsonMember<LayerOverflow>.Count("overflowed", l => l.Overflowed, (l, v) => l with { Overflowed = v }) with
        {
            Description = "Outputs whose partial sum left the accumulator.",
        },
        JsonMember<LayerOverflow>.Count("clipped", l => l.Clipped, (l, v) => l with { Clipped = v }) with
        {
            Description = "Outputs clipped to the output format.",
        });
}
