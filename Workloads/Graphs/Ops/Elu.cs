using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>γ · x; below 0 γ · α · (eˣ − 1) (arXiv 1511.07289; with γ arXiv 1706.02515).</summary>
/// <param name="Alpha">−γ · α is what it falls to.</param>
/// <param name="Gamma">Slope above 0.</param>
public sealed record Elu(double Alpha = 1, double Gamma = 1) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "elu";

    /// <inheritdoc/>
    public override double Of(double x) => Gamma * (x < 0 ? Alpha * LessOne(x) : x);

    /// <inheritdoc/>
    public override double Slope(double x) => Gamma * (x < 0 ? Alpha * Elementary.Exp(x) : 1);

    internal override ImmutableArray<FunctionOperator> Operators =>
    [
        new("Elu", 1, a => new Elu(a[0]), ("alpha", 1f)) { Consumes = true },
        new(
            "Selu", 1, a => new Elu(a[0], a[1]), ("alpha", 1.67326319217681884765625f),
            ("gamma", 1.05070102214813232421875f)) { Consumes = true },
    ];

    // eˣ − 1, by its series where the difference would cancel.
    internal static double LessOne(double x) =>
        Math.Abs(x) > 1e-3 ? Elementary.Exp(x) - 1 : x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4))))));
}
