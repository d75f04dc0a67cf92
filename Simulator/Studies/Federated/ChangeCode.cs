using System.Collections.Immutable;
using System.Numerics;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>
/// Compressed messages of changes of the weights, tensor after tensor, without gaps between bits. In fixed point all of it is
/// integers: scales are powers of two (8-bit) or whole means. Values of top-k are in the format of the weight; what does not fit
/// it stays on the device.
/// </summary>
internal sealed class ChangeCode(ImmutableArray<TrainedTensor> tensors, MessageCompression how, double momentum, int warmUp)
{
    private const int MomentumBits = 15;
    private const float Largest = 1 << 23; // what is kept stays whole in binary32

    private readonly int elements = tensors.Sum(t => t.Count);

    /// <summary>Numbers that a device keeps.</summary>
    public int KeptCount => how.Kept * elements;

    /// <summary>The message of a change; what is kept changes too.</summary>
    /// <param name="change">[n], integers as their values; spent.</param>
    /// <param name="kept">[<see cref="KeptCount"/>], zero at first.</param>
    /// <param name="round">From 0.</param>
    public byte[] Encode(Span<float> change, Span<float> kept, int round)
    {
        bool corrected = how.Kind == CompressionKind.Dgc;
        Span<float> left = kept.IsEmpty ? [] : kept[..elements], velocity = corrected ? kept[elements..] : [];
        for (int i = 0; i < change.Length && !left.IsEmpty; i++)
        {
            if (corrected)
                change[i] = velocity[i] = Held(Damped(velocity[i], i) + change[i]);
            change[i] = left[i] = Held(left[i] + change[i]);
        }

        BitString message = new();
        int first = 0;
        foreach (TrainedTensor tensor in tensors)
        {
            Write(message, tensor, change.Slice(first, tensor.Count), round);
            first += tensor.Count;
        }

        byte[] bytes = message.ToArray();
        if (left.IsEmpty)
            return bytes;
        Decode(bytes, change, round);
        for (int i = 0; i < change.Length; i++)
        {
            left[i] -= change[i];
            if (corrected && change[i] != 0)
                velocity[i] = 0; // factor masking
        }

        return bytes;
    }

    /// <summary>The change that a message tells.</summary>
    public void Decode(ReadOnlySpan<byte> message, Span<float> change, int round)
    {
        BitString bits = new(message);
        int first = 0;
        foreach (TrainedTensor tensor in tensors)
        {
            Read(bits, tensor, change.Slice(first, tensor.Count), round);
            first += tensor.Count;
        }
    }

    private void Write(BitString message, TrainedTensor tensor, ReadOnlySpan<float> v, int round)
    {
        switch (how.Kind)
        {
            case CompressionKind.Sign:
                Number(message, tensor, Mean(tensor, v, _ => true));
                foreach (float value in v)
                    message.Write(value >= 0 ? 1 : 0, 1);
                break;
            case CompressionKind.OneBit:
                Number(message, tensor, Mean(tensor, v, x => x >= 0));
                Number(message, tensor, Mean(tensor, v, x => x < 0));
                foreach (float value in v)
                    message.Write(value >= 0 ? 1 : 0, 1);
                break;
            case CompressionKind.EightBit:
                float scale = Scale(tensor, v);
                if (tensor.Format.IsInteger())
                    message.Write(BitOperations.Log2((uint)scale), 8);
                else
                    message.Write(BitConverter.SingleToInt32Bits(scale), 32);
                foreach (float value in v)
                    message.Write((long)Math.Clamp(
                        Math.Round(value / (double)scale, MidpointRounding.AwayFromZero), -127, 127), 8);
                break;
            default:
                foreach (int index in Chosen(v, CountOf(tensor, round)))
                {
                    message.Write(index, IndexBits(tensor));
                    message.Write(ValueBits(tensor.Format, v[index]), tensor.Format.Bits());
                }

                break;
        }
    }

