using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;

namespace NpuSim.Files;

/// <summary>
/// A file of records, one a line, that only grows: each begins with a checksum, survives the process when
/// <see cref="Append"/> returns, and the machine once it is synchronised, which begins at once, beside the caller's work; records
/// that come meanwhile are synchronised together next. What a killed process left half-written at the end is ignored and
/// overwritten by the next record; a damaged record in the middle is left out.
/// </summary>
public sealed class Journal : IDisposable
{
    private const int ChecksumLength = 16;

    private readonly string path;
    private readonly object gate = new(); // waited on
    private Stream? file;
    private bool isBehind, isSynchronising, isNamed;
    private ExceptionDispatchInfo? failure; // of the disk, while nobody waited for it
    private long end; // of the last whole line

    private Journal(string path, ImmutableArray<string> records, int damaged, long end) =>
        (this.path, Records, Damaged, this.end) = (path, records, damaged, end);

    /// <summary>The whole records that the file held when it was opened.</summary>
    public ImmutableArray<string> Records { get; }

    /// <summary>Lines that were no whole records, a half-written end included.</summary>
    public int Damaged { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Bytes => end;

    /// <summary>Reads a journal; it need not be there, and is made by the first record.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static Journal Open(string path)
    {
        byte[] content;
        try
        {
            content = File.Exists(path) ? OrdinaryFile.ReadAllBytes(path) : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {AtomicFile.FirstLine(fault.Message)}", fault);
        }

        var records = ImmutableArray.CreateBuilder<string>();
        int start = 0, damaged = 0;
        for (int length; (length = content.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            if (RecordOf(content.AsSpan(start, length)) is { } record)
                records.Add(record);
            else
                damaged++;
        }

        return new Journal(path, records.ToImmutable(), damaged + (start < content.Length ? 1 : 0), start);
    }

    /// <summary>Adds a record; any thread may call.</summary>
    /// <param name="record">One line of text.</param>
    /// <exception cref="InputException">It cannot be written; then nothing of it counts.</exception>
    public void Append(string record)
    {
        byte[] text = Encoding.UTF8.GetBytes(record);
        if (text.AsSpan().Contains((byte)'\n'))
            throw new ArgumentException("A record is one line.", nameof(record));
        byte[] line = [.. Encoding.ASCII.GetBytes(Checksum(text)), (byte)' ', .. text, (byte)'\n'];
        lock (gate)
        {
            try
            {
                failure?.Throw();
                file ??= Disk.Current.Open(path);
                file.SetLength(end);
                file.Position = end;
                file.Write(line);
                file.Flush(); // from here on it survives the process
                end += line.Length;
                isBehind = true;
                if (isSynchronising)
                    return;
                isSynchronising = true;
                _ = Task.Run(Synchronise);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{path}: cannot be written: {AtomicFile.FirstLine(fault.Message)}", fault);
            }
        }
    }

    /// <summary>Waits until all records survive the machine, or its disk has failed.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            while (isSynchronising)
                Monitor.Wait(gate);
        }

        file?.Dispose();
    }

    private void Synchronise()
    {
        try
        {
            while (IsBehind())
            {
                Disk.Current.Sync(file!);
                if (!isNamed)
                    Disk.Current.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
                isNamed = true;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ThreadInterruptedException)
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(fault); // the next record's
                End();
            }
        }
    }

    private bool IsBehind()
    {
        lock (gate)
        {
            bool was = isBehind;
            isBehind = false;
            if (!was)
                End();
            return was;
        }
    }

    private void End()
    {
        isSynchronising = false;
        Monitor.PulseAll(gate);
    }

    private static string? RecordOf(ReadOnlySpan<byte> line)
    {
        if (line.Length <= ChecksumLength || line[ChecksumLength] != (byte)' ')
            return null;
        ReadOnlySpan<byte> text = line[(ChecksumLength + 1)..];
        return line[..ChecksumLength].SequenceEqual(Encoding.ASCII.GetBytes(Checksum(text)))
            ? Encoding.UTF8.GetString(text) : null;
    }

    private static string Checksum(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text))[..ChecksumLength];
}
