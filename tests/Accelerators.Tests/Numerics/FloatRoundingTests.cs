using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Numerics;

/// <summary>Narrow floats against tables made from the definitions of their codes, number by number.</summary>
public sealed class FloatRoundingTests
{
    private static readonly NumberFormat[] Bytes = [NumberFormat.Fp8E4M3, NumberFormat.Fp8E5M2];

    [Test]
    public void Every_number_of_a_format_stays_as_it_is([ValueSource(nameof(Bytes))] NumberFormat format)
    {
        foreach (float number in Table(format))
        {
            Assert.That(Bits(Rounded(format, number)), Is.EqualTo(Bits(number)), $"{number}");
            Assert.That(Bits(Rounded(format, -number)), Is.EqualTo(Bits(-number)), $"{-number}");
        }
    }

    [Test]
    public void Between_two_numbers_the_nearer_is_taken_and_of_equals_the_even_one([ValueSource(nameof(Bytes))] NumberFormat format)
    {
        float[] table = Table(format);
        for (int code = 0; code + 1 < table.Length; code++)
        {
            float middle = (float)(((double)table[code] + table[code + 1]) / 2), even = table[(code & 1) == 0 ? code : code + 1];
            foreach (float sign in (float[])[1, -1])
            {
                Assert.That(Rounded(format, sign * middle), Is.EqualTo(sign * even), $"{format}: {sign * middle}");
                Assert.That(Rounded(format, sign * float.BitDecrement(middle)), Is.EqualTo(sign * table[code]));
                Assert.That(Rounded(format, sign * float.BitIncrement(middle)), Is.EqualTo(sign * table[code + 1]));
            }
        }
    }

    [TestCase(NumberFormat.Fp8E4M3, 448)]
    [TestCase(NumberFormat.Fp8E5M2, 57_344)]
    public void Beyond_the_largest_number_it_saturates_and_what_is_no_number_stays_none(NumberFormat format, float greatest) =>
        Assert.Multiple(() =>
        {
            foreach (float beyond in (float[])[greatest * 1.2f, float.MaxValue, float.PositiveInfinity])
            {
                Assert.That(Rounded(format, beyond), Is.EqualTo(greatest));
                Assert.That(Rounded(format, -beyond), Is.EqualTo(-greatest));
            }

            Assert.That(Rounded(format, float.NaN), Is.NaN);
            Assert.That(Bits(Rounded(format, -0f)), Is.EqualTo(Bits(-0f)));
        });

