using System.Buffers.Binary;
using NpuSim.Files;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>An array of unsigned bytes read from an IDX file.</summary>
/// <param name="Shape">Extents, outermost first: [images, height, width] or [labels].</param>
/// <param name="Values">One byte per element, innermost axis fastest.</param>
internal sealed record IdxArray(Shape Shape, ReadOnlyMemory<byte> Values);

/// <summary>
/// Reads IDX files of unsigned bytes, the format of MNIST and its successors: two zero bytes, the element type (08), the number
/// of axes, one big-endian 32-bit extent per axis, then the elements. Gzip is recognised by its first two bytes.
/// Memory is taken from the <see cref="InputBudget"/>, and as data arrives, never on the header's word alone.
/// </summary>
internal static class Idx
{
    /// <summary>The most bytes of elements that are accepted: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    private const int UnsignedByte = 0x08, MostAxes = 8;

    /// <summary>Reads a plain or gzip IDX file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Refuses shapes before the elements are read; null: takes any.</param>
    /// <exception cref="InputException">The file is missing, is no IDX file of bytes, is truncated, too long or too
    /// large.</exception>
    public static IdxArray Read(string path, Action<Shape>? check = null) =>
        InputFile.Read(path, stream => Read(stream, path, check));

    /// <summary>Reads plain or gzip IDX content.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="check">Refuses shapes before the elements are read; null: takes any.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, Action{Shape})"/>.</exception>
    public static IdxArray Read(Stream stream, string source, Action<Shape>? check = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return PlainOrGzip.Read(stream, source, (content, mostBytes, compressed) =>
            ReadContent(content, mostBytes, source, compressed ? "decompressed " : "", check));
    }

    private static IdxArray ReadContent(Stream content, long mostBytes, string source, string kind, Action<Shape>? check)
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
        Shape shape = Shape.Create(extents);
        check?.Invoke(shape);
        InputBudget.Take(count, source);
        byte[] values = PlainOrGzip.Take(content, (int)count);
        if (values.Length < count)
            throw Fault("truncated", $"{values.Length}");
        return content.ReadByte() < 0 ? new IdxArray(shape, values) : throw Fault("too long", "more");

        InputException Fault(string what, string there) =>
            new($"{source}: {what}: {claim} = {count} bytes of {kind}elements, there are {there}.");
    }

    private static void ReadHeader(Stream content, Span<byte> part, string source)
    {
        if (content.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
            throw new InputException($"{source}: truncated: the file ends inside the IDX header.");
    }
}
