using System.IO.Compression;
using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>Content of a file that may be compressed by gzip, which its first two bytes tell.</summary>
internal static class PlainOrGzip
{
    // Deflate codes at most 258 bytes in two bits, so a compressed byte cannot hold more than this (zlib's technical notes).
    private const int MostBytesPerCompressedByte = 1032;

    private const int FirstBufferBytes = 1 << 20, TrustedBytes = 4 << 20;

    /// <summary>Hands the content to <paramref name="read"/>.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="read">Gets the content, the most bytes it can hold, and whether it was compressed.</param>
    /// <exception cref="InputException">The compressed data are damaged.</exception>
    public static T Read<T>(Stream stream, string source, Func<Stream, long, bool, T> read)
    {
        Span<byte> signature = stackalloc byte[2];
        int signatureLength = stream.ReadAtLeast(signature, 2, throwOnEndOfStream: false);
        stream.Position = 0;
        if (signatureLength < 2 || signature[0] != 0x1F || signature[1] != 0x8B)
            return read(stream, stream.Length, false);
        try
        {
            using GZipStream content = new(stream, CompressionMode.Decompress, leaveOpen: true);
            return read(content, stream.Length * MostBytesPerCompressedByte, true);
        }
        catch (InvalidDataException fault)
        {
            throw new InputException($"{source}: damaged or truncated gzip data.", fault);
        }
    }

    /// <summary>
    /// The next bytes of a stream: <paramref name="count"/>, or fewer where it ends. Memory is taken as data arrives, and once
    /// there were many, for all the rest: buffers that grow on would be twice the memory.
    /// </summary>
    public static byte[] Take(Stream content, int count)
    {
        byte[] bytes = new byte[Math.Min(count, FirstBufferBytes)];
        int read = 0;
        while (true)
        {
            read += content.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
            if (read < bytes.Length || read == count)
                break;
            Array.Resize(ref bytes, bytes.Length < TrustedBytes ? (int)Math.Min(count, 2L * bytes.Length) : count);
        }

        Array.Resize(ref bytes, read);
        return bytes;
    }

    /// <summary>All bytes of a stream, taken from the budget as they arrive; one more than <paramref name="most"/> where there
    /// are more.</summary>
    /// <exception cref="InputException">There are more than the budget accepts.</exception>
    public static byte[] TakeAll(Stream content, int most, string source)
    {
        byte[] bytes = Take(content, (int)Math.Min(most, Math.Min(InputBudget.MaxBytes, Array.MaxLength - 1)) + 1);
        InputBudget.Take(bytes.Length, source);
        return bytes;
    }
}
