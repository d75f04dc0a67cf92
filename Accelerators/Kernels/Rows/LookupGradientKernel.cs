using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Gradient of rows found by their indices: row r is the sum of dy[i] over all i with index[i] = r, exactly.</summary>
public static class LookupGradientKernel
{
    /// <summary>Adds up.</summary>
    /// <param name="indices">[n], at most 2¹⁶, each a row of the table.</param>
    /// <param name="dy">[n, length], int8 or int16.</param>
    /// <param name="length">Elements of a row.</param>
    /// <param name="table">[rows, length], in the scale of dy.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static void Run(ReadOnlySpan<int> indices, Operand dy, int length, Span<int> table)
    {
        int[] slopes = SoftmaxGradientKernel.Widened(dy);
        if (slopes.Length != (long)indices.Length * length || indices.Length > 1 << 16)
            throw new ArgumentException($"{slopes.Length} gradients of {indices.Length} rows of {length}.", nameof(dy));
        table.Clear();
        for (int i = 0; i < indices.Length; i++)
        {
            Span<int> row = table.Slice(indices[i] * length, length);
            for (int j = 0; j < length; j++)
                row[j] += slopes[(i * length) + j];
        }
    }
}
