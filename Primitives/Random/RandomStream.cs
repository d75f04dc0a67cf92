namespace NpuSim.Random;

/// <summary>
/// A reproducible sequence of random numbers for data and initialisation: Philox blocks 0, 1, 2 … of one (seed, purpose) pair.
/// The same pair gives the same numbers on every machine, because only exact IEEE operations are used.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="purpose">What the numbers are for ("weights", "noise test 17"): different purposes are independent.</param>
public sealed class RandomStream(ulong seed, string purpose)
{
    private readonly ulong stream = Fnv1a(purpose);
    private ulong block;
    private (uint W0, uint W1, uint W2, uint W3) words;
    private int used = 4;

    /// <summary>The next 32 uniform bits.</summary>
    public uint NextUInt32()
    {
        if (used == 4)
        {
            words = Philox.Block((uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32), (uint)seed,
                (uint)(seed >> 32));
            block++;
            used = 0;
        }

        return used++ switch { 0 => words.W0, 1 => words.W1, 2 => words.W2, _ => words.W3 };
    }

    /// <summary>Uniform in [0, 1), 32 bits of resolution.</summary>
    public double NextDouble() => NextUInt32() * (1.0 / 4294967296.0);

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in 0..<paramref name="bound"/>−1, by multiply and shift (bias below 2⁻³² per value).</summary>
    public int NextInt32(int bound) => (int)(((ulong)NextUInt32() * (ulong)bound) >> 32);

    /// <summary>Standard normal, by the polar method of Marsaglia and Bray (1964).</summary>
    public double NextNormal()
    {
        while (true)
        {
            double u = NextDouble(-1, 1), v = NextDouble(-1, 1), s = (u * u) + (v * v);
            if (s is > 0 and < 1)
                return u * Math.Sqrt(-2 * Elementary.Log(s) / s);
        }
    }

    /// <summary>Puts the items in uniformly random order (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    // FNV-1a 64: names to streams; fixed for ever, unlike string.GetHashCode.
    private static ulong Fnv1a(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
