using System.Numerics;
using System.Runtime.Intrinsics;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>
/// Sums over one row. Element i goes to partial sum i mod n, where n numbers fill 32 bytes; the partial sums are then added in
/// order. That is a definition, not an optimisation that may differ: it holds where there are no such vectors too.
/// </summary>
internal static class RowSums
{
    internal static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum = default;
        int i = 0;
        for (; i <= x.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            sum += Vector256.Create(x[i..]);
        return Total(sum + Rest(x, i));
    }

    /// <summary>Σ a · b, products rounded.</summary>
    internal static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> sum = default;
        int i = 0;
        for (; i <= a.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            sum += Vector256.Create(a[i..]) * Vector256.Create(b[i..]);
        return Total(sum + (Rest(a, i) * Rest(b, i)));
    }

    /// <summary>The largest element; any, when one is not a number.</summary>
    internal static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = x[0];
        int i = 0;
        if (x.Length >= Vector256<T>.Count)
        {
            Vector256<T> largest = Vector256.Create(x);
            for (; i <= x.Length - Vector256<T>.Count; i += Vector256<T>.Count)
            {
                Vector256<T> value = Vector256.Create(x[i..]);
                largest = Vector256.ConditionalSelect(Vector256.GreaterThan(value, largest), value, largest);
            }

            for (int lane = 0; lane < Vector256<T>.Count; lane++)
                max = largest[lane] > max ? largest[lane] : max;
        }

        for (; i < x.Length; i++)
            max = x[i] > max ? x[i] : max;
        return max;
    }

    // The elements from one index on, filled up with zeros.
    private static Vector256<T> Rest<T>(ReadOnlySpan<T> x, int start) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> rest = stackalloc T[Vector256<T>.Count];
        rest.Clear();
        x[start..].CopyTo(rest);
        return Vector256.Create<T>(rest);
    }

    private static T Total<T>(Vector256<T> sums) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T total = sums[0];
        for (int lane = 1; lane < Vector256<T>.Count; lane++)
            total += sums[lane];
        return total;
    }
}
