using System.Buffers.Binary;
using System.Text;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// Little-endian numbers anywhere in a flatbuffer. What is read lies near what was read before, so a few pages of the file are
/// held and no more. Every place is checked against the file.
/// </summary>
/// <param name="content">The whole file.</param>
internal sealed class FlatBytes(StoredBytes content)
{
    private const int PageBytes = 1 << 14, Pages = 8;

    private readonly (int Start, byte[] Bytes)[] pages = new (int, byte[])[Pages]; // the one used last first

    /// <summary>Bytes of the file.</summary>
    public int Length => content.Length;

    /// <summary>A number of 8 bits.</summary>
    public sbyte Byte(int at) => (sbyte)Bytes(at, 1)[0];

    /// <summary>A number of 16 bits.</summary>
    public short Short(int at) => BinaryPrimitives.ReadInt16LittleEndian(Bytes(at, sizeof(short)));

    /// <summary>A number of 32 bits.</summary>
    public int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(Bytes(at, sizeof(int)));

    /// <summary>A number of 64 bits.</summary>
    public long Long(int at) => BinaryPrimitives.ReadInt64LittleEndian(Bytes(at, sizeof(long)));

    /// <summary>A float32.</summary>
    public float Float(int at) => BinaryPrimitives.ReadSingleLittleEndian(Bytes(at, sizeof(float)));

    /// <summary>Text in UTF-8.</summary>
    public string Text(int at, int bytes) => Encoding.UTF8.GetString(Bytes(at, bytes));

    /// <summary>Some bytes, which stay in the file until they are asked for.</summary>
    public StoredBytes Slice(int at, int bytes) => content.Slice(at, bytes);

    // Valid until the next call.
    private ReadOnlySpan<byte> Bytes(int at, int bytes)
    {
        if (at < 0 || bytes < 0 || bytes > Length - at)
            throw new ArgumentOutOfRangeException(nameof(at), $"{bytes} bytes from {at} on do not lie in a file of {Length}.");
        int page = at / PageBytes * PageBytes, end = at + bytes;
        if (end <= page + PageBytes)
            return Page(page).AsSpan(at - page, bytes);
        byte[] joined = new byte[bytes];
        content.Read(at, joined);
        return joined;
    }

    private byte[] Page(int start)
    {
        int found = Array.FindIndex(pages, p => p.Bytes is not null && p.Start == start);
        (int, byte[] Bytes) page = found >= 0 ? pages[found] : (start, new byte[Math.Min(PageBytes, Length - start)]);
        if (found < 0)
            content.Read(start, page.Bytes);
        Array.Copy(pages, 0, pages, 1, found >= 0 ? found : Pages - 1);
        pages[0] = page;
        return page.Bytes;
    }
}
