namespace NpuSim.Workloads.Formats;

/// <summary>Images of a CIFAR file.</summary>
/// <param name="Labels">[images].</param>
/// <param name="Pixels">[images, 32, 32, 3]: the colours of a pixel side by side, red first.</param>
internal sealed record CifarImages(ReadOnlyMemory<byte> Labels, ReadOnlyMemory<byte> Pixels);

/// <summary>
/// Reads the binary version of CIFAR-10: records of 3,073 bytes without a header, each a label and the red, green and blue plane
/// of 32×32 pixels, row by row; plain or gzip. (www.cs.toronto.edu/~kriz/cifar.html, "Binary version".)
/// </summary>
internal static class Cifar
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Size = 32;

    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    /// <summary>Images of the longest file that is accepted, which is that of the published ones.</summary>
    public const int MostImages = 10_000;

    private const int PlaneBytes = Size * Size, RecordBytes = 1 + (Channels * PlaneBytes);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">Labels are 0..classes−1.</param>
    /// <exception cref="InputException">The file is missing, damaged, not of whole records, too long, or has another
    /// label.</exception>
    public static CifarImages Read(string path, int classes) => InputFile.Read(path, stream => Read(stream, path, classes));

    /// <summary>Reads plain or gzip content.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="classes">Labels are 0..classes−1.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, int)"/>.</exception>
    public static CifarImages Read(Stream stream, string source, int classes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const int Most = MostImages * RecordBytes;
        byte[] records = PlainOrGzip.Read(stream, source, (content, _, _) => PlainOrGzip.TakeAll(content, Most, source));
        if (records.Length > Most)
            throw new InputException($"{source}: too long: more than {MostImages} CIFAR records of {RecordBytes} bytes.");
        if (records.Length == 0 || records.Length % RecordBytes != 0)
            throw new InputException($"{source}: {records.Length} bytes are not a whole number of CIFAR records of " +
                $"{RecordBytes} bytes; the file is truncated or of another format.");
        byte[] labels = new byte[records.Length / RecordBytes], pixels = new byte[records.Length - labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> record = records.AsSpan(i * RecordBytes, RecordBytes);
            if (record[0] >= classes)
                throw new InputException($"{source}: label {record[0]} at record {i}; accepted are 0 to {classes - 1}.");
            labels[i] = record[0];
            Interleave(record[1..], pixels.AsSpan(i * Channels * PlaneBytes, Channels * PlaneBytes));
        }

        return new CifarImages(labels, pixels);
    }

    private static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<byte> plane = planes.Slice(channel * PlaneBytes, PlaneBytes);
            for (int i = 0; i < PlaneBytes; i++)
                pixels[(i * Channels) + channel] = plane[i];
        }
    }
}
