using System.Buffers.Binary;
using System.IO.Compression;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>An array of unsigned bytes read from an IDX file.</summary>
/// <param name="Shape">Extents, outermost first: [images, height, width] or [labels].</param>
/// <param name="Values">One byte per element, innermost axis fastest.</param>
public sealed record IdxArray(Shape Shape, ReadOnlyMemory<byte> Values);

/// <summary>
/// Reads IDX files of unsigned bytes, the format of MNIST and its successors: two zero bytes, the element type (08), the number
/// of axes, one big-endian 32-bit extent per axis, then the elements. Gzip is recognised by its first two bytes.
/// Memory is taken as data arrives, never on the header's word alone.
/// </summary>
public static class Idx
{
    /// <summary>The most bytes of elements that are accepted: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    private const int UnsignedByte = 0x08, MostAxes = 8;

    // Deflate codes at most 258 bytes in two bits, so a compressed byte cannot hold more than this (zlib's technical notes).
    private const int MostBytesPerCompressedByte = 1032;

    /// <summary>Reads a plain or gzip IDX file.</summary>
    /// <exception cref="InputException">The file is missing, is no IDX file of bytes, is truncated, too long or too
    /// large.</exception>
    public static IdxArray Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>Reads plain or gzip IDX content.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>.</exception>
    public static IdxArray Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> signature = stackalloc byte[2];
        int signatureLength = stream.ReadAtLeast(signature, 2, throwOnEndOfStream: false);
        stream.Position = 0;
        if (signatureLength < 2 || signature[0] != 0x1F || signature[1] != 0x8B)
            return ReadContent(stream, stream.Length, source, "");
        try
        {
            using GZipStream content = new(stream, CompressionMode.Decompress, leaveOpen: true);
            return ReadContent(content, stream.Length * MostBytesPerCompressedByte, source, "decompressed ");
        }
        catch (InvalidDataException fault)
        {
            throw new InputException($"{source}: damaged or truncated gzip data.", fault);
        }
    }

    private static IdxArray ReadContent(Stream content, long mostBytes, string source, string kind)
    {
        Span<byte> header = stackalloc byte[4 + (4 * MostAxes)];
        ReadHeader(content, header[..4], source);
        if (header[0] != 0 || header[1] != 0)
            throw new InputException(
                $"{source}: not an IDX file: it starts with {Convert.ToHexString(header[..4])}, not with 0000.");
        if (header[2] != UnsignedByte)
            throw new InputException($"{source}: IDX element type 0x{header[2]:X2}; only unsigned bytes (0x08) are read.");
        int axes = header[3];
        if (axes is < 1 or > MostAxes)
            throw new InputException($"{source}: IDX header with {axes} axes; 1 to {MostAxes} are read.");
        ReadHeader(content, header.Slice(4, 4 * axes), source);

        int[] extents = new int[axes];
        long count = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            extents[axis] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + (4 * axis))..]);
            if (extents[axis] < 1)
                throw new InputException($"{source}: IDX header gives axis {axis} the extent {extents[axis]}; the least is 1.");
            count = count > long.MaxValue / extents[axis] ? long.MaxValue : count * extents[axis];
        }

        string claim = $"its header says [{string.Join(", ", extents)}]";
        int headerBytes = 4 + (4 * axes);
        if (count > MaxBytes)
            throw new InputException($"{source}: too large: {claim}; at most {MaxBytes} bytes are read.");
        if (count > mostBytes - headerBytes)
            throw new InputException($"{source}: truncated: {claim} = {count} bytes of elements, more than the file can hold.");
        return new IdxArray(Shape.Create(extents), ReadElements(content, (int)count, Fault));

        InputException Fault(string what, string there) =>
            new($"{source}: {what}: {claim} = {count} bytes of {kind}elements, there are {there}.");
    }

    private static void ReadHeader(Stream content, Span<byte> part, string source)
    {
        if (content.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
            throw new InputException($"{source}: truncated: the file ends inside the IDX header.");
    }

    private static byte[] ReadElements(Stream content, int count, Func<string, string, InputException> fault)
    {
        byte[] values = new byte[Math.Min(count, 1 << 20)];
        int read = 0;
        while (true)
        {
            read += content.ReadAtLeast(values.AsSpan(read), values.Length - read, throwOnEndOfStream: false);
            if (read < values.Length)
                throw fault("truncated", $"{read}");
            if (read == count)
                break;
            Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
        }

        if (content.ReadByte() >= 0)
            throw fault("too long", "more");
        return values;
    }
}
