using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>α · x + β, held within 0..1.</summary>
/// <param name="Alpha">Slope between the ends.</param>
/// <param name="Beta">Value at 0.</param>
public sealed record HardSigmoid(double Alpha, double Beta) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "hardsigmoid";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => Clip.Held((Alpha * x) + Beta, 0, 1);

    /// <inheritdoc/>
    public override double Slope(double x) => Alpha * x + Beta is > 0 and < 1 ? Alpha : 0;

    internal override ImmutableArray<FunctionOperator> Operators =>
        [new("HardSigmoid", 1, a => new HardSigmoid(a[0], a[1]), ("alpha", 0.2f), ("beta", 0.5f)) { Consumes = true }];
}
