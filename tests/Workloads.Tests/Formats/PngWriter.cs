using System.Buffers.Binary;
using System.IO.Compression;

namespace NpuSim.Workloads.Tests.Formats;

/// <summary>Writes pictures.</summary>
internal static class PngWriter
{
    // 2×2 pixels in JPEG: one block whose only coefficient is 339 in steps of 2, so that every pixel is 128 + 678 / 8 = 213.
    private const string JpegText =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAACAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==";

    /// <summary>A JPEG file of 2×2 pixels of grey 213.</summary>
    public static byte[] Jpeg() => Convert.FromBase64String(JpegText);

    /// <summary>A PNG file of 8 bits per channel.</summary>
    public static byte[] Write(int height, int width, int channels, byte[] pixels)
    {
        using MemoryStream zipped = new();
        using (ZLibStream zip = new(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zip.WriteByte(0); // no filter
                zip.Write(pixels, y * width * channels, width * channels);
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(channels == 3 ? 2 : 0));
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, zipped.ToArray()),
            .. Chunk("IEND"u8, [])];

        static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
        {
            byte[] chunk = [.. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(data.Length)), .. type, .. data];
            uint crc = uint.MaxValue;
            foreach (byte value in chunk.AsSpan(4))
            {
                crc ^= value;
                for (int bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }

            return [.. chunk, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(~crc))];
        }
    }
}
