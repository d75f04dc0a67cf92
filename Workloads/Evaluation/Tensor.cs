using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Evaluation;

/// <summary>Numbers and their extents; the numbers belong to someone else (an arena, an array).</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Data">At least as many numbers as the shape has elements, the innermost axis contiguous.</param>
public readonly record struct Tensor<T>(Shape Shape, Memory<T> Data)
{
    /// <summary>A tensor of its own memory, all zeros.</summary>
    public Tensor(Shape shape) : this(shape, new T[shape.Count]) { }

    /// <summary>The elements.</summary>
    public Span<T> Span => Data.Span[..(int)Shape.Count];
}
