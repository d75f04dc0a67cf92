using System.Collections.Immutable;
using System.IO.Compression;
using NpuSim.Files;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// Reads NumPy's npz files: zip archives of npy arrays, stored or deflated, one per name. Nothing is written to disk; an entry's
/// memory is taken from the <see cref="InputBudget"/>, and as its data arrives.
/// </summary>
internal static class Npz
{
    private const string Ending = ".npy";

    // Deflate codes at most 258 bytes in two bits.
    private const long MostBytesPerCompressedByte = 1032;

    /// <summary>The arrays of a file by name, without ".npy".</summary>
    /// <param name="path">The file.</param>
    /// <param name="choice">Which to read; null: all.</param>
    /// <exception cref="InputException">The file is missing, damaged, truncated, or holds something else than arrays of
    /// numbers.</exception>
    public static ImmutableSortedDictionary<string, NumberArray> Read(string path, TensorChoice? choice = null) =>
        InputFile.Read(path, stream => Read(stream, path, choice));

    /// <summary>The arrays of an archive by name, without ".npy".</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="choice">Which to read; null: all.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, TensorChoice)"/>.</exception>
    public static ImmutableSortedDictionary<string, NumberArray> Read(Stream stream, string source, TensorChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var arrays = ImmutableSortedDictionary.CreateBuilder<string, NumberArray>(StringComparer.Ordinal);
        try
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
            Dictionary<string, TensorHead> heads = new(StringComparer.Ordinal);
            long claimed = 0;
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = NameOf(entry, source);
                if (!entries.TryAdd(name, entry))
                    throw new InputException($"{source}: two arrays are named '{InputFile.OneLine(name)}'.");
                if ((ulong)entry.Length > (ulong)(Npy.MaxBytes - claimed))
                    throw new InputException($"{source}: too large: its arrays take more than {Npy.MaxBytes} bytes.");
                claimed += entry.Length;
                if (choice is not null)
                    heads.Add(name, HeadOf(entry, stream.Length, name, source));
            }

            foreach (string name in choice is null ? entries.Keys : choice(heads))
                arrays.Add(name, ArrayOf(entries[name], stream.Length, name, source));
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

    private static TensorHead HeadOf(ZipArchiveEntry entry, long fileBytes, string name, string source)
    {
        (Shape shape, ElementType type, _, _) = Within(entry, fileBytes, name, source, Npy.ReadHead);
        return new(shape, type.ToString());
    }

    private static T Within<T>(ZipArchiveEntry entry, long fileBytes, string name, string source,
        Func<Stream, long, string, T> read)
    {
        using Stream content = entry.Open();
        long compressed = Math.Min(entry.CompressedLength, fileBytes);
        return read(content, Math.Min(entry.Length, compressed * MostBytesPerCompressedByte),
            $"{source}: {InputFile.OneLine(name)}");
    }

    // Npy.Read reads to the end.
    private static NumberArray ArrayOf(ZipArchiveEntry entry, long fileBytes, string name, string source) =>
        Within(entry, fileBytes, name, source, (content, most, called) =>
        {
            using CheckedContent whole = new(content);
            NumberArray array = Npy.Read(whole, most, called);
            return whole.Count == entry.Length && whole.Crc32 == entry.Crc32 ? array
                : throw new InputException(
                    $"{called}: damaged: it is not the {entry.Length} bytes of CRC-32 {entry.Crc32:X8} that the archive states.");
        });
}
