using System.Collections.Immutable;
using System.IO.Compression;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// Reads NumPy's npz files: zip archives of npy arrays, stored or deflated, one per name. Nothing is written to disk; an entry's
/// memory is taken as its data arrives, and all of them together may take 1 GiB.
/// </summary>
public static class Npz
{
    private const string Ending = ".npy";

    // Deflate codes at most 258 bytes in two bits.
    private const long MostBytesPerCompressedByte = 1032;

    /// <summary>The arrays of a file by name, without ".npy".</summary>
    /// <exception cref="InputException">The file is missing, damaged, truncated, or holds something else than arrays of numbers.</exception>
    public static ImmutableSortedDictionary<string, NumberArray> Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>The arrays of an archive by name, without ".npy".</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>.</exception>
    public static ImmutableSortedDictionary<string, NumberArray> Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var arrays = ImmutableSortedDictionary.CreateBuilder<string, NumberArray>(StringComparer.Ordinal);
        try
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            long claimed = 0;
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = NameOf(entry, source);
                if (arrays.ContainsKey(name))
                    throw new InputException($"{source}: two arrays are named '{InputFile.OneLine(name)}'.");
                if (entry.Length > Npy.MaxBytes - claimed)
                    throw new InputException($"{source}: too large: its arrays take more than {Npy.MaxBytes} bytes.");
                claimed += entry.Length;
                arrays.Add(name, ReadEntry(entry, stream.Length, $"{source}: {InputFile.OneLine(name)}"));
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new InputException($"{source}: no npz file, or damaged: {InputFile.OneLine(fault.Message)}", fault);
        }

        return arrays.ToImmutable();
    }

    private static string NameOf(ZipArchiveEntry entry, string source) =>
        entry.FullName.EndsWith(Ending, StringComparison.Ordinal)
            ? entry.FullName[..^Ending.Length]
            : throw new InputException($"{source}: '{InputFile.OneLine(entry.FullName)}' is no npy array.");

    private static NumberArray ReadEntry(ZipArchiveEntry entry, long fileBytes, string source)
    {
        using Stream content = entry.Open();
        long compressed = Math.Min(entry.CompressedLength, fileBytes);
        return Npy.Read(content, Math.Min(entry.Length, compressed * MostBytesPerCompressedByte), source);
    }
}
