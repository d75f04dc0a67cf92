using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Training;

/// <summary>A training method, as far as it decides which operations a step has. Step sizes are in <see cref="TrainingSettings"/>.</summary>
public abstract record Method
{
    private protected Method() { }

    /// <summary>Every method, each with its defaults.</summary>
    public static ImmutableArray<Method> All { get; } = Every();

    /// <summary>Name without the format: "bp", "ff", "qzo-ff", "qzo-ff-steps".</summary>
    public abstract string Name { get; }

    /// <summary>Formats in short: "fp32", "16w8a".</summary>
    public abstract string Format { get; }

    /// <summary>Formats of weights and activations.</summary>
    public abstract OperandFormats Operands { get; }

    /// <summary>As "qzo-ff:16w8a", which <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => $"{Name}:{Format}";

    private static readonly string[] Names =
    [
        "bp:fp32", "bp:fp16", "ff:fp32", "ff:fp16", "qzo-ff:4w8a", "qzo-ff:8w8a", "qzo-ff:16w8a", "qzo-ff:8w16a", "qzo-ff:16w16a",
    ];

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="InputException">The text names no method.</exception>
    public static Method Parse(string text) =>
        All.FirstOrDefault(m => m.ToString() == text)
        ?? throw new InputException($"there is no method '{text}'{Suggestion.For(text, All.Select(m => m.ToString()))}; accepted are {string.Join(", ", All)}.");

    private static ImmutableArray<Method> Every()
    {
        NumberFormat[] floats = [NumberFormat.Fp32, NumberFormat.Fp16];
        (NumberFormat W, NumberFormat A)[] pairs =
        [
            (NumberFormat.Int16, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int8), (NumberFormat.Int4, NumberFormat.Int8),
            (NumberFormat.Int8, NumberFormat.Int16), (NumberFormat.Int16, NumberFormat.Int16),
        ];
        return
        [
            .. floats.Select(f => new Backpropagation(f)),
            .. floats.Select(f => new ForwardGradient(f)),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A)),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A, InSteps: true)),
        ];
    }
}

/// <summary>Formats a network runs in.</summary>
/// <param name="Weights">Weights, and biases where the method trains them.</param>
/// <param name="Activations">Everything between layers.</param>
public sealed record OperandFormats(NumberFormat Weights, NumberFormat Activations)
{
    /// <summary>fp32 throughout.</summary>
    public static OperandFormats Fp32 { get; } = new(NumberFormat.Fp32, NumberFormat.Fp32);

    /// <summary>True when every value is an integer.</summary>
    public bool IsFixedPoint => Activations.IsInteger();

    /// <summary>Format of the logits: 16 bits at least, because the loss must tell two nearly equal networks apart.</summary>
    public NumberFormat Logits => IsFixedPoint ? NumberFormat.Int16 : Activations;

    /// <summary>Format of the loss: fp16 could not tell two nearly equal ones apart.</summary>
    public NumberFormat Loss => IsFixedPoint ? NumberFormat.Int64 : NumberFormat.Fp32;
}

/// <summary>Backpropagation with stochastic gradient descent in floating point.</summary>
/// <param name="Number">Fp32 or Fp16: storage of every tensor.</param>
/// <param name="Momentum">μ in [0, 1); above 0 a velocity of the weights' size stays in memory.</param>
public sealed record Backpropagation(NumberFormat Number, double Momentum = 0) : Method
{
    /// <inheritdoc/>
    public override string Name => "bp";

    /// <inheritdoc/>
    public override string Format => Number == NumberFormat.Fp32 ? "fp32" : "fp16";

    /// <inheritdoc/>
    public override OperandFormats Operands => new(Number, Number);
}

/// <summary>Methods that train by forward passes alone: g = (1/m) Σ sign(L(w + εzᵢ) − L(w − εzᵢ)) zᵢ.</summary>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device computes what no trained weight feeds once per step and keeps it for both passes.</param>
public abstract record ForwardMethod(int Directions, bool ReusePrefix) : Method;

/// <summary>Sign-m-SPSA in floating point.</summary>
/// <param name="Number">Fp32 or Fp16: storage of every tensor.</param>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device reuses the frozen prefix within a step.</param>
public sealed record ForwardGradient(NumberFormat Number, int Directions = 1, bool ReusePrefix = false) : ForwardMethod(Directions, ReusePrefix)
{
    /// <inheritdoc/>
    public override string Name => "ff";

    /// <inheritdoc/>
    public override string Format => Number == NumberFormat.Fp32 ? "fp32" : "fp16";

    /// <inheritdoc/>
    public override OperandFormats Operands => new(Number, Number);
}

/// <summary>QZO-FF: sign-m-SPSA in fixed point throughout (arXiv 2411.04036, section 3.3).</summary>
/// <param name="Weights">Format of weights and trained biases.</param>
/// <param name="Activations">Format between layers.</param>
/// <param name="Directions">m, random directions per step; at least 1.</param>
/// <param name="ReusePrefix">True: the device reuses the frozen prefix within a step.</param>
/// <param name="InSteps">True: ε and learning rate are counted in steps of each tensor's scale, so that neither rounds to nothing.</param>
public sealed record QuantizedForwardGradient(
    NumberFormat Weights, NumberFormat Activations, int Directions = 1, bool ReusePrefix = false, bool InSteps = false)
    : ForwardMethod(Directions, ReusePrefix)
{
    /// <inheritdoc/>
    public override string Name => InSteps ? "qzo-ff-steps" : "qzo-ff";

    /// <inheritdoc/>
    public override string Format => $"{Weights.Bits()}w{Activations.Bits()}a";

    /// <inheritdoc/>
    public override OperandFormats Operands => new(Weights, Activations);
}
