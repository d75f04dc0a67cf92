using NpuSim.Random;

namespace NpuSim.Fuzz.Mutation;

/// <summary>The fixed random sequence of one case.</summary>
internal sealed class Chance(ulong seed, string purpose)
{
    private readonly RandomStream stream = new(seed, purpose);

    /// <summary>0..bound−1.</summary>
    public int Below(int bound) => bound <= 1 ? 0 : stream.NextInt32(bound);

    /// <summary>True once in <paramref name="times"/>.</summary>
    public bool Once(int times) => Below(times) == 0;

    /// <summary>One of these.</summary>
    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>1, seldom more.</summary>
    public int Few()
    {
        int count = 1;
        while (count < 8 && Once(2))
            count++;
        return count;
    }
}
