using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Operations that only move elements.</summary>
internal static class Layout
{
    internal static void Transpose<T>(ReadOnlySpan<int> permutation, Tensor<T> x, Span<T> y) where T : unmanaged
    {
        int rank = permutation.Length, last = rank - 1;
        Span<int> strides = stackalloc int[rank], extents = stackalloc int[rank], index = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            extents[axis] = x.Shape[permutation[axis]];
            strides[axis] = 1;
            for (int inner = permutation[axis] + 1; inner < rank; inner++)
                strides[axis] *= x.Shape[inner];
        }

        ReadOnlySpan<T> source = x.Span;
        index.Clear();
        int from = 0;
        for (int to = 0; to < y.Length; to += extents[last])
        {
            for (int i = 0; i < extents[last]; i++)
                y[to + i] = source[from + (i * strides[last])];
            for (int axis = last - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < extents[axis])
                    break;
                from -= strides[axis] * extents[axis];
                index[axis] = 0;
            }
        }
    }

    internal static void Concat<T>(int axis, ReadOnlySpan<Tensor<T>> inputs, Tensor<T> y) where T : unmanaged
    {
        int inner = Inner(y.Shape, axis), offset = 0, stride = y.Shape[axis] * inner;
        Span<T> target = y.Span;
        foreach (Tensor<T> x in inputs)
        {
            int length = x.Shape[axis] * inner;
            ReadOnlySpan<T> source = x.Span;
            for (int from = 0, to = offset; from < source.Length; from += length, to += stride)
                source.Slice(from, length).CopyTo(target[to..]);
            offset += length;
        }
    }

    internal static void Slice<T>(Slice op, Tensor<T> x, Span<T> y) where T : unmanaged
    {
        int inner = Inner(x.Shape, op.Axis), length = op.Length * inner, stride = x.Shape[op.Axis] * inner;
        ReadOnlySpan<T> source = x.Span;
        for (int to = 0, from = op.Start * inner; to < y.Length; to += length, from += stride)
            source.Slice(from, length).CopyTo(y[to..]);
    }

    internal static void Lookup<T>(ReadOnlySpan<T> indices, Tensor<T> table, Span<T> y) where T : unmanaged,
        IBinaryFloatingPointIeee754<T>
    {
        int length = table.Shape[1];
        ReadOnlySpan<T> rows = table.Span;
        for (int i = 0; i < indices.Length; i++)
            rows.Slice(int.CreateChecked(indices[i]) * length, length).CopyTo(y[(i * length)..]);
    }

    internal static void LookupGradient<T>(ReadOnlySpan<T> indices, ReadOnlySpan<T> dy, Span<T> table, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        table.Clear();
        for (int i = 0; i < indices.Length; i++)
        {
            Span<T> row = table.Slice(int.CreateChecked(indices[i]) * length, length);
            Arithmetic.Add(row, dy.Slice(i * length, length), row);
        }
    }

    internal static void Rotate<T>(Rotate op, Tensor<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int positions = x.Shape[^2], half = x.Shape[^1] / 2;
        (double[] cosines, double[] sines) = op.Tables(positions, 2 * half);
        ReadOnlySpan<T> from = x.Span;
        for (int row = 0; row < from.Length; row += 2 * half)
        {
            int at = row / (2 * half) % positions * half;
            for (int i = 0; i < half; i++)
            {
                T cosine = T.CreateChecked(cosines[at + i]), sine = T.CreateChecked(sines[at + i]);
                (T first, T second) = (from[row + i], from[row + half + i]);
                y[row + i] = (first * cosine) - (second * sine);
                y[row + half + i] = (second * cosine) + (first * sine);
            }
        }
    }

    // Sums of a few elements along an axis, each times its factor, in the order of the taps.
    internal static void Resample<T>(Resample op, Tensor<T> x, Span<T> y) where T : unmanaged,
        System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int size = op.Taps.Size, count = op.Taps.Rows.Length;
        int inner = op.Axis + 1 < x.Shape.Rank ? (int)x.Shape[(op.Axis + 1)..].Count : 1;
        int outer = (int)(x.Shape.Count / ((long)size * inner));
        ReadOnlySpan<T> from = x.Span;
        y.Clear();
        for (int o = 0; o < outer; o++)
        {
            for (int to = 0; to < count; to++)
            {
                Span<T> sum = y.Slice(((o * count) + to) * inner, inner);
                foreach ((int index, float factor) in op.Taps.Rows[to])
                {
                    T weight = T.CreateChecked(factor);
                    ReadOnlySpan<T> line = from.Slice(((o * size) + index) * inner, inner);
                    for (int i = 0; i < inner; i++)
                        sum[i] = T.FusedMultiplyAdd(line[i], weight, sum[i]);
                }
            }
        }
    }

    internal static void Pad<T>(Pad op, Tensor<T> x, Span<T> y) where T : unmanaged
    {
        int inner = Inner(x.Shape, op.Axis), length = x.Shape[op.Axis] * inner;
        int stride = ((op.Before + op.After) * inner) + length;
        ReadOnlySpan<T> source = x.Span;
        y.Clear();
        for (int from = 0, to = op.Before * inner; from < source.Length; from += length, to += stride)
            source.Slice(from, length).CopyTo(y[to..]);
    }

    private static int Inner(Shape shape, int axis)
    {
        int count = 1;
        for (int i = axis + 1; i < shape.Rank; i++)
            count *= shape[i];
        return count;
    }
}
