using System.Numerics;
using System.Numerics.Tensors;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Activation functions and their gradients.</summary>
internal static class Activations
{
    private const int Block = 256;

    internal static void Relu<T>(ReadOnlySpan<T> x, Span<T> y, T ceiling) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> value = new(x[i..]);
                Vector.ConditionalSelect(Vector.LessThanOrEqual(value, Vector<T>.Zero), Vector<T>.Zero, value).CopyTo(y[i..]);
            }
        }

        for (; i < y.Length; i++)
            y[i] = x[i] <= T.Zero ? T.Zero : x[i];
        if (T.IsFinite(ceiling))
            TensorPrimitives.Min(y, ceiling, y);
    }

    internal static void Each<T>(UnaryFunction function, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = T.CreateSaturating(function.Of(double.CreateChecked(x[i])));
    }

    internal static void EachGradient<T>(UnaryFunction function, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < dx.Length; i++)
            dx[i] = dy[i] * T.CreateSaturating(function.Slope(double.CreateChecked(x[i])));
    }

    internal static void Positive<T>(ReadOnlySpan<T> x, Span<T> y, T ceiling) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i] > T.Zero && x[i] < ceiling ? T.One : T.Zero;
    }

    internal static void ReluGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> y, Span<T> dx, T ceiling)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= dx.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> positive = Vector.GreaterThan(new Vector<T>(y[i..]), Vector<T>.Zero);
                Vector.ConditionalSelect(positive, new Vector<T>(dy[i..]), Vector<T>.Zero).CopyTo(dx[i..]);
            }
        }

        for (; i < dx.Length; i++)
            dx[i] = y[i] > T.Zero ? dy[i] : T.Zero;
        for (i = 0; T.IsFinite(ceiling) && i < dx.Length; i++)
            dx[i] = y[i] < ceiling ? dx[i] : T.Zero;
    }

    // As Each would, but by a polynomial of spans: transformers spend much of their time here.
    internal static void Gelu<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[Block];
        for (int start = 0; start < y.Length; start += Block)
        {
            int length = Math.Min(Block, y.Length - start);
            ReadOnlySpan<T> values = x.Slice(start, length);
            Span<T> phi = buffer[..length];
            Functions.NormalDistribution(values, phi);
            Arithmetic.Multiply(values, phi, y.Slice(start, length));
        }
    }

    internal static void GeluGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> first = stackalloc T[Block], second = stackalloc T[Block];
        for (int start = 0; start < dx.Length; start += Block)
        {
            int length = Math.Min(Block, dx.Length - start);
            ReadOnlySpan<T> values = x.Slice(start, length);
            Span<T> phi = first[..length], slope = second[..length];
            Functions.NormalDistribution(values, phi);
            Functions.NormalDensity(values, slope);
            Arithmetic.Multiply<T>(slope, values, slope);
            Arithmetic.Add<T>(slope, phi, slope);
            Arithmetic.Multiply(dy.Slice(start, length), slope, dx.Slice(start, length));
        }
    }
}
