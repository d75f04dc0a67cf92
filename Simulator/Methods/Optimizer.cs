namespace NpuSim.Simulator.Methods;

/// <summary>What a step does with the gradient estimate g; without one w ← w − η·g.</summary>
public abstract record Optimizer
{
    private protected Optimizer() { }

    /// <summary>Tensors of the weights' size that stay from step to step.</summary>
    public abstract int States { get; }
}

/// <summary>v ← μ·v + (1 − μ)·g, w ← w − η·v: v stays in the range of g, so that one static scale serves in fixed
/// point.</summary>
/// <param name="Factor">μ in [0, 1).</param>
internal sealed record MomentumOptimizer(double Factor) : Optimizer
{
    /// <inheritdoc/>
    public override int States => 1;
}

/// <summary>Adam (arXiv 1412.6980, algorithm 1) with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸; both moments in fp32. Floating point
/// only.</summary>
internal sealed record AdamOptimizer : Optimizer
{
    /// <summary>β₁, of the mean of g.</summary>
    public const double Mean = 0.9;

    /// <summary>β₂, of the mean of g².</summary>
    public const double Square = 0.999;

    /// <summary>ε, added to the root.</summary>
    public const double Epsilon = 1e-8;

    /// <inheritdoc/>
    public override int States => 2;
}
