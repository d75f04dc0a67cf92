using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Sums and products element by element, and sums over broadcast axes.</summary>
internal static class Arithmetic
{
    internal static void Add<T>(Tensor<T> a, Tensor<T> b, Span<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Combine<T, Addition>(a, b, result);

    internal static void Multiply<T>(Tensor<T> a, Tensor<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Combine<T, Multiplication>(a, b, result);

    internal static void Add<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Zip<T, Addition>(a, b, result);

    internal static void Multiply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Zip<T, Multiplication>(a, b, result);

    internal static void Subtract<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Zip<T, Subtraction>(a, b, result);

    /// <summary>result = values − number.</summary>
    internal static void Subtract<T>(ReadOnlySpan<T> values, T number, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(values[i..]) - new Vector<T>(number)).CopyTo(result[i..]);
        }

        for (; i < values.Length; i++)
            result[i] = values[i] - number;
    }

    internal static void Divide<T>(Span<T> values, T divisor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(values[i..]) / new Vector<T>(divisor)).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
            values[i] /= divisor;
    }

    /// <summary>result = values · factor.</summary>
    internal static void Scale<T>(ReadOnlySpan<T> values, T factor, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
                (new Vector<T>(values[i..]) * new Vector<T>(factor)).CopyTo(result[i..]);
        }

        for (; i < values.Length; i++)
            result[i] = values[i] * factor;
    }

    internal static void SumTo<T>(Tensor<T> x, Tensor<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Alignment alignment = new(result.Shape, x.Shape);
        Span<T> sums = result.Span;
        sums.Clear();
        ReadOnlySpan<T> values = x.Span;
        for (int start = 0; start < values.Length; start += alignment.Run)
        {
            Span<T> sum = sums.Slice(alignment.IndexOf(start), alignment.Run);
            Zip<T, Addition>(sum, values.Slice(start, alignment.Run), sum);
        }
    }

    internal static void Broadcast<T>(Tensor<T> x, Tensor<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Alignment alignment = new(x.Shape, result.Shape);
        ReadOnlySpan<T> source = x.Span;
        Span<T> target = result.Span;
        for (int start = 0; start < target.Length; start += alignment.Run)
            source.Slice(alignment.IndexOf(start), alignment.Run).CopyTo(target[start..]);
    }

    /// <summary>1 where a comparison holds, else 0; b is repeated over a.</summary>
    internal static void Compare<T>(Comparison kind, Tensor<T> a, Tensor<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Alignment alignment = new(b.Shape, a.Shape);
        ReadOnlySpan<T> left = a.Span, right = b.Span;
        for (int start = 0; start < left.Length; start += alignment.Run)
        {
            int index = alignment.IndexOf(start);
            for (int i = 0; i < alignment.Run; i++)
            {
                (T u, T v) = (left[start + i], right[index + i]);
                bool holds = kind switch
                {
                    Comparison.Equal => u == v,
                    Comparison.Less => u < v,
                    _ => u <= v,
                };
                result[start + i] = holds ? T.One : T.Zero;
            }
        }
    }

    /// <summary>a where the condition is not 0, else b; all are repeated over the result.</summary>
    internal static void Select<T>(Tensor<T> condition, Tensor<T> a, Tensor<T> b, Tensor<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Alignment ofCondition = new(condition.Shape, result.Shape), ofA = new(a.Shape, result.Shape),
            ofB = new(b.Shape, result.Shape);
        ReadOnlySpan<T> chosen = condition.Span, left = a.Span, right = b.Span;
        Span<T> y = result.Span;
        int run = Math.Min(ofCondition.Run, Math.Min(ofA.Run, ofB.Run));
        for (int start = 0; start < y.Length; start += run)
        {
            (int c, int l, int r) = (ofCondition.Place(start), ofA.Place(start), ofB.Place(start));
            for (int i = 0; i < run; i++)
                y[start + i] = chosen[c + i] != T.Zero ? left[l + i] : right[r + i];
        }
    }

    private static void Combine<T, TOperation>(Tensor<T> a, Tensor<T> b, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperation : IOperation
    {
        Alignment alignment = new(b.Shape, a.Shape);
        ReadOnlySpan<T> left = a.Span, right = b.Span;
        int run = alignment.Run;
        for (int start = 0; start < left.Length; start += run)
            Zip<T, TOperation>(left.Slice(start, run), right.Slice(alignment.IndexOf(start), run), result.Slice(start, run));
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

    private readonly struct Subtraction : IOperation
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a - b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a - b;
    }

    private readonly struct Multiplication : IOperation
    {
        public static T Apply<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a * b;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T> => a * b;
    }

    // How a small tensor follows a large one it broadcasts to.
    private readonly ref struct Alignment
    {
        private readonly Shape small, large;
        private readonly bool isSuffix;

        internal Alignment(Shape small, Shape large)
        {
            (this.small, this.large, Run) = (small, large, 1);
            for (int axis = 1; axis <= small.Rank && small[^axis] == large[^axis]; axis++)
                Run *= small[^axis];
            isSuffix = Run == small.Count;
        }

        // Innermost elements over which the small one does not repeat.
        internal int Run { get; }

        // Likewise of a position within a run.
        internal int Place(int position) => IndexOf(position - (position % Run)) + (position % Run);

        // Where the element at a position of the large one, a multiple of the run, lies in the small one.
        internal int IndexOf(int position)
        {
            if (isSuffix)
                return 0;
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
    }
}
