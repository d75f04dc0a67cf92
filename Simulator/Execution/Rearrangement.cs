using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Moving the elements of a tensor without changing them: another order of axes, a part of one, a repetition. Worked out once as
/// the places of runs that stay together.
/// </summary>
internal static class Rearrangement
{
    // A result of these extents whose element moves this far in the operand along each axis.
    private static Gathering Of(ReadOnlySpan<int> extents, ReadOnlySpan<int> strides, int offset)
    {
        int inner = extents.Length, run = 1;
        while (inner > 0 && (strides[inner - 1] == run || extents[inner - 1] == 1))
            run *= extents[--inner];
        int runs = 1;
        foreach (int extent in extents[..inner])
            runs *= extent;
        int[] sources = new int[runs];
        sources[0] = offset;
        int filled = 1; // sources[0..filled] hold the innermost axes done so far
        for (int axis = inner - 1; axis >= 0; axis--)
        {
            for (int i = filled; i < filled * extents[axis]; i++)
                sources[i] = sources[i - filled] + strides[axis];
            filled *= extents[axis];
        }

        return new(sources, run);
    }

    /// <summary>Axis i of the result is axis <paramref name="axes"/>[i] of the operand.</summary>
    public static Gathering Transposed(Shape shape, ReadOnlySpan<int> axes)
    {
        int[] strides = Strides(shape), extents = new int[axes.Length], moved = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            (extents[i], moved[i]) = (shape[axes[i]], strides[axes[i]]);
        return Of(extents, moved, 0);
    }

    /// <summary><paramref name="length"/> indices of one axis from <paramref name="start"/> on.</summary>
    public static Gathering Sliced(Shape shape, int axis, int start, int length)
    {
        int[] strides = Strides(shape), extents = shape.AsSpan().ToArray();
        extents[axis] = length;
        return Of(extents, strides, start * strides[axis]);
    }

    /// <summary>Repeated along the axes, aligned at the innermost, where the operand's extent is 1 or missing.</summary>
    public static Gathering Broadcast(Shape shape, Shape target)
    {
        int[] own = Strides(shape), strides = new int[target.Rank];
        for (int axis = 1; axis <= shape.Rank; axis++)
            strides[^axis] = shape[^axis] == target[^axis] ? own[^axis] : 0;
        return Of(target.AsSpan(), strides, 0);
    }

    private static int[] Strides(Shape shape)
    {
        int[] strides = new int[shape.Rank];
        for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis--])
            strides[axis] = stride;
        return strides;
    }
}
