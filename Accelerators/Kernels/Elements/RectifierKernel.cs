using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>What a backward pass does at a rectifier whose zero is 0.</summary>
public static unsafe class RectifierKernel
{
    /// <summary>dx = dy where 0 &lt; y &lt; ceiling, else 0.</summary>
    /// <param name="dy">[n], any integer format.</param>
    /// <param name="y">[n], the rectifier's result or its signs.</param>
    /// <param name="dx">[n] in dy's format; may be dy.</param>
    /// <param name="ceiling">What y is clamped to; the greatest number: nothing.</param>
    public static void Gradient(Operand dy, Operand y, Operand dx, int ceiling = int.MaxValue)
    {
        int count = dy.Count();
        y.Check(count, nameof(y));
        dx.Check(count, nameof(dx));
        if (dx.Format != dy.Format)
            throw new ArgumentException($"dy is {dy.Format}, dx is {dx.Format}.", nameof(dx));
        if (ceiling <= y.Format.MaxValue())
        {
            OneByOne(dy, y, dx, ceiling);
            return;
        }

        switch ((IntegerAccess.Bytes(dy.Format), IntegerAccess.Bytes(y.Format)))
        {
            case (1, 1): Masked(dy.As<sbyte>(), y.As<sbyte>(), dx.As<sbyte>()); break;
            case (1, 2): Masked(dy.As<sbyte>(), y.As<short>(), dx.As<sbyte>()); break;
            case (2, 1): Masked(dy.As<short>(), y.As<sbyte>(), dx.As<short>()); break;
            case (2, 2): Masked(dy.As<short>(), y.As<short>(), dx.As<short>()); break;
            default: OneByOne(dy, y, dx); break;
        }
    }

    /// <summary>The same by the textbook, for every format.</summary>
    internal static void OneByOne(Operand dy, Operand y, Operand dx, int ceiling = int.MaxValue)
    {
        fixed (byte* from = dy.Bytes, result = y.Bytes, to = dx.Bytes)
        {
            for (int i = 0; i < dy.Count(); i++)
                IntegerAccess.Write(to, dx.Format, i, IsInside(IntegerAccess.Read(result, y.Format, i), ceiling)
                    ? IntegerAccess.Read(from, dy.Format, i) : 0);
        }
    }

    private static void Masked<TGradient, TResult>(
        ReadOnlySpan<TGradient> dy, ReadOnlySpan<TResult> y, Span<TGradient> dx)
        where TGradient : unmanaged, IBinaryInteger<TGradient>
        where TResult : unmanaged, IBinaryInteger<TResult>
    {
        int i = 0;
        for (; sizeof(TGradient) == sizeof(TResult) && i <= dx.Length - Vector<TGradient>.Count; i += Vector<TGradient>.Count)
        {
            Vector<TResult> positive = Vector.GreaterThan(new Vector<TResult>(y[i..]), Vector<TResult>.Zero);
            (positive.As<TResult, TGradient>() & new Vector<TGradient>(dy[i..])).CopyTo(dx[i..]);
        }

        for (; i < dx.Length; i++)
            dx[i] = y[i] > TResult.Zero ? dy[i] : TGradient.Zero;
    }

    private static bool IsInside(long y, int ceiling) => y > 0 && y < ceiling;

    /// <summary>1 where 0 &lt; x &lt; ceiling, else 0.</summary>
    /// <param name="x">[n], any integer format.</param>
    /// <param name="signs">[n], held one to a byte.</param>
    /// <param name="ceiling">What x is clamped to; the greatest number: nothing.</param>
    public static void Signs(Operand x, Operand signs, int ceiling = int.MaxValue)
    {
        signs.Check(x.Count(), nameof(signs));
        fixed (byte* from = x.Bytes, to = signs.Bytes)
        {
            for (int i = 0; i < signs.Count(); i++)
                to[i] = IsInside(IntegerAccess.Read(from, x.Format, i), ceiling) ? (byte)1 : (byte)0;
        }
    }
}
