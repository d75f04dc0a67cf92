using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs;

/// <summary>Orders of axes: axis i of a result is axis order[i] of the operand, as in <see cref="Ops.Transpose"/>.</summary>
internal static class AxisOrder
{
    private const int MostAxes = 4; // of shapes between which an order is looked for: 24 orders

    /// <summary>The axes as they are.</summary>
    public static ImmutableArray<int> Identity(int rank) => [.. Enumerable.Range(0, rank)];

    /// <summary>True when nothing moves.</summary>
    public static bool IsIdentity(ImmutableArray<int> axes) => axes.Select((from, to) => from == to).All(same => same);

    /// <summary>First one order, then another.</summary>
    public static ImmutableArray<int> Then(this ImmutableArray<int> first, ImmutableArray<int> second) =>
        [.. second.Select(axis => first[axis])];

    /// <summary>The order that puts the axes back.</summary>
    public static ImmutableArray<int> Inverse(this ImmutableArray<int> axes) => [.. axes.Select((_, axis) => axes.IndexOf(axis))];

    /// <summary>The shape after reordering.</summary>
    public static Shape Of(Shape shape, ImmutableArray<int> axes) => [.. axes.Select(axis => shape[axis])];

    /// <summary>True when the elements stay in their order, because only axes of extent 1 move past others.</summary>
    public static bool KeepsElements(Shape shape, ImmutableArray<int> axes)
    {
        int[] moved = [.. axes.Where(axis => shape[axis] > 1)];
        return moved.Order().SequenceEqual(moved);
    }

    /// <summary>Element i of the result is element Elements[i] of the operand.</summary>
    public static int[] Elements(Shape shape, ImmutableArray<int> axes)
    {
        int[] strides = new int[shape.Rank], elements = new int[shape.Count], index = new int[shape.Rank];
        for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis--])
            strides[axis] = stride;
        for (int to = 0; to < elements.Length; to++)
        {
            for (int axis = 0; axis < index.Length; axis++)
                elements[to] += index[axis] * strides[axes[axis]];
            for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[axes[axis]]; axis--)
                index[axis] = 0;
        }

        return elements;
    }

    /// <summary>The order of axes that puts elements into these places; null where none does, or there are too many axes to
    /// try.</summary>
    /// <param name="from">Shape of the operand.</param>
    /// <param name="elements">Element i of the result is element elements[i] of the operand.</param>
    public static ImmutableArray<int>? Between(Shape from, int[] elements)
    {
        foreach (ImmutableArray<int> axes in Orders(from.Rank))
        {
            if (Elements(from, axes).AsSpan().SequenceEqual(elements))
                return axes;
        }

        return null;
    }

    private static IEnumerable<ImmutableArray<int>> Orders(int rank) => rank > MostAxes ? [] : Extended([], rank);

    private static IEnumerable<ImmutableArray<int>> Extended(ImmutableArray<int> begun, int rank) =>
        begun.Length == rank ? [begun] : Enumerable.Range(0, rank).Where(axis => !begun.Contains(axis))
            .SelectMany(axis => Extended(begun.Add(axis), rank));
}
