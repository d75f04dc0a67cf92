using NpuSim.Accelerators.Kernels.Elements;

namespace NpuSim.Accelerators.Tests.Kernels.Elements;

/// <summary>
/// All 256 arguments at many scales against TFLite's formulas, written out here from their description: gemmlowp's SRDHM and
/// RoundingDivideByPOT with their nudges, 64-bit integers, float32 where TFLite has it.
/// </summary>
public sealed class TfliteTablesTests
{
    private static readonly (float Scale, int ZeroPoint)[] Inputs =
        [(0.0235294f, -128), (0.05f, 3), (0.0784314f, 0), (0.11f, -17), (0.25f, 40), (1.3f, 12), (0.0039f, 127)];

    private static readonly (float Scale, int ZeroPoint)[] Outputs =
        [(0.00390625f, -128), (0.0078125f, 0), (0.03f, 5), (0.05f, 3), (0.1f, -100), (0.4f, 9)];

    private static IEnumerable<TestCaseData> Functions()
    {
        yield return new TestCaseData(Wrap((a, b) => TfliteTables.Requantized(a, b)), Wrap(Quantize),
            (Func<double, double>)(x => x), 1).SetArgDisplayNames("QUANTIZE");
        yield return new TestCaseData(Wrap((a, b) => TfliteTables.LeakyRelu(0.1f, a, b)), Wrap(Leaky),
            (Func<double, double>)(x => x < 0 ? 0.1f * x : x), 1).SetArgDisplayNames("LEAKY_RELU");
        yield return new TestCaseData(Wrap(TfliteTables.HardSwish), Wrap(HardSwish),
            (Func<double, double>)(x => x * Math.Clamp((x / 6) + 0.5, 0, 1)), 1).SetArgDisplayNames("HARD_SWISH");
        yield return new TestCaseData(Wrap((a, b) => TfliteTables.Of(MathF.Tanh, a, b)),
            Wrap((x, a, b) => Table(MathF.Tanh, x, a, b)), (Func<double, double>)Math.Tanh, 1).SetArgDisplayNames("TANH");
        yield return new TestCaseData(Wrap((a, b) => TfliteTables.Of(Logistic, a, b)),
            Wrap((x, a, b) => Table(Logistic, x, a, b)), (Func<double, double>)(x => 1 / (1 + Math.Exp(-x))), 1)
            .SetArgDisplayNames("LOGISTIC");
    }

    [TestCaseSource(nameof(Functions))]
    public void Every_entry_is_that_of_TFLite_and_near_the_exact_one(
        Func<(float, int), (float, int), LookupTable?> made, Func<int, (float, int), (float, int), long?> rule,
        Func<double, double> exact, int bound)
    {
        int compared = 0, inexact = 0, furthest = 0;
        foreach ((float Scale, int ZeroPoint) from in Inputs)
        {
            foreach ((float Scale, int ZeroPoint) to in Outputs)
            {
                LookupTable? table = made(from, to);
                LookupTable nearest = LookupTable.ForInt8(exact, from.Scale, to.Scale, inputZeroPoint: from.ZeroPoint,
                    outputZeroPoint: to.ZeroPoint);
                for (int x = -128; x < 128; x++)
                {
                    long? expected = rule(x, from, to);
                    Assert.That(table is null, Is.EqualTo(expected is null), $"{from} to {to}");
                    if (table is null)
                        continue;
                    Assert.That(table.Entries[x + 128], Is.EqualTo(Math.Clamp(expected!.Value, -128, 127)),
                        $"{x} of {from} to {to}");
                    int off = Math.Abs(table.Entries[x + 128] - nearest.Entries[x + 128]);
                    (compared, inexact, furthest) = (compared + 1, inexact + (off > 0 ? 1 : 0), Math.Max(furthest, off));
                }
            }
        }

        TestContext.Out.WriteLine($"{inexact} of {compared} entries are not the nearest integer, at most by {furthest}");
        Assert.That(furthest, Is.LessThanOrEqualTo(bound));
    }

    private static long? Quantize(int x, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to) =>
        Multiplied(x - from.ZeroPoint, (double)from.Scale / (double)to.Scale) + to.ZeroPoint;

    private static long? Leaky(int x, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to) =>
        Multiplied(x - from.ZeroPoint, x >= from.ZeroPoint ? from.Scale / to.Scale : from.Scale * 0.1f / to.Scale) + to.ZeroPoint;

    private static long? Table(Func<float, float> f, int x, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to) =>
        (int)MathF.Round(f(from.Scale * (x - from.ZeroPoint)) * (1f / to.Scale), MidpointRounding.AwayFromZero) + to.ZeroPoint;

    private static float Logistic(float x) => 1f / (1f + MathF.Exp(-x));

    private static long? HardSwish(int x, (float Scale, int ZeroPoint) from, (float Scale, int ZeroPoint) to)
    {
        float hires = 1f / 128f * from.Scale;
        (long outputMultiplier, int outputExponent) = Quantized(hires / to.Scale);
        (long reluishMultiplier, int reluishExponent) = Quantized(hires / (3f / 32768f));
        if (outputExponent > 0)
            return null;
        long input = (x - from.ZeroPoint) * 128L, preshift = HighMul(input, Half(outputMultiplier), 15), reluish = input;
        if (reluishExponent > 0)
            reluish = Short(reluish * (1L << (reluishExponent - 1)));
        reluish = HighMul(reluish, Half(reluishMultiplier), 15);
        if (reluishExponent > 0)
            reluish = Short(reluish * 2);
        if (reluishExponent < 0)
            reluish = Divided(reluish, -reluishExponent);
        reluish = (reluish + 32768) >> 1;
        return Divided(reluish * preshift / 32768, -outputExponent) + to.ZeroPoint;

        static long Half(long multiplier) => multiplier >= int.MaxValue - 32768L ? short.MaxValue : (multiplier + 32768) >> 16;
        static long Short(long value) => Math.Clamp(value, short.MinValue, short.MaxValue);
    }

    // MultiplyByQuantizedMultiplier.
    private static long Multiplied(long x, double factor)
    {
        (long multiplier, int shift) = Quantized(factor);
        return Divided(HighMul(x << Math.Max(shift, 0), multiplier, 31), Math.Max(-shift, 0));
    }

    // QuantizeMultiplier: frexp, and the fraction rounded to 31 bits.
    private static (long Multiplier, int Shift) Quantized(double factor)
    {
        int shift = 0;
        for (; factor >= 1; factor /= 2)
            shift++;
        for (; factor < 0.5; factor *= 2)
            shift--;
        long multiplier = (long)Math.Round(factor * (1L << 31), MidpointRounding.AwayFromZero);
        return multiplier == 1L << 31 ? (multiplier / 2, shift + 1) : (multiplier, shift);
    }

    private static long HighMul(long a, long b, int bits)
    {
        long product = a * b, nudge = product >= 0 ? 1L << (bits - 1) : 1 - (1L << (bits - 1));
        return (product + nudge) / (1L << bits);
    }

    private static long Divided(long x, int exponent)
    {
        long mask = (1L << exponent) - 1, remainder = x & mask, threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (remainder > threshold ? 1 : 0);
    }

    private static Func<(float, int), (float, int), LookupTable?> Wrap(Func<(float, int), (float, int), LookupTable?> made) =>
        made;

    private static Func<int, (float, int), (float, int), long?> Wrap(Func<int, (float, int), (float, int), long?> rule) => rule;
}
