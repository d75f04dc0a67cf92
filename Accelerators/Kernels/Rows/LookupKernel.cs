using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Rows of a table by their indices: y[i] = table[index[i]].</summary>
public static class LookupKernel
{
    /// <summary>Copies the rows that the indices name.</summary>
    /// <param name="indices">[n], each 0..rows−1.</param>
    /// <param name="table">[rows, m] of whole bytes.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="y">[n, m] in the format of the table.</param>
    /// <param name="origin">What to call the operation in messages.</param>
    /// <exception cref="InputException">An index names no row.</exception>
    public static void Run(ReadOnlySpan<int> indices, Operand table, int rows, Operand y, string origin)
    {
        int length = table.Bytes.Length / rows;
        if (y.Format != table.Format || y.Bytes.Length != indices.Length * length)
            throw new ArgumentException($"{y.Bytes.Length} bytes of {y.Format} for {indices.Length} rows of {length}.",
                nameof(y));
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)rows)
                throw new InputException($"{origin}: the index {indices[i]} is none of its table's {rows} rows.");
            table.Bytes.Slice(indices[i] * length, length).CopyTo(y.Bytes[(i * length)..]);
        }
    }
}
