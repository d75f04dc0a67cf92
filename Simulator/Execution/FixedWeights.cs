using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Networks;

namespace NpuSim.Simulator.Execution;

/// <summary>The weights of one run as integers: quantised once, then shared by the run's machines and changed by
/// updates.</summary>
/// <param name="weights">The weights in floating point, by name.</param>
public sealed class FixedWeights(IReadOnlyDictionary<string, float[]> weights)
{
    private readonly Dictionary<string, (byte[] Data, NumberFormat Format)> tensors = [];
    private readonly Dictionary<string, double> norms = [];

    /// <summary>Weights that are integers already, in the formats of a quantised network: int8, biases int32.</summary>
    public FixedWeights(Quantization quantization)
        : this(new Dictionary<string, float[]>())
    {
        ArgumentNullException.ThrowIfNull(quantization);
        foreach ((string name, int[] integers) in quantization.Integers)
        {
            tensors[name] = quantization.Scales.ContainsKey(name)
                ? ([.. integers.Select(i => (byte)(sbyte)i)], NumberFormat.Int8)
                : (MemoryMarshal.AsBytes(integers.AsSpan()).ToArray(), NumberFormat.Int32);
        }
    }

    /// <summary>
    /// Storage of a persistent tensor; on first use round(w / Δ), ties away from zero, clamped symmetrically. What is no weight
    /// of the network (masks and indices of compressed ones) is bytes as they are. State of a method starts at zero.
    /// </summary>
    /// <exception cref="InputException">There is no weight of this name and size, or it was stored in another format.</exception>
    internal byte[] Of(PlanTensor tensor, TensorScale scale)
    {
        if (tensors.TryGetValue(tensor.Name, out (byte[] Data, NumberFormat Format) stored))
        {
            return stored.Format == tensor.Format
                ? stored.Data
                : throw new ArgumentException($"'{tensor.Name}' is {stored.Format} in one plan and {tensor.Format} in another.");
        }

        if (tensor.Role == TensorRole.OptimizerState)
            return Keep(tensor, new byte[tensor.Bytes]);
        if (!weights.TryGetValue(tensor.Name, out float[]? values) || values.Length != tensor.Shape.Count)
            throw new InputException($"weights: '{tensor.Name}' {tensor.Shape} is missing or of another size.");
        return Keep(tensor, tensor.Source is null ? [.. values.Select(v => (byte)v)] : Quantize(values, tensor.Format, scale));
    }

    /// <summary>Settles a mask by the weights as they are now, unless it is settled already.</summary>
    internal void Choose(PlanTensor mask, PlanTensor tensor, TensorScale scale, Sparsity sparsity)
    {
        if (tensors.ContainsKey(mask.Name))
            return;
        Keep(mask, sparsity.Mask([.. Steps(tensor, scale).Select(Math.Abs)]));
    }

    /// <summary>A norm in steps of the weights as they are now, or as they were when it was settled; 1 / Δ where it is
    /// 0.</summary>
    internal double Norm(PlanTensor tensor, TensorScale scale, Func<float[], double> norm)
    {
        if (!norms.TryGetValue(tensor.Name, out double settled))
            norms[tensor.Name] = settled = norm(Steps(tensor, scale)) is > 0 and var positive ? positive : 1 / scale.Step;
        return settled;
    }

    private float[] Steps(PlanTensor tensor, TensorScale scale)
    {
        byte[] data = Of(tensor, scale);
        float[] steps = new float[tensor.Shape.Count];
        for (int i = 0; i < steps.Length; i++)
            steps[i] = tensor.Format == NumberFormat.Int16 ? MemoryMarshal.Cast<byte, short>(data)[i] : (float)(sbyte)data[i];
        return steps;
    }

    private byte[] Keep(PlanTensor tensor, byte[] data)
    {
        tensors[tensor.Name] = (data, tensor.Format);
        return data;
    }

    /// <summary>
    /// Integers of a format, 4-bit ones one to a byte: round(value / Δ) + zero point, clamped symmetrically unless a file gives
    /// the scale.
    /// </summary>
    internal static byte[] Quantize(ReadOnlySpan<float> values, NumberFormat format, TensorScale scale)
    {
        long greatest = format.MaxValue(), least = scale.Given ? format.MinValue() : -greatest;
        byte[] data = new byte[values.Length * Math.Max(8, format.Bits()) / 8];
        Span<int> integers = MemoryMarshal.Cast<byte, int>(data.AsSpan());
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            double steps = Math.Round(values[i] / scale.Step, MidpointRounding.AwayFromZero) + scale.ZeroPoint;
            long integer = (long)Math.Clamp(steps, least, greatest);
            switch (format)
            {
                case NumberFormat.Int32:
                    integers[i] = (int)integer;
                    break;
                case NumberFormat.Int16:
                    shorts[i] = (short)integer;
                    break;
                default:
                    data[i] = (byte)(sbyte)integer;
                    break;
            }
        }

        return data;
    }
}
