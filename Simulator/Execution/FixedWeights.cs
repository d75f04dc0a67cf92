using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>The weights of one run as integers: quantised once, then shared by the run's machines and changed by updates.</summary>
/// <param name="weights">The weights in floating point, by name.</param>
public sealed class FixedWeights(IReadOnlyDictionary<string, float[]> weights)
{
    private readonly Dictionary<string, (byte[] Data, NumberFormat Format)> tensors = [];

    /// <summary>Storage of a persistent tensor; optimiser state starts at zero, a weight on first use at round(w / Δ), ties away from zero, clamped symmetrically.</summary>
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
        {
            byte[] zeros = new byte[tensor.Bytes];
            tensors[tensor.Name] = (zeros, tensor.Format);
            return zeros;
        }

        if (!weights.TryGetValue(tensor.Name, out float[]? values) || values.Length != tensor.Shape.Count)
            throw new InputException($"weights: '{tensor.Name}' {tensor.Shape} is missing or of another size.");
        byte[] data = Quantize(values, tensor.Format, scale);
        tensors[tensor.Name] = (data, tensor.Format);
        return data;
    }

    /// <summary>Integers of a format, 4-bit ones one to a byte.</summary>
    internal static byte[] Quantize(ReadOnlySpan<float> values, NumberFormat format, TensorScale scale)
    {
        long limit = format.MaxValue();
        byte[] data = new byte[values.Length * Math.Max(8, format.Bits()) / 8];
        Span<int> integers = MemoryMarshal.Cast<byte, int>(data.AsSpan());
        Span<short> shorts = MemoryMarshal.Cast<byte, short>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            double steps = Math.Round(values[i] / scale.Step, MidpointRounding.AwayFromZero);
            long integer = (long)Math.Clamp(steps, -limit, limit);
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
