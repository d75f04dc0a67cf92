using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.Numerics;

/// <summary>Rounds binary32 numbers to what a format can hold, to nearest with ties to even.</summary>
public static class FloatRounding
{
    private const int Stretch = 512, UpperHalf = unchecked((int)0xFFFF_0000), Quiet = 0x0040_0000;

    /// <summary>
    /// Rounds numbers in place. fp16 and bf16 overflow to infinity; the 8-bit formats saturate (OFP8 1.0, section 5.2.2, mode
    /// SAT), infinity too; what is no number stays none. Blocks of the microscaling formats begin at the first number: their
    /// scale is the power of two of the largest magnitude over that of the largest element (Microscaling Formats 1.0, section
    /// 6.3), and a block in which something is not finite is no number throughout.
    /// </summary>
    /// <param name="format">A format of floats; fp32 leaves the numbers as they are.</param>
    /// <param name="values">Any number of them, those of a tensor in the order of its memory.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is one of integers or bits.</exception>
    public static void Round(NumberFormat format, Span<float> values)
    {
        switch (format)
        {
            case NumberFormat.Fp32:
                break;
            case NumberFormat.Fp16:
                RoundToHalf(values);
                break;
            case NumberFormat.Bf16:
                RoundToUpperHalf(values);
                break;
            case NumberFormat.Fp8E4M3:
                RoundTo(FloatLayout.E4M3, values);
                break;
            case NumberFormat.Fp8E5M2:
                RoundTo(FloatLayout.E5M2, values);
                break;
            case NumberFormat.MxInt8:
                RoundBlocks(FloatLayout.Int8, values);
                break;
            case NumberFormat.MxFp8E4M3:
                RoundBlocks(FloatLayout.E4M3, values);
                break;
            case NumberFormat.MxFp8E5M2:
                RoundBlocks(FloatLayout.E5M2, values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "not a format of floats");
        }
    }

    private static void RoundToHalf(Span<float> values)
    {
        Span<Half> halves = stackalloc Half[Math.Min(values.Length, Stretch)];
        for (int first = 0; first < values.Length; first += halves.Length)
        {
            Span<float> part = values[first..Math.Min(values.Length, first + halves.Length)];
            TensorPrimitives.ConvertToHalf(part, halves);
            TensorPrimitives.ConvertToSingle(halves[..part.Length], part);
        }
    }

    private static void RoundToUpperHalf(Span<float> values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values);
        int i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector<int> word = new(bits[i..]);
            Vector<int> isNumber = Vector.Equals(Vector.AsVectorSingle(word), Vector.AsVectorSingle(word));
            Vector<int> half = new Vector<int>(0x7FFF) + (Vector.ShiftRightLogical(word, 16) & Vector<int>.One);
            Vector<int> rounded = Vector.ConditionalSelect(isNumber, word + half, word | new Vector<int>(Quiet));
            (rounded & new Vector<int>(UpperHalf)).CopyTo(bits[i..]);
        }

        for (; i < bits.Length; i++)
            values[i] = Bfloat16.Nearest(values[i]);
    }

    private static void RoundTo(FloatLayout layout, Span<float> values)
    {
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            layout.Nearest(new Vector<float>(values[i..])).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] = layout.Nearest(values[i]);
    }

    private static void RoundBlocks(FloatLayout layout, Span<float> values)
    {
        for (int first = 0; first < values.Length; first += NumberFormats.BlockLength)
        {
            Span<float> block = values.Slice(first, Math.Min(NumberFormats.BlockLength, values.Length - first));
            int exponent = 0; // of the largest magnitude, with its bias
            foreach (int bits in MemoryMarshal.Cast<float, int>(block))
                exponent = Math.Max(exponent, (bits >> 23) & 0xFF);
            if (exponent == 0xFF)
            {
                block.Fill(float.NaN);
                continue;
            }

            int shared = Math.Max(exponent - 127 - layout.GreatestExponent, -127); // E8M0 has −127 to 127
            TensorPrimitives.Multiply(block, (float)double.Exp2(-shared), block);
            RoundTo(layout, block);
            TensorPrimitives.Multiply(block, (float)double.Exp2(shared), block);
        }
    }
}
