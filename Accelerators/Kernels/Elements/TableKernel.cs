using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Applies a unary function held in a table.</summary>
internal static unsafe class TableKernel
{
    /// <summary>The error function form of GELU: x·(1 + erf(x/√2))/2.</summary>
    public static double Gelu(double x) => x * (1 + Elementary.Erf(x * 0.70710678118654752)) / 2;

    /// <summary>1 / (1 + e^−x).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Elementary.Exp(-x));

    /// <summary>y[i] = table(x[i]).</summary>
    /// <param name="table">Fits the formats of x and y.</param>
    /// <param name="x">[n], int8 or int16.</param>
    /// <param name="y">[n], int8 or int16; may be x when the formats are equal.</param>
    /// <exception cref="ArgumentException">Sizes or formats differ.</exception>
    public static void Run(LookupTable table, Operand x, Operand y)
    {
        int count = x.Count();
        y.Check(count, nameof(y));
        if (x.Format != table.Input || y.Format != table.Output)
            throw new ArgumentException($"The table maps {table.Input} to {table.Output}, not {x.Format} to {y.Format}.",
                nameof(table));
        fixed (byte* px = x.Bytes, py = y.Bytes)
            TableJob.Mine.Run(table, px, py, count);
    }
}
