using System.Collections.Immutable;
using NpuSim.Simulator.Execution.Float;
using NpuSim.Simulator.Execution.Float.Reference;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Execution;

/// <summary>Operations that only move elements, worked out once as the source of each element.</summary>
internal static class Permutation
{
    /// <summary>For each element of the result, the index of the operand's element that goes there.</summary>
    /// <param name="shape">Shape of the operand.</param>
    /// <param name="axes">Axis i of the result is this axis of the operand.</param>
    public static int[] Sources(Shape shape, ReadOnlySpan<int> axes)
    {
        int rank = shape.Rank;
        int[] strides = new int[rank];
        for (int axis = rank - 1, stride = 1; axis >= 0; stride *= shape[axis--])
            strides[axis] = stride;
        int[] sources = new int[shape.Count];
        int filled = 1; // sources[0..filled] hold the offsets of the innermost result axes done so far
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            int extent = shape[axes[axis]], stride = strides[axes[axis]];
            for (int i = 1; i < extent; i++)
            {
                for (int j = 0; j < filled; j++)
                    sources[(i * filled) + j] = sources[j] + (i * stride);
            }

            filled *= extent;
        }

        return sources;
    }

    /// <summary>
    /// For each element of the result, the index of the element that goes there, the operands counted one after another.
    /// </summary>
    /// <param name="op">An operation that only moves elements.</param>
    /// <param name="operands">Shapes of its operands.</param>
    public static int[] Sources(Op op, ImmutableArray<Shape> operands)
    {
        Tensor<double>[] indices = new Tensor<double>[operands.Length];
        int next = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            double[] own = new double[operands[i].Count];
            foreach (ref double index in own.AsSpan())
                index = next++;
            indices[i] = new(operands[i], own);
        }

        Shape shape = op.Infer(operands);
        double[] moved = new double[shape.Count];
        FloatReference.Execute<double>(op, indices, new(shape, moved)); // indices are exact in a double
        return [.. moved.Select(index => (int)index)];
    }

    /// <summary>y[i] = x[sources[i]].</summary>
    public static void Gather<T>(ReadOnlySpan<int> sources, ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < y.Length; i++)
            y[i] = x[sources[i]];
    }
}
