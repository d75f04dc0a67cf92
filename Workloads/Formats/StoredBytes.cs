using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>Bytes of a file: in memory, or left where they are until they are asked for. Immutable.</summary>
internal abstract class StoredBytes
{
    /// <summary>Files of up to so many bytes are read at once.</summary>
    public const int SmallFileBytes = 1 << 20;

    /// <summary>How many there are.</summary>
    public abstract int Length { get; }

    /// <summary>Bytes in memory.</summary>
    public static implicit operator StoredBytes(byte[] bytes) => new Held(bytes);

    /// <summary>Bytes in memory.</summary>
    public static implicit operator StoredBytes(ReadOnlyMemory<byte> bytes) => new Held(bytes);

    /// <summary>The content of a file of at most <see cref="Array.MaxLength"/> bytes.</summary>
    /// <param name="stream">The file, open.</param>
    /// <param name="path">Where it lies, to open it again.</param>
    public static StoredBytes Of(Stream stream, string path)
    {
        if (stream.Length > SmallFileBytes)
            return new FilePart(path, stream.Length, File.GetLastWriteTimeUtc(path), 0, (int)stream.Length);
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Some of the bytes.</summary>
    public abstract StoredBytes Slice(int start, int length);

    /// <summary>Reads bytes from a place on, as many as there is room for.</summary>
    /// <exception cref="InputException">The file is gone, was changed since it was opened first, or cannot be read.</exception>
    public abstract void Read(int start, Span<byte> to);

    /// <summary>All of them in memory.</summary>
    /// <inheritdoc cref="Read"/>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        Read(0, bytes);
        return bytes;
    }

    private sealed class Held(ReadOnlyMemory<byte> bytes) : StoredBytes
    {
        public override int Length => bytes.Length;

        public override StoredBytes Slice(int start, int length) => new Held(bytes.Slice(start, length));

        public override void Read(int start, Span<byte> to) => bytes.Span.Slice(start, to.Length).CopyTo(to);
    }

    private sealed class FilePart(string path, long fileBytes, DateTime written, int first, int length) : StoredBytes
    {
        public override int Length => length;

        public override StoredBytes Slice(int start, int count) =>
            new FilePart(path, fileBytes, written, first + start, count);

        public override void Read(int start, Span<byte> to)
        {
            using Stream file = InputFile.Open(path);
            if (file.Length != fileBytes || File.GetLastWriteTimeUtc(path) != written)
                throw new InputException($"{path}: was changed while it was read.");
            try
            {
                file.Position = first + start;
                file.ReadExactly(to);
            }
            catch (IOException fault)
            {
                throw new InputException($"{path}: cannot be read: {InputFile.OneLine(fault.Message)}", fault);
            }
        }
    }
}
