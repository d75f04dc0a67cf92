namespace NpuSim.Simulator.Execution;

/// <summary>
/// What is known of every sample of a data set before a step begins: images, labels and, where part of the network is frozen, its
/// results for each sample. Rows of one value lie one after another, one row per sample.
/// </summary>
/// <typeparam name="T">Byte in fixed point (as the machine stores it), float in floating point.</typeparam>
/// <param name="count">Number of samples.</param>
public sealed class SampleStore<T>(int count)
    where T : unmanaged
{
    private readonly Dictionary<int, T[]> rows = [];

    /// <summary>Number of samples.</summary>
    public int Count { get; } = count;

    /// <summary>True when the rows of this graph value are known.</summary>
    public bool Has(int value) => rows.ContainsKey(value);

    /// <summary>Sets the rows of a graph value: <see cref="Count"/> rows of equal length.</summary>
    public void Set(int value, T[] data) => rows[value] = data;

    /// <summary>Room for the rows of a graph value, each <paramref name="rowLength"/> long.</summary>
    public T[] Reserve(int value, int rowLength)
    {
        if (!rows.TryGetValue(value, out T[]? data))
            rows[value] = data = new T[(long)rowLength * Count];
        return data;
    }

    /// <summary>Copies the rows of the chosen samples, one after another.</summary>
    public void Gather(int value, ReadOnlySpan<int> samples, Span<T> destination)
    {
        T[] data = rows[value];
        int length = data.Length / Count;
        for (int i = 0; i < samples.Length; i++)
            data.AsSpan(samples[i] * length, length).CopyTo(destination[(i * length)..]);
    }
}