    private void Read(BitString message, TrainedTensor tensor, Span<float> v, int round)
    {
        switch (how.Kind)
        {
            case CompressionKind.Sign:
                float both = Number(message, tensor);
                foreach (ref float value in v)
                    value = message.Read(1) != 0 ? both : -both;
                break;
            case CompressionKind.OneBit:
                float above = Number(message, tensor), below = Number(message, tensor);
                foreach (ref float value in v)
                    value = message.Read(1) != 0 ? above : -below;
                break;
            case CompressionKind.EightBit:
                float scale = tensor.Format.IsInteger() ? 1u << (int)message.Read(8)
                    : BitConverter.Int32BitsToSingle((int)message.Read(32));
                foreach (ref float value in v)
                    value = message.ReadSigned(8) * scale;
                break;
            default:
                v.Clear();
                for (int i = CountOf(tensor, round); i > 0; i--)
                {
                    int index = (int)message.Read(IndexBits(tensor));
                    v[index] = ValueOf(tensor.Format, message);
                }

                break;
        }
    }

    // Means of magnitudes: 32 bits, a whole number of integers.
    private static float Mean(TrainedTensor tensor, ReadOnlySpan<float> v, Func<float, bool> counts)
    {
        double sum = 0;
        int count = 0;
        foreach (float value in v)
        {
            if (!counts(value))
                continue;
            sum += Math.Abs((double)value);
            count++;
        }

        double mean = count == 0 ? 0 : sum / count;
        return (float)(tensor.Format.IsInteger() ? Math.Floor(mean + 0.5) : mean);
    }

    private static void Number(BitString message, TrainedTensor tensor, float value) =>
        message.Write(tensor.Format.IsInteger() ? (long)value : BitConverter.SingleToInt32Bits(value), 32);

    private static float Number(BitString message, TrainedTensor tensor) =>
        tensor.Format.IsInteger() ? message.ReadSigned(32) : BitConverter.Int32BitsToSingle((int)message.Read(32));

    private static float Scale(TrainedTensor tensor, ReadOnlySpan<float> v)
    {
        float most = 0;
        foreach (float value in v)
            most = Math.Max(most, Math.Abs(value));
        if (!tensor.Format.IsInteger())
            return most > 0 ? most / 127 : 1;
        uint scale = 1;
        while (most > 127.0 * scale)
            scale <<= 1;
        return scale;
    }

    // Of the largest magnitudes; of equals the first.
    private static int[] Chosen(ReadOnlySpan<float> v, int count)
    {
        float[] magnitudes = new float[v.Length];
        int[] order = new int[v.Length];
        for (int i = 0; i < v.Length; i++)
            (magnitudes[i], order[i]) = (-Math.Abs(v[i]), i);
        Array.Sort(order, (a, b) => magnitudes[a] != magnitudes[b] ? magnitudes[a].CompareTo(magnitudes[b]) : a.CompareTo(b));
        return order[..count];
    }

    private int CountOf(TrainedTensor tensor, int round) =>
        Math.Clamp((int)Math.Ceiling(how.ShareAt(round, warmUp) * tensor.Count), 1, tensor.Count);

    private static int IndexBits(TrainedTensor tensor) => BitOperations.Log2((uint)Math.Max(1, tensor.Count - 1)) + 1;

    private static long ValueBits(NumberFormat format, float value) => format switch
    {
        NumberFormat.Fp32 => BitConverter.SingleToInt32Bits(value),
        NumberFormat.Fp16 => BitConverter.HalfToInt16Bits((Half)value),
        NumberFormat.Bf16 => BitConverter.SingleToInt32Bits(value) >> 16, // cut: the rest stays on the device
        _ => (long)Math.Clamp(value, format.MinValue(), format.MaxValue()),
    };

    private static float ValueOf(NumberFormat format, BitString message) => format switch
    {
        NumberFormat.Fp32 => BitConverter.Int32BitsToSingle((int)message.Read(32)),
        NumberFormat.Fp16 => (float)BitConverter.Int16BitsToHalf((short)message.Read(16)),
        NumberFormat.Bf16 => BitConverter.Int32BitsToSingle((int)message.Read(16) << 16),
        _ => message.ReadSigned(format.Bits()),
    };

    private static float Held(float value) => Math.Clamp(value, -Largest, Largest);

    // μ·u, of integers rounded half up with μ in 15 bits.
    private float Damped(float velocity, int element)
    {
        if (!IsInteger(element))
            return (float)momentum * velocity;
        long factor = (long)Math.Round(momentum * (1 << MomentumBits));
        return ((factor * (long)velocity) + (1L << (MomentumBits - 1))) >> MomentumBits;
    }

    // All tensors of a method are of one kind.
    private bool IsInteger(int element) => element >= 0 && tensors[0].Format.IsInteger();
}
