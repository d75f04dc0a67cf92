using NpuSim.Files;
using StbImageSharp;

namespace NpuSim.Workloads.Formats;

/// <summary>Reads PNG and JPEG files: 8 bits per channel, transparency and the turn that a camera noted left out of
/// account.</summary>
internal static class Picture
{
    /// <summary>The longest edge that is accepted.</summary>
    public const int LongestEdge = 1 << 15;

    /// <summary>Reads a picture.</summary>
    /// <param name="path">A PNG or JPEG file.</param>
    /// <param name="channels">3: red, green, blue; 1: grey.</param>
    /// <returns>Rows, columns, and pixels [height, width, channels].</returns>
    /// <exception cref="InputException">The file is missing, damaged, of another kind, or larger than is accepted.</exception>
    public static (int Height, int Width, byte[] Pixels) Read(string path, int channels) => InputFile.Read(path, stream =>
    {
        InputBudget.Take(stream.Length, path);
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return Decode(content, channels, path);
    });

    /// <summary>Decodes the content of a file.</summary>
    /// <param name="content">PNG or JPEG.</param>
    /// <param name="channels">3: red, green, blue; 1: grey.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">As <see cref="Read"/>.</exception>
    public static (int Height, int Width, byte[] Pixels) Decode(byte[] content, int channels, string source)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (!content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])
            && !content.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            throw new InputException($"{source}: neither a PNG nor a JPEG file.");
        try
        {
            ImageInfo size = ImageInfo.FromStream(new WholeStream(content))
                ?? throw new InputException($"{source}: damaged, too large, or of a kind that is not read.");
            if (size.Width is < 1 or > LongestEdge || size.Height is < 1 or > LongestEdge)
                throw new InputException($"{source}: {size.Height}×{size.Width} pixels; edges of 1 to {LongestEdge} are read.");
            InputBudget.Take(3L * size.Width * size.Height, sizeof(float),
                source); // planes of the decoder, its result, and floats
            ImageResult image = ImageResult.FromStream(new WholeStream(content), channels == 1 ? ColorComponents.Grey
                : ColorComponents.RedGreenBlue);
            if (image.Data.Length != (long)image.Width * image.Height * channels)
                throw new InputException($"{source}: damaged: {image.Data.Length} bytes of {image.Height}×{image.Width} pixels.");
            return (image.Height, image.Width, image.Data);
        }
        catch (Exception fault) when (fault is not (InputException or OutOfMemoryException))
        {
            // Whatever a decoder says of content that it cannot read.
            throw new InputException($"{source}: damaged, or of a kind that is not read.", fault);
        }
    }

    // The decoder takes an end of the file for bytes of ones and may look for others forever: an end is a fault.
    private sealed class WholeStream(byte[] content) : MemoryStream(content, writable: false)
    {
        public override int ReadByte() => Position < Length ? base.ReadByte() : throw new EndOfStreamException();

        public override int Read(byte[] buffer, int offset, int count) =>
            count == 0 || Position < Length ? base.Read(buffer, offset, count) : throw new EndOfStreamException();

        public override int Read(Span<byte> buffer) =>
            buffer.IsEmpty || Position < Length ? base.Read(buffer) : throw new EndOfStreamException();
    }
}
