using System.Collections.Immutable;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// How an operand is repeated over a larger one, axis by axis: which of its elements meets each element of the larger one. Axes
/// that lie together are joined.
/// </summary>
public sealed class Repetition
{
    private readonly ImmutableArray<(int Extent, int Step)> axes; // innermost first; a step of 0 repeats

    private Repetition(ImmutableArray<(int Extent, int Step)> axes) => this.axes = axes;

    /// <summary>Elements of the larger operand that meet elements one after another, or one element all of them.</summary>
    public int Run => axes[0].Extent;

    /// <summary>True where one element meets all of a run.</summary>
    public bool StaysInRun => axes[0].Step == 0;

    /// <summary>The repetition of one shape over another; null where the small one is repeated as a whole, element i of the large
    /// one meeting element i modulo its count.</summary>
    /// <param name="small">Extents, aligned at the innermost axis, each equal to the large one's or 1.</param>
    /// <param name="large">Extents, at least 1.</param>
    /// <exception cref="ArgumentException">The small shape does not broadcast onto the large one.</exception>
    public static Repetition? Of(ReadOnlySpan<int> small, ReadOnlySpan<int> large)
    {
        List<(int Extent, int Step)> joined = [];
        int step = 1;
        bool repeats = false, isWhole = true;
        for (int axis = 1; axis <= large.Length; axis++)
        {
            int extent = large[^axis], own = axis <= small.Length ? small[^axis] : 1;
            if (own != extent && own != 1)
                throw new ArgumentException($"An extent of {own} is not repeated over one of {extent}.", nameof(small));
            if (extent == 1)
                continue;
            (repeats, isWhole) = (repeats || own == 1, isWhole && (own == 1 || !repeats));
            if (joined.Count > 0 && (own == 1) == (joined[^1].Step == 0))
                joined[^1] = (joined[^1].Extent * extent, joined[^1].Step);
            else
                joined.Add((extent, own == 1 ? 0 : step));
            step *= own;
        }

        return isWhole ? null : new Repetition([.. joined]);
    }

    /// <summary>The element that meets the one at a position of the large operand.</summary>
    public int IndexOf(long position)
    {
        long index = 0;
        foreach ((int extent, int step) in axes)
        {
            index += position % extent * step;
            position /= extent;
        }

        return (int)index;
    }
}
