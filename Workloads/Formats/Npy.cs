using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using NpuSim.Files;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// Reads arrays in NumPy's npy format: a magic number, a version, the length of a header and the header, a Python dictionary of
/// element type, order and shape; then the elements. (NumPy, numpy.lib.format, versions 1.0 to 3.0.) Floats of 16, 32 and 64 bits
/// and integers are read, of either byte order, in C or Fortran order. Memory is taken from the <see cref="InputBudget"/>, and
/// as data arrives.
/// </summary>
internal static partial class Npy
{
    /// <summary>The most bytes of elements that are accepted: 1 GiB.</summary>
    public const long MaxBytes = 1L << 30;

    private const int MostHeaderBytes = 1 << 16, MostAxes = 8;
    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Reads one array, which is all that the stream holds.</summary>
    /// <param name="content">At its start.</param>
    /// <param name="mostBytes">The most bytes that the content can have.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">It is no array of numbers, truncated, too long or too large.</exception>
    public static NumberArray Read(Stream content, long mostBytes, string source)
    {
        (Shape shape, ElementType type, bool isFortran, bool isBigEndian) = ReadHead(content, mostBytes, source);
        int bytes = checked((int)(shape.Count * type.Bytes()));
        // Weights become float32
        InputBudget.Take(shape.Count, Math.Max(sizeof(float), type.Bytes()) * (isFortran ? 2 : 1), source);
        byte[] elements = PlainOrGzip.Take(content, bytes);
        if (elements.Length < bytes)
            throw new InputException($"{source}: truncated: {type} {shape} takes {bytes} bytes, there are {elements.Length}.");
        if (content.ReadByte() >= 0)
            throw new InputException($"{source}: too long: {type} {shape} takes {bytes} bytes, there are more.");
        if (isBigEndian)
            SwapBytes(elements, type.Bytes());
        return new NumberArray(shape, type, isFortran ? InCOrder(elements, shape, type.Bytes()) : elements);
    }

    /// <summary>Reads what comes before the numbers.</summary>
    /// <inheritdoc cref="Read"/>
    internal static (Shape Shape, ElementType Type, bool IsFortran, bool IsBigEndian) ReadHead(Stream content,
        long mostBytes, string source)
    {
        ArgumentNullException.ThrowIfNull(content);
        Match header = Header().Match(ReadHeader(content, source));
        string Part(string name) => header.Groups[name] is { Captures: [var only] } ? only.Value : throw new InputException(
            $"{source}: the npy header is not {{'descr': TYPE, 'fortran_order': True or False, 'shape': (…)}} of plain numbers.");
        (string descr, bool fortran, string extents) = (Part("descr"), Part("order") == "True", Part("shape"));
        ElementType type = TypeOf(descr, source);
        return (ShapeOf(extents, type.Bytes(), mostBytes, source), type, fortran, descr[0] == '>');
    }

    private static string ReadHeader(Stream content, string source)
    {
        Span<byte> start = stackalloc byte[12];
        int got = content.ReadAtLeast(start[..8], 8, throwOnEndOfStream: false);
        if (got < 8 || !start[..6].SequenceEqual(Magic))
            throw new InputException($"{source}: not an npy array: it does not start with its magic number.");
        if (start[6] is < 1 or > 3)
            throw new InputException($"{source}: npy version {start[6]}.{start[7]}; 1.0 to 3.0 are read.");
        int lengthBytes = start[6] == 1 ? 2 : 4;
        got = content.ReadAtLeast(start.Slice(8, lengthBytes), lengthBytes, throwOnEndOfStream: false);
        long length = lengthBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MostHeaderBytes)
            throw new InputException($"{source}: an npy header of {length} bytes; at most {MostHeaderBytes} are read.");
        byte[] header = new byte[length];
        if (got < lengthBytes || content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw new InputException($"{source}: truncated: it ends inside the npy header.");
        return Encoding.Latin1.GetString(header);
    }

    private static ElementType TypeOf(string descr, string source) => descr[1..] switch
    {
        "f2" => ElementType.Float16,
        "f4" => ElementType.Float32,
        "f8" => ElementType.Float64,
        "i1" => ElementType.Int8,
        "i2" => ElementType.Int16,
        "i4" => ElementType.Int32,
        "i8" => ElementType.Int64,
        "u1" => ElementType.UInt8,
        "u2" => ElementType.UInt16,
        _ => throw new InputException(
            $"{source}: npy elements of type '{InputFile.OneLine(descr)}'; floats f2, f4, f8 and integers " +
            "i1, i2, i4, i8, u1, u2 are read."),
    };

    private static Shape ShapeOf(string text, int elementBytes, long mostBytes, string source)
    {
        List<int> extents = [];
        long bytes = elementBytes;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (extents.Count == MostAxes || !int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out int extent) || extent < 1)
                throw new InputException($"{source}: an npy array of the shape ({InputFile.OneLine(text)}); at most {MostAxes} " +
                    $"extents from 1 to {int.MaxValue} are read.");
            extents.Add(extent);
            bytes = bytes > long.MaxValue / extent ? long.MaxValue : bytes * extent;
        }

        if (bytes > MaxBytes)
            throw new InputException($"{source}: too large: the shape ({text}) takes more than {MaxBytes} bytes.");
        if (bytes > mostBytes)
            throw new InputException(
                $"{source}: truncated: the shape ({text}) takes {bytes} bytes, more than the file can hold.");
        return extents.Count == 0 ? [1] : Shape.Create([.. extents]);
    }

    private static void SwapBytes(byte[] elements, int size)
    {
        for (int i = 0; size > 1 && i < elements.Length; i += size)
            elements.AsSpan(i, size).Reverse();
    }

    // Fortran order is C order of the reversed shape: element (i, j, …) lies where (…, j, i) would.
    private static byte[] InCOrder(byte[] elements, Shape shape, int size)
    {
        byte[] ordered = new byte[elements.Length];
        int[] index = new int[shape.Rank];
        for (int to = 0; to < elements.Length; to += size)
        {
            long from = 0;
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
                from = (from * shape[axis]) + index[axis];
            elements.AsSpan((int)(from * size), size).CopyTo(ordered.AsSpan(to));
            for (int axis = shape.Rank - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
                index[axis] = 0;
        }

        return ordered;
    }

    [GeneratedRegex(
        @"^\s*\{((?>\s*)('descr'\s*:\s*'(?<descr>[<>|=][^']*)'|'fortran_order'\s*:\s*(?<order>True|False)|'shape'\s*:\s*\((?<shape>[-\d\s,]*)\))(?>\s*)(,|(?=\})))*(?>\s*)\}\s*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
