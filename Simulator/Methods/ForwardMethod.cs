using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Methods;

/// <summary>Methods that train by forward passes alone: g = (1/m) Σ sign(L(w + εzᵢ) − L(w − εzᵢ)) zᵢ.</summary>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device computes what no trained weight feeds once per step and keeps it for both
/// passes.</param>
public abstract record ForwardMethod(int Directions, bool ReusePrefix) : Method
{
    /// <summary>True when a switch said <see cref="Directions"/>: the workload's number does not count.</summary>
    public bool HasOwnDirections { get; init; }

    /// <summary>What is learnt along each direction.</summary>
    public virtual Estimator Estimator => Estimator.SignSpsa;

    /// <summary>Distribution of z.</summary>
    public PerturbationDistribution Distribution { get; init; }

    /// <summary>Where z comes from: true the LFSR, false Philox, null what the profile has.</summary>
    public bool? LinearFeedback { get; init; }

    /// <summary>β of momentum-guided sampling after its first tenth; null: every z is drawn anew.</summary>
    public double? Guided { get; init; }

    /// <summary>True: estimates are made at a neighbour one step of ascent away.</summary>
    public bool IsSharpnessAware { get; init; }

    /// <summary>True: a direction's loss at w + εz is compared with that at w itself, of one pass for all directions; false: with
    /// that at w − εz.</summary>
    public bool IsOneSided { get; init; }

    /// <summary>True: differences are divided by the standard deviation of the directions' losses.</summary>
    public bool IsSpreadNormalized { get; init; }

    /// <summary>Which weights train; null: all that the scheme names.</summary>
    public Sparsity? Sparsity { get; init; }

    /// <summary>True: each tensor's step has the norm of the tensor.</summary>
    public bool IsKernelNormalized { get; init; }

    /// <summary>True: the m estimates are combined by projection onto the span of their directions instead of a mean.</summary>
    public bool IsOrthogonal { get; init; }

    /// <summary>How many of the last layers that train do so by backpropagation, on the results of the step's last pass; null:
    /// none.</summary>
    public int? TailLayers { get; init; }

    /// <summary>μ of the descent of these layers, in [0, 1).</summary>
    public double TailMomentum { get; init; }

    /// <summary>What a step does with the estimate; null: plain descent.</summary>
    public Optimizer? Optimizer { get; init; }
}

/// <summary>Forward gradients in floating point: sign-m-SPSA, SPSA or forward-mode differentiation.</summary>
/// <param name="Number">Format of the operands of products, as <see cref="FloatFormat"/> has it.</param>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device reuses the frozen prefix within a step.</param>
/// <param name="Estimator">What is learnt along each direction.</param>
internal sealed record ForwardGradient(
    NumberFormat Number, int Directions = 1, bool ReusePrefix = false, Estimator Estimator = Estimator.SignSpsa)
    : ForwardMethod(Directions, ReusePrefix)
{
    /// <inheritdoc/>
    public override Estimator Estimator { get; } = Estimator;

    /// <inheritdoc/>
    public override string Name => Estimator switch { Estimator.Jvp => "jvp", Estimator.Spsa => "spsa", _ => "ff" };

    /// <inheritdoc/>
    public override string Format => FloatFormat.Of(Number).Name;

    /// <inheritdoc/>
    public override OperandFormats Operands => FloatFormat.Of(Number).Operands with { Compression = Compression };
}

/// <summary>Two losses per direction in fixed point throughout: QZO-FF takes the sign of their difference (arXiv 2411.04036,
/// section 3.3), SPSA its size, QuZO its size with perturbation and update rounded at random (arXiv 2502.12346).</summary>
/// <param name="Weights">Format of weights and trained biases.</param>
/// <param name="Activations">Format between layers.</param>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device reuses the frozen prefix within a step.</param>
/// <param name="InSteps">True: ε and learning rate are counted in steps of each tensor's scale, so that neither rounds to
/// nothing.</param>
public sealed record QuantizedForwardGradient(
    NumberFormat Weights, NumberFormat Activations, int Directions = 1, bool ReusePrefix = false, bool InSteps = false)
    : ForwardMethod(Directions, ReusePrefix)
{
    /// <summary>True: the size of a difference counts; false: its sign. Not with <see cref="InSteps"/>.</summary>
    public bool HasMagnitude { get; init; }

    /// <inheritdoc/>
    public override Estimator Estimator => HasMagnitude ? Estimator.Spsa : Estimator.SignSpsa;

    /// <summary>True: QuZO, whose perturbation and update are rounded at random, apart from each other.</summary>
    public bool IsQuzo { get; init; }

    /// <inheritdoc/>
    public override string Name => (InSteps, HasMagnitude, IsQuzo) switch
    {
        (true, _, _) => "qzo-ff-steps",
        (_, false, _) => "qzo-ff",
        (_, _, false) => "spsa",
        _ => "quzo",
    };

    /// <inheritdoc/>
    public override string Format => $"{Weights.Bits()}w{Activations.Bits()}a";

    /// <inheritdoc/>
    public override OperandFormats Operands => new(Weights, Activations, Compression: Compression);
}
