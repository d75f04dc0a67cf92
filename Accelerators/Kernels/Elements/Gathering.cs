using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Which elements of an operand a result consists of, in order, as the places of runs that stay together.</summary>
/// <param name="starts">First element of each run in the operand.</param>
/// <param name="run">Elements of each run, at least 1.</param>
public sealed class Gathering(int[] starts, int run)
{
    private int[]? elements;

    /// <summary>For each element of the result, the index of the operand's element that goes there.</summary>
    public int[] Elements => elements ??= [.. starts.SelectMany(start => Enumerable.Range(start, run))];

    /// <summary>Moves elements of one, two or four bytes.</summary>
    /// <param name="x">The operand.</param>
    /// <param name="y">The result; not in the operand's memory.</param>
    /// <param name="elementBytes">1, 2 or 4.</param>
    public void Copy(ReadOnlySpan<byte> x, Span<byte> y, int elementBytes)
    {
        if (elementBytes == 1)
            Copy<byte>(x, y);
        else if (elementBytes == 2)
            Copy(MemoryMarshal.Cast<byte, short>(x), MemoryMarshal.Cast<byte, short>(y));
        else
            Copy(MemoryMarshal.Cast<byte, int>(x), MemoryMarshal.Cast<byte, int>(y));
    }

    private void Copy<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        if (run == 1)
        {
            for (int i = 0; i < y.Length; i++)
                y[i] = x[starts[i]];
            return;
        }

        for (int i = 0; i < starts.Length; i++)
            x.Slice(starts[i], run).CopyTo(y[(i * run)..]);
    }
}
