using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Sums and products element by element, and sums over broadcast axes.</summary>
internal static class Arithmetic
{
    internal static void Add<T>(Tensor<T> a, Tensor<T> b, Span<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Combine<T, Addition>(a, b, result);

    internal static void Multiply<T>(Tensor<T> a, Tensor<T> b, Span<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Combine<T, Multiplication>(a, b, result);

    internal static void SumTo<T>(Tensor<T> x, Tensor<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> sums = result.Span;
        sums.Clear();
        int run = Run(result.Shape, x.Shape);
        ReadOnlySpan<T> values = x.Span;
        for (int start = 0; start < values.Length; start += run)
        {
            Span<T> sum = sums.Slice(IndexOf(start, x.Shape, result.Shape), run);
            Zip<T, Addition>(sum, values.Slice(start, run), sum);
        }
    }

    internal static void Broadcast<T>(Tensor<T> x, Tensor<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> target = result.Span;
        int run = Run(x.Shape, result.Shape);
        for (int start = 0; start < target.Length; start += run)
            x.Span.Slice(IndexOf(start, result.Shape, x.Shape), run).CopyTo(target[start..]);
    }

    private static void Combine<T, TOperation>(Tensor<T> a, Tensor<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperation : IOperation
    {
        int run = Run(b.Shape, a.Shape);
        ReadOnlySpan<T> left = a.Span, right = b.Span;
        for (int start = 0; start < left.Length; start += run)
            Zip<T, TOperation>(left.Slice(start, run), right.Slice(IndexOf(start, a.Shape, b.Shape), run), result.Slice(start, run));
    }

    // Innermost elements over which the small shape follows the large one without repeating.
    private static int Run(Shape small, Shape large)
    {
        int run = 1;
        for (int axis = 1; axis <= small.Rank && small[^axis] == large[^axis]; axis++)
            run *= small[^axis];
        return run;
    }

    // Where the element at a position of the large tensor lies in the small one that broadcasts to it.
    private static int IndexOf(int position, Shape large, Shape small)
    {
        int index = 0, stride = 1;
        for (int axis = 1; axis <= small.Rank; axis++)
        {
            if (small[^axis] != 1)
                index += position % large[^axis] * stride;
            position /= large[^axis];
            stride *= small[^axis];
        }

        return index;
    }

    private static void Zip<T, TOperation>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperation : IOperation
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
                TOperation.Apply(new Vector<T>(a[i..]), new Vector<T>(b[i..])).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
            result[i] = TOperation.Apply(a[i], b[i]);
    }

    private interface IOperation
    {
        static abstract T Apply<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

        static abstract Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    private readonly struct Addition : IOperation
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a + b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a + b;
    }

    private readonly struct Multiplication : IOperation
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a * b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a * b;
    }
}
