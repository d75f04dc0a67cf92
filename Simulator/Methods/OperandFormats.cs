using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Methods;

/// <summary>Formats a network runs in.</summary>
/// <param name="Weights">Weights, and biases where the method trains them.</param>
/// <param name="Activations">Everything between layers.</param>
/// <param name="NarrowLogits">True: logits have the format of activations, as in a network quantised for inference alone.</param>
/// <param name="Compression">How frozen weights are stored; null: as they are.</param>
/// <param name="Wide">
/// Of floats whose products take narrow operands: what everything else is stored in, weights that train above all; null: in
/// the formats of the operands too.
/// </param>
/// <param name="ActivationGradients">Between the operations of a backward pass; null: as activations.</param>
public sealed record OperandFormats(NumberFormat Weights, NumberFormat Activations, bool NarrowLogits = false,
    Compression? Compression = null, NumberFormat? Wide = null, NumberFormat? ActivationGradients = null)
{
    /// <summary>fp32 throughout.</summary>
    public static OperandFormats Fp32 { get; } = new(NumberFormat.Fp32, NumberFormat.Fp32);

    /// <summary>Floats: what weights that train, biases, their gradients and optimiser state are stored in.</summary>
    public NumberFormat Stored => Wide ?? Weights;

    /// <summary>Between the operations of a backward pass.</summary>
    public NumberFormat Gradients => ActivationGradients ?? Activations;

    /// <summary>True when every value is an integer.</summary>
    public bool IsFixedPoint => Activations.IsInteger();

    /// <summary>Format of the logits: 16 bits at least, because the loss must tell two nearly equal networks apart.</summary>
    public NumberFormat Logits => IsFixedPoint && !NarrowLogits ? NumberFormat.Int16 : Wide ?? Activations;

    /// <summary>Format of the loss: fp16 could not tell two nearly equal ones apart.</summary>
    public NumberFormat Loss => IsFixedPoint ? NumberFormat.Int64 : NumberFormat.Fp32;
}
