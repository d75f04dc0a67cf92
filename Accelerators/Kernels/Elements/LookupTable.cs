using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// A unary function as a table. Int8: 256 entries, exact. Int16: 512 intervals of 128 with linear interpolation, whose samples
/// are moved by half the error at mid-interval so that the error splits evenly (TFLite's interpolated tables).
/// </summary>
public sealed class LookupTable
{
    private readonly short[] entries;
    private sbyte[]? byBits;

    private LookupTable(NumberFormat input, NumberFormat output, short[] entries) =>
        (Input, Output, this.entries) = (input, output, entries);

    /// <summary>Format of the argument: int8 or int16.</summary>
    public NumberFormat Input { get; }

    /// <summary>Format of the value: int8 or int16.</summary>
    public NumberFormat Output { get; }

    /// <summary>256 or 513 entries, from the least argument up.</summary>
    public ReadOnlySpan<short> Entries => entries;

    /// <summary>8-bit values of an 8-bit argument by its bits: arguments 0..127, then −128..−1.</summary>
    internal sbyte[] ByBits => byBits ??= [.. Enumerable.Range(0, 256).Select(i => (sbyte)entries[i ^ 128])];

    /// <summary>Tabulates f for an 8-bit argument: entry[x] = clamp(round-half-away(f((x − zero point)·scale) / output scale) +
    /// output zero point).</summary>
    public static LookupTable ForInt8(
        Func<double, double> f,
        double inputScale,
        double outputScale,
        NumberFormat output = NumberFormat.Int8,
        int inputZeroPoint = 0,
        int outputZeroPoint = 0)
    {
        short[] entries = new short[256];
        for (int x = -128; x < 128; x++)
        {
            double value = Math.Round(f((x - inputZeroPoint) * inputScale) / outputScale, MidpointRounding.AwayFromZero);
            entries[x + 128] = (short)Math.Clamp(value + outputZeroPoint, output.MinValue(), output.MaxValue());
        }

        return new LookupTable(NumberFormat.Int8, output, entries);
    }

    /// <summary>Tabulates integers for an 8-bit argument; they are clamped to 8 bits.</summary>
    internal static LookupTable OfInt8(Func<int, int> f) =>
        new(NumberFormat.Int8, NumberFormat.Int8,
            [.. Enumerable.Range(-128, 256).Select(x => (short)Math.Clamp(f(x), -128, 127))]);

    /// <summary>Tabulates f for a 16-bit symmetric argument of scale <paramref name="inputScale"/>.</summary>
    public static LookupTable ForInt16(
        Func<double, double> f, double inputScale, double outputScale, NumberFormat output = NumberFormat.Int16) =>
        ForInt16Range(f, -32768 * inputScale, 32768 * inputScale, 1 / outputScale, output);

    /// <summary>Tabulates f on [least, greatest], which the argument −32768..32767 spans.</summary>
    internal static LookupTable ForInt16Range(
        Func<double, double> f, double least, double greatest, double unitsPerOne, NumberFormat output = NumberFormat.Int16)
    {
        short[] entries = new short[513];
        double step = (greatest - least) / 512;
        for (int i = 0; i < 512; i++)
        {
            double sample = Round(f(least + (i * step)) * unitsPerOne);
            double middle = Round(f(least + (i * step) + (step / 2)) * unitsPerOne);
            double interpolated = Round(((f(least + ((i + 1) * step)) * unitsPerOne) + sample) / 2);
            entries[i] = Clamp(sample - Round((interpolated - middle) / 2), output);
        }

        entries[512] = Clamp(Round(f(greatest) * unitsPerOne), output);
        return new LookupTable(NumberFormat.Int16, output, entries);
    }

    /// <summary>The value at a 16-bit argument: base + RHU(slope · (x mod 128), 7).</summary>
    internal int Interpolate(int x)
    {
        int index = 256 + (x >> 7), low = entries[index];
        return low + ((((entries[index + 1] - low) * (x & 127)) + 64) >> 7);
    }

    private static double Round(double value) => Math.Round(value, MidpointRounding.AwayFromZero);

    private static short Clamp(double value, NumberFormat format) =>
        (short)Math.Clamp(value, format.MinValue(), format.MaxValue());
}
