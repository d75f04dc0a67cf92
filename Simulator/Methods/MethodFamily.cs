using System.Collections.Immutable;

namespace NpuSim.Simulator.Methods;

/// <summary>What the methods of one name, in floating point or in fixed point, are: help and docs/methods.md print it.</summary>
/// <param name="Name">As "qzo-ff".</param>
/// <param name="IsFixedPoint">Whether its formats are integers.</param>
/// <param name="Summary">One line for a reader who meets it for the first time.</param>
/// <param name="Estimate">The estimate g of the gradient, by which w ← w − η·g.</param>
/// <param name="Passes">Passes of a step, for m directions.</param>
/// <param name="Source">Where it was published; "–" for what every text book has.</param>
public sealed record MethodFamily(
    string Name, bool IsFixedPoint, string Summary, string Estimate, string Passes, string Source)
{
    /// <summary>All of them, in the order of <see cref="Method.All"/>.</summary>
    public static ImmutableArray<MethodFamily> All { get; } =
    [
        new("bp", false, "backpropagation with SGD in floating point, on the profile's host core", "∇L, exact",
            "1, and backward", "–"),
        new("bp", true, "backpropagation in integers on the engine, gradients in 8 bits",
            "∇L in integers, with quantisation-aware scaling; which operations train so, the table below tells",
            "1, and backward", "arXiv 2206.15472"),
        new("afg", false, "forward gradients of activations: noise enters behind each layer, for each sample its own",
            "(1/m) Σ (1/N) Σₙ cₙ·∂zₙ/∂w·uₙ, cₙ the derivative of sample n's loss along the noise u of all layers; descends as bp "
                + "does, with its sizes",
            "1, and m of tangents", "arXiv 2210.03310"),
        new("jvp", false, "forward gradients whose slope comes from forward-mode differentiation",
            "(1/m) Σ (∇L·zᵢ) zᵢ, the slope exact", "m, of pairs of value and tangent", "arXiv 2202.08587, definition 1"),
        new("spsa", false, "forward gradients whose slope comes from two losses",
            "(1/m) Σ (L(w + εzᵢ) − L(w − εzᵢ)) / 2ε · zᵢ; with +mN this is m-SPSA", "2m",
            "Spall 1992, eq. 2.2; arXiv 2411.04036, section 3"),
        new("ff", false, "sign-m-SPSA: two forward passes for each random direction, no backward pass",
            "(1/m) Σ sign(L(w + εzᵢ) − L(w − εzᵢ)) zᵢ", "2m", "arXiv 2411.04036, section 3"),
        new("qzo-ff", true, "sign-m-SPSA in integers throughout, the perturbation in 8 bits", "as ff", "2m",
            "arXiv 2411.04036, section 3.3"),
        new("qzo-ff-steps", true,
            "qzo-ff with ε and η counted in steps Δw of each tensor's scale, so that neither rounds to nothing", "as ff",
            "2m", "cf. arXiv 2501.06736"),
        new("spsa", true, "m-SPSA in integers: loss differences as 15 bits and one exponent, perturbed as qzo-ff",
            "(1/m) Σ (L(w + εzᵢ) − L(w − εzᵢ)) / 2ε · zᵢ, summed in 32 bits and rounded once", "2m",
            "Spall 1992, eq. 2.2; arXiv 2411.04036, section 3"),
        new("quzo", true, "QuZO: m-SPSA in integers with perturbation and update rounded at random, apart from each other",
            "μᵢ = (L(w + SR₁(εzᵢ)) − L(w − SR₁(εzᵢ))) / 2ε; w ← w − Σ SR₂(ημᵢ/m · zᵢ)", "2m", "arXiv 2502.12346"),
    ];

    /// <summary>Its formats, in the order of <see cref="Method.All"/>.</summary>
    public ImmutableArray<string> Formats =>
        [.. Method.All.Where(m => Equals(Of(m))).Select(m => m.Format)];

    /// <summary>The family of a method.</summary>
    public static MethodFamily Of(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return All.Single(f => f.Name == method.Name && f.IsFixedPoint == method.Operands.IsFixedPoint);
    }
}