    [Test]
    public void Vectors_and_single_numbers_have_the_same_bits([ValueSource(nameof(Bytes))] NumberFormat format)
    {
        System.Random random = new(7);
        float[] values = new float[100_003];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan())); // every exponent, infinities and what is no number among them
        FloatLayout layout = format == NumberFormat.Fp8E4M3 ? FloatLayout.E4M3 : FloatLayout.E5M2;
        float[] one = [.. values.Select(layout.Nearest)];
        FloatRounding.Round(format, values);
        Assert.That(MemoryMarshal.Cast<float, int>(values).ToArray(), Is.EqualTo(MemoryMarshal.Cast<float, int>(one).ToArray()));
    }

    [Test]
    public void Of_bf16_the_upper_half_is_rounded_to_even_and_overflows_to_infinity() => Assert.Multiple(() =>
    {
        float[] values =
        [
            Of(0x3F80_8000), Of(0x3F81_8000), Of(0x3F80_8001), Of(0x3F80_7FFF), Of(0x0000_8000), Of(0x0001_8000), Of(0x7F7F_8000),
            float.NegativeInfinity, Of(0x7F80_0001), // the last is no number, of which the upper half alone would be infinity
        ];
        int[] expected = [0x3F80_0000, 0x3F82_0000, 0x3F81_0000, 0x3F80_0000, 0, 0x0002_0000, 0x7F80_0000, Bits(float.NegativeInfinity)];
        float[] many = [.. values, .. values, .. values, .. values]; // as many as a vector has, and a rest
        FloatRounding.Round(NumberFormat.Bf16, many);
        for (int i = 0; i < many.Length; i++)
        {
            if (i % values.Length == expected.Length)
                Assert.That(many[i], Is.NaN);
            else
                Assert.That(Bits(many[i]), Is.EqualTo(expected[i % values.Length]), $"place {i}");
        }
    });

    [Test]
    public void Blocks_share_the_power_of_two_that_brings_their_largest_number_to_the_largest_exponent_of_an_element()
    {
        // MXINT8: the scale is that of the largest, 4 = 2², and elements are sixty-fourths of it.
        Assert.That(Block(NumberFormat.MxInt8, 5.03f, 1 / 16f, 1 / 32f, -0.04f), Is.EqualTo((float[])[5, 1 / 16f, 0, -1 / 16f]));
        // E4M3 has the largest exponent 8: 1.9 · 2³ is scaled to 1.9 · 2⁸ = 486, which saturates at 448 = 1.75 · 2⁸.
        Assert.That(Block(NumberFormat.MxFp8E4M3, 15.2f, 1, 1e-6f), Is.EqualTo((float[])[14, 1, 0]));
        // E5M2 has the largest exponent 15, and the smallest element 2⁻¹⁶ of the scale.
        Assert.That(Block(NumberFormat.MxFp8E5M2, 1, float.Exp2(-31), float.Exp2(-33)), Is.EqualTo((float[])[1, float.Exp2(-31), 0]));
    }

    [Test]
    public void Each_block_of_thirty_two_has_its_own_scale()
    {
        float[] values = [1e6f, .. Enumerable.Repeat(1e-3f, 40)];
        FloatRounding.Round(NumberFormat.MxInt8, values);
        Assert.That(values[1..32], Is.All.EqualTo(0f));
        Assert.That(values[32..], Is.All.EqualTo(1e-3f).Within(1).Percent);
    }

    [Test]
    public void A_block_with_something_that_is_not_finite_is_no_number([Values(float.NaN, float.NegativeInfinity)] float bad)
    {
        float[] values = [.. Enumerable.Repeat(1f, 31), bad, 1];
        FloatRounding.Round(NumberFormat.MxFp8E4M3, values);
        Assert.That(values[..32], Is.All.NaN);
        Assert.That(values[32], Is.EqualTo(1));
    }

    [TestCase(NumberFormat.MxInt8, -6)]
    [TestCase(NumberFormat.MxFp8E4M3, -9)]
    [TestCase(NumberFormat.MxFp8E5M2, -16)]
    public void The_scale_of_a_block_is_at_least_that_of_its_eight_bits(NumberFormat format, int least)
    {
        float smallest = float.Exp2(-127 + least);
        Assert.That(Block(format, smallest, smallest * 0.49f), Is.EqualTo((float[])[smallest, 0]));
    }

    [Test]
    public void The_product_of_any_two_numbers_of_8_bits_is_one_of_binary32()
    {
        foreach (float a in Bytes.SelectMany(Table))
        {
            foreach (float b in Bytes.SelectMany(Table))
                Assert.That((double)(a * b), Is.EqualTo((double)a * b));
        }
    }

    [TestCase(NumberFormat.Fp8E4M3, 33, 33)]
    [TestCase(NumberFormat.Bf16, 33, 66)]
    [TestCase(NumberFormat.MxInt8, 32, 33)]
    [TestCase(NumberFormat.MxInt8, 33, 35)]
    [TestCase(NumberFormat.MxFp8E5M2, 1, 2)]
    [TestCase(NumberFormat.Bit, 33, 5)]
    public void Bytes_hold_the_elements_and_a_scale_for_each_block_begun(NumberFormat format, int count, int bytes) =>
        Assert.That(format.BytesFor(count), Is.EqualTo(bytes));

    // Numbers that are not negative, in the order of their codes, as OFP8 1.0 defines them: (1 + f/2ᵐ)·2^(e − bias), and below
    // the least exponent f/2ᵐ·2^(1 − bias). E4M3 leaves out S.1111.111, E5M2 the whole greatest exponent.
    private static float[] Table(NumberFormat format)
    {
        (int fraction, int bias, int codes) = format == NumberFormat.Fp8E4M3 ? (3, 7, 0x7F) : (2, 15, 0x7C);
        return
        [
            .. Enumerable.Range(0, codes).Select(code => (Exponent: code >> fraction,
                    Fraction: (code & ((1 << fraction) - 1)) / Math.Pow(2, fraction)))
                .Select(n => (float)(n.Exponent == 0 ? n.Fraction * Math.Pow(2, 1 - bias)
                    : (1 + n.Fraction) * Math.Pow(2, n.Exponent - bias))),
        ];
    }

    private static float Rounded(NumberFormat format, float value)
    {
        float[] one = [value];
        FloatRounding.Round(format, one);
        return one[0];
    }

    private static float[] Block(NumberFormat format, params float[] values)
    {
        FloatRounding.Round(format, values);
        return values;
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static float Of(int bits) => BitConverter.Int32BitsToSingle(bits);
}
