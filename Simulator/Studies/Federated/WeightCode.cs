using System.Buffers.Binary;
using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Messages of weights: every element in its format, little-endian, tensor after tensor; those of four bits two to a
/// byte, the last byte of a tensor filled up.</summary>
internal sealed class WeightCode(ImmutableArray<TrainedTensor> tensors)
{
    /// <summary>Whether weights of a format are sent: those that stand alone, no blocks with a scale.</summary>
    public static bool Takes(NumberFormat format) => format is NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16
        or NumberFormat.Fp16 or NumberFormat.Bf16 or NumberFormat.Fp32;

    /// <summary>Bytes of a message.</summary>
    public int Bytes { get; } = (int)tensors.Sum(t => t.Format.BytesFor(t.Count));

    /// <summary>The message of weights, integers as their values.</summary>
    public byte[] Encode(ReadOnlySpan<float> weights)
    {
        byte[] message = new byte[Bytes];
        Span<byte> rest = message;
        foreach (TrainedTensor tensor in tensors)
        {
            for (int i = 0; i < tensor.Count; i++)
                Write(tensor.Format, i, weights[i], rest);
            weights = weights[tensor.Count..];
            rest = rest[(int)tensor.Format.BytesFor(tensor.Count)..];
        }

        return message;
    }

    /// <summary>The weights of a message.</summary>
    public void Decode(ReadOnlySpan<byte> message, Span<float> weights)
    {
        foreach (TrainedTensor tensor in tensors)
        {
            for (int i = 0; i < tensor.Count; i++)
                weights[i] = Read(tensor.Format, i, message);
            weights = weights[tensor.Count..];
            message = message[(int)tensor.Format.BytesFor(tensor.Count)..];
        }
    }

    private static void Write(NumberFormat format, int i, float value, Span<byte> to)
    {
        switch (format)
        {
            case NumberFormat.Int4:
                to[i / 2] |= (byte)(((int)value & 15) << (4 * (i % 2)));
                break;
            case NumberFormat.Int8:
                to[i] = (byte)(sbyte)value;
                break;
            case NumberFormat.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(to[(2 * i)..], (short)value);
                break;
            case NumberFormat.Fp16:
                BinaryPrimitives.WriteHalfLittleEndian(to[(2 * i)..], (Half)value);
                break;
            case NumberFormat.Bf16:
                BinaryPrimitives.WriteUInt16LittleEndian(to[(2 * i)..], (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
                break;
            default:
                BinaryPrimitives.WriteSingleLittleEndian(to[(4 * i)..], value);
                break;
        }
    }

    private static float Read(NumberFormat format, int i, ReadOnlySpan<byte> from) => format switch
    {
        NumberFormat.Int4 => (sbyte)(from[i / 2] << (4 - (4 * (i % 2)))) >> 4,
        NumberFormat.Int8 => (sbyte)from[i],
        NumberFormat.Int16 => BinaryPrimitives.ReadInt16LittleEndian(from[(2 * i)..]),
        NumberFormat.Fp16 => (float)BinaryPrimitives.ReadHalfLittleEndian(from[(2 * i)..]),
        NumberFormat.Bf16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(from[(2 * i)..]) << 16),
        _ => BinaryPrimitives.ReadSingleLittleEndian(from[(4 * i)..]),
    };
}
