namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Bits one after another, the least of a byte first.</summary>
internal sealed class BitString
{
    private readonly List<byte> bytes = [];
    private long position;

    /// <summary>Begins an empty one.</summary>
    public BitString()
    {
    }

    /// <summary>Begins to read.</summary>
    public BitString(ReadOnlySpan<byte> message) => bytes.AddRange(message);

    /// <summary>What was written, the last byte filled up.</summary>
    public byte[] ToArray() => [.. bytes];

    /// <summary>Appends the low bits of a number.</summary>
    public void Write(long value, int bits)
    {
        for (int i = 0; i < bits; i++, position++)
        {
            if (position % 8 == 0)
                bytes.Add(0);
            bytes[^1] |= (byte)(((value >> i) & 1) << (int)(position % 8));
        }
    }

    /// <summary>The next bits, of which the highest is a sign.</summary>
    public long ReadSigned(int bits) => (long)(Read(bits) << (64 - bits)) >> (64 - bits);

    /// <summary>The next bits.</summary>
    public ulong Read(int bits)
    {
        ulong value = 0;
        for (int i = 0; i < bits; i++, position++)
            value |= (ulong)((bytes[(int)(position / 8)] >> (int)(position % 8)) & 1) << i;
        return value;
    }
}
