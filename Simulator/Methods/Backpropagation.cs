using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Methods;

/// <summary>
/// Stochastic gradient descent along a gradient of every weight: exact by backpropagation, in floating point or in integers, or
/// estimated from perturbed activations.
/// </summary>
/// <param name="Number">Format of the operands of products, as <see cref="FloatFormat"/> has it: fp32, fp16 and bf16 are the
/// storage of every tensor.</param>
/// <param name="Momentum">μ in [0, 1); above 0 a velocity of the weights' size stays in memory.</param>
public sealed record Backpropagation(NumberFormat Number, double Momentum = 0) : Method
{
    /// <summary>True when a switch said <see cref="Momentum"/>: the workload's does not count.</summary>
    public bool HasOwnMomentum { get; init; }

    /// <summary>
    /// Formats of integers with quantisation-aware scaling (arXiv 2206.15472), <see cref="Number"/> being without effect then;
    /// null: floating point.
    /// </summary>
    public OperandFormats? FixedPoint { get; init; }

    /// <summary>True: of a rectifier one bit per element is kept and of a max pooling one index per window, where that is all the
    /// backward pass needs.</summary>
    public bool Compact { get; init; }

    /// <summary>True: activations are computed again in the backward pass where that makes the arena smaller.</summary>
    public bool Recompute { get; init; }

    /// <summary>How gradients are estimated; null: they are backpropagated.</summary>
    public ActivityNoise? Activities { get; init; }

    /// <inheritdoc/>
    public override string Name => Activities is null ? "bp" : "afg";

    /// <inheritdoc/>
    public override string Format => FixedPoint is { } integers
        ? $"{integers.Weights.Bits()}w{integers.Activations.Bits()}a"
        : FloatFormat.Of(Number).Name;

    /// <inheritdoc/>
    public override OperandFormats Operands =>
        (FixedPoint ?? FloatFormat.Of(Number).Operands) with { Compression = Compression };

    /// <summary>What the loss is multiplied by in floating point before its gradient is taken; updates divide by it. A power of
    /// two.</summary>
    public double LossScale => OwnLossScale ?? (FixedPoint is null ? FloatFormat.Of(Number).LossScale : 1);

    /// <summary>In place of the format's <see cref="LossScale"/>, to compare with it; null: the format's.</summary>
    internal double? OwnLossScale { get; init; }
}
