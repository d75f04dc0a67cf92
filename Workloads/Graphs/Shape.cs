using System.Collections;
using System.Runtime.CompilerServices;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// Extents of a tensor, outermost first. Images are [batch, height, width, channels]; a scalar is [1]. Compared by content.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    private readonly int[]? extents;

    private Shape(int[] extents) => this.extents = extents;

    /// <summary>A shape with these extents, each at least 1.</summary>
    /// <exception cref="ArgumentException">An extent is below 1 or the element count leaves 64 bits.</exception>
    public static Shape Create(ReadOnlySpan<int> extents)
    {
        long count = 1;
        foreach (int extent in extents)
        {
            if (extent < 1)
                throw new ArgumentException($"extent {extent} in [{string.Join(", ", extents.ToArray())}]; the least is 1.");
            if (count > long.MaxValue / extent)
                throw new ArgumentException($"[{string.Join(", ", extents.ToArray())}] has more elements than 64 bits count.");
            count *= extent;
        }

        return new Shape(extents.ToArray());
    }

    /// <summary>Number of axes.</summary>
    public int Rank => Extents.Length;

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int extent in Extents)
                count *= extent;
            return count;
        }
    }

    /// <summary>Extent of an axis; an index from the end counts from the innermost.</summary>
    public int this[Index axis] => Extents[axis];

    /// <summary>Some of the axes as a shape.</summary>
    public Shape this[Range axes] => Create(Extents.AsSpan()[axes]);

    private int[] Extents => extents ?? [];

    /// <summary>The extents as a span.</summary>
    public ReadOnlySpan<int> AsSpan() => Extents;

    /// <summary>True when every extent is equal.</summary>
    public bool Equals(Shape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int extent in Extents)
            hash.Add(extent);
        return hash.ToHashCode();
    }

    /// <summary>As "8×28×28×1".</summary>
    public override string ToString() => string.Join("×", Extents);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Extents).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Equal by content.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Different by content.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
