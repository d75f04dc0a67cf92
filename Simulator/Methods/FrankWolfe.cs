namespace NpuSim.Simulator.Methods;

/// <summary>Sets over which a linear function is minimised in one look at its coefficients d. Radius r, about 0.</summary>
public enum FrankWolfeSet
{
    /// <summary>‖x‖∞ ≤ r; least at −r·sign(d).</summary>
    Box,

    /// <summary>‖x‖₁ ≤ r; least at −r·sign(d) at the largest |d|, 0 elsewhere.</summary>
    Cross,

    /// <summary>The hull of vectors of k entries ±r; least at −r·sign(d) at the k largest |d|, 0 elsewhere.</summary>
    Top,

    /// <summary>‖x‖₂ ≤ r; least at −r·d/‖d‖.</summary>
    Ball,

    /// <summary>The sum of the singular values of a matrix is at most r; least at −r·u·vᵀ, the leading singular pair of
    /// d.</summary>
    Nuclear,
}

/// <summary>
/// Frank–Wolfe (arXiv 2403.12511): d ← (1 − ρ)·d + ρ·g, s = argmin over S of ⟨d, s⟩, θ ← θ + γ·(s − θ), with the schedules of
/// stochastic conditional gradients (arXiv 1804.09554): in step t = 1, 2, … ρ = min(1, 4/(t + 8)^⅔), γ = 1/(t + 1). Weights never
/// leave S, which lies about those before training or about 0; its radius is a share of their norm. Learning rates have no say.
/// </summary>
/// <param name="Set">S, one for each tensor.</param>
internal sealed record FrankWolfeOptimizer(FrankWolfeSet Set = FrankWolfeSet.Box) : Optimizer
{
    /// <summary>Products with a matrix, and as many with its transpose, that find its leading singular pair.</summary>
    public const int PowerIterations = 20;

    /// <summary>r in units of the norm, of S's kind, of the weights before training; 1 stands for a norm of 0.</summary>
    public double Radius { get; init; } = 1;

    /// <summary>Of <see cref="FrankWolfeSet.Top"/>: share of a tensor's entries that a vertex has, in percent.</summary>
    public double Percent { get; init; }

    /// <summary>True: S lies about 0; false: about the weights before training.</summary>
    public bool IsAboutOrigin { get; init; }

    /// <summary>True: ρ = 1, without d, and γ = 2/(t + 2).</summary>
    public bool IsPlain { get; init; }

    /// <summary>d, and how far a weight is from where it began.</summary>
    public override int States => (IsPlain ? 0 : 1) + (IsAboutOrigin ? 0 : 1);

    /// <summary>ρ and γ of a step.</summary>
    /// <param name="step">Its number, from 0.</param>
    public (double Mean, double Step) At(uint step)
    {
        double t = step + 1.0;
        return IsPlain ? (1, 2 / (t + 2)) : (Math.Min(1, 4 / Elementary.Exp(2.0 / 3 * Elementary.Log(t + 8))), 1 / (t + 1));
    }

    /// <summary>Entries of a vertex that are not 0, of a tensor of so many; all of them where S has no such vertices.</summary>
    public int Entries(long count) => Set switch
    {
        FrankWolfeSet.Cross => 1,
        FrankWolfeSet.Top => Math.Max(1, (int)Math.Round(count * Percent / 100, MidpointRounding.AwayFromZero)),
        _ => (int)count,
    };
}
