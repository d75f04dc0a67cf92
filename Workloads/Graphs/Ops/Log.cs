using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>ln x; −∞ at 0, not a number below.</summary>
public sealed record Log : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "log";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override double Of(double x) => Elementary.Log(x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1 / x;

    internal override ImmutableArray<FunctionOperator> Operators => [new("Log", 1, _ => this) { Consumes = true }];
}
