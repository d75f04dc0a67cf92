using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Which indices of an axis are added up for each index of a result, and by what factors. Two are equal when all their numbers
/// are.
/// </summary>
/// <param name="size">Extent of the operand's axis.</param>
/// <param name="rows">For each index of the result the operand's indices, 0..size−1, and their factors.</param>
public sealed class Taps(int size, ImmutableArray<ImmutableArray<(int From, float Factor)>> rows) : IEquatable<Taps>
{
    /// <summary>Extent of the operand's axis.</summary>
    public int Size { get; } = size;

    /// <summary>For each index of the result the operand's indices and their factors.</summary>
    public ImmutableArray<ImmutableArray<(int From, float Factor)>> Rows { get; } = rows;

    /// <summary>Products of one line along the axis.</summary>
    public long Count => Rows.Sum(r => (long)r.Length);

    /// <summary>True where no factor has more fractional bits.</summary>
    internal bool Fit(int fractionBits) => Rows.All(r => r.All(t => float.IsInteger(MathF.ScaleB(t.Factor, fractionBits))));

    /// <summary>The two elements beside a place, by how near they are; those at the edge go on without end.</summary>
    /// <param name="place">Where, in elements from the first one.</param>
    /// <param name="size">Extent of the axis.</param>
    internal static ImmutableArray<(int From, float Factor)> Between(float place, int size)
    {
        float held = Math.Clamp(place, 0, size - 1);
        int first = (int)held;
        float share = held - first;
        return share == 0 ? [(first, 1f)] : [(first, 1 - share), (first + 1, share)];
    }

    /// <summary>The adjoint: what reads index i of the operand, in the order of the results.</summary>
    public Taps Turned()
    {
        var turned = new List<(int, float)>[Size];
        for (int i = 0; i < Size; i++)
            turned[i] = [];
        for (int to = 0; to < Rows.Length; to++)
        {
            foreach ((int from, float factor) in Rows[to])
                turned[from].Add((to, factor));
        }

        return new Taps(Rows.Length, [.. turned.Select(t => t.ToImmutableArray())]);
    }

    /// <inheritdoc/>
    public bool Equals(Taps? other) => other is not null && Size == other.Size && Rows.Length == other.Rows.Length
        && Rows.Zip(other.Rows).All(p => p.First.AsSpan().SequenceEqual(p.Second.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Taps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Rows.Length, Count);
}
