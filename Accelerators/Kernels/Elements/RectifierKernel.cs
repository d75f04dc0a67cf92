using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>What a backward pass does at a rectifier whose zero is 0.</summary>
public static unsafe class RectifierKernel
{
    /// <summary>dx = dy where y &gt; 0, else 0.</summary>
    /// <param name="dy">[n], any integer format.</param>
    /// <param name="y">[n], the rectifier's result or its signs.</param>
    /// <param name="dx">[n] in dy's format; may be dy.</param>
    public static void Gradient(Operand dy, Operand y, Operand dx)
    {
        int count = dy.Count();
        y.Check(count, nameof(y));
        dx.Check(count, nameof(dx));
        if (dx.Format != dy.Format)
            throw new ArgumentException($"dy is {dy.Format}, dx is {dx.Format}.", nameof(dx));
        fixed (byte* from = dy.Bytes, result = y.Bytes, to = dx.Bytes)
        {
            for (int i = 0; i < count; i++)
                IntegerAccess.Write(to, dx.Format, i, IntegerAccess.Read(result, y.Format, i) > 0
                    ? IntegerAccess.Read(from, dy.Format, i) : 0);
        }
    }

    /// <summary>1 where x &gt; 0, else 0.</summary>
    /// <param name="x">[n], any integer format.</param>
    /// <param name="signs">[n], held one to a byte.</param>
    public static void Signs(Operand x, Operand signs)
    {
        signs.Check(x.Count(), nameof(signs));
        fixed (byte* from = x.Bytes, to = signs.Bytes)
        {
            for (int i = 0; i < signs.Count(); i++)
                to[i] = IntegerAccess.Read(from, x.Format, i) > 0 ? (byte)1 : (byte)0;
        }
    }
}
