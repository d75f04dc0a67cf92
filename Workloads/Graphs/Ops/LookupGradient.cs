using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Gradient of a look-up with respect to its table: row r is the sum of dy[i] over all i with index[i] = r, in the order of i.
/// Operands: indices of any shape, dy [.. indices, n]; result [rows, n].
/// </summary>
/// <param name="Rows">Rows of the table.</param>
public sealed record LookupGradient(int Rows) : Op
{
    /// <inheritdoc/>
    public override string Name => "lookup-gradient";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[1].Rank == inputs[0].Rank + 1 && inputs[1][..^1] == inputs[0]
            ? [Rows, inputs[1][^1]]
            : throw new GraphException($"{Name} takes indices and dy [.. indices, n]; got {inputs[0]} and {inputs[1]}.");
}
