using System.Buffers.Binary;
using NpuSim.Files;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// Reads WAV files: RIFF chunks "fmt " and "data" of linear PCM with 8 (unsigned), 16, 24 or 32 bits or of 32- or 64-bit float.
/// Channels are mixed down to their mean. Other chunks are skipped. (Microsoft and IBM, "Multimedia Programming Interface and
/// Data Specifications 1.0", 1991; WAVEFORMATEXTENSIBLE.)
/// </summary>
internal static class Wav
{
    /// <summary>The most bytes of samples that are accepted: 256 MiB.</summary>
    public const long MaxBytes = 256L << 20;

    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE, MostChannels = 64;

    /// <summary>Reads a WAV file.</summary>
    /// <exception cref="InputException">The file is missing, damaged, truncated, too large or of another coding.</exception>
    public static AudioClip Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>Reads WAV content.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>.</exception>
    public static AudioClip Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> riff = stackalloc byte[12];
        if (stream.ReadAtLeast(riff, 12, throwOnEndOfStream: false) < 12 || !riff[..4].SequenceEqual("RIFF"u8)
            || !riff[8..].SequenceEqual("WAVE"u8))
            throw new InputException($"{source}: not a WAV file: it does not start with RIFF and WAVE.");
        Coding? coding = null;
        Span<byte> chunk = stackalloc byte[8];
        while (stream.ReadAtLeast(chunk, 8, throwOnEndOfStream: false) == 8)
        {
            long bytes = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]), left = stream.Length - stream.Position;
            if (bytes > left)
                throw new InputException($"{source}: truncated: a chunk of {bytes} bytes where {left} are left.");
            long next = stream.Position + bytes + (bytes & 1); // chunks are padded to even lengths
            if (chunk[..4].SequenceEqual("fmt "u8))
                coding = Coding.Read(stream, bytes, source);
            else if (chunk[..4].SequenceEqual("data"u8))
                return ReadSamples(stream, bytes, coding, source);
            stream.Position = Math.Min(next, stream.Length);
        }

        throw new InputException($"{source}: a WAV file without samples: it has no chunk 'data'.");
    }

    private static AudioClip ReadSamples(Stream stream, long bytes, Coding? coding, string source)
    {
        if (coding is null)
            throw new InputException($"{source}: the chunk 'data' comes before the chunk 'fmt ' that describes it.");
        if (bytes > MaxBytes)
            throw new InputException($"{source}: too large: {bytes} bytes of samples; at most {MaxBytes} are read.");
        int width = coding.Bits / 8, frameBytes = width * coding.Channels;
        if (bytes == 0 || bytes % frameBytes != 0)
            throw new InputException(
                $"{source}: {bytes} bytes of samples are not a whole number of frames of {frameBytes} bytes.");
        InputBudget.Take(bytes + (bytes / frameBytes * sizeof(float)), source);
        byte[] data = new byte[bytes];
        stream.ReadExactly(data);
        float[] samples = new float[bytes / frameBytes];
        for (int i = 0; i < samples.Length; i++)
        {
            double sum = 0;
            for (int channel = 0; channel < coding.Channels; channel++)
                sum += coding.Sample(data.AsSpan((i * frameBytes) + (channel * width), width));
            samples[i] = (float)(sum / coding.Channels);
            if (!float.IsFinite(samples[i]))
                throw new InputException($"{source}: sample {i} is not a finite number.");
        }

        return new AudioClip(coding.SampleRateHz, samples);
    }

    private sealed record Coding(bool IsFloat, int Channels, int SampleRateHz, int Bits)
    {
        public static Coding Read(Stream stream, long bytes, string source)
        {
            if (bytes is < 16 or > 4096)
                throw new InputException($"{source}: a chunk 'fmt ' of {bytes} bytes; 16 to 4096 are read.");
            byte[] format = new byte[bytes];
            stream.ReadExactly(format);
            int tag = UInt16(0), channels = UInt16(2), bits = UInt16(14);
            if (tag == Extensible)
                tag = bytes >= 26 ? UInt16(24)
                    : throw new InputException($"{source}: an extensible 'fmt ' of {bytes} bytes; it has at least 26.");
            uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format.AsSpan(4));
            bool known = (tag == Pcm && bits is 8 or 16 or 24 or 32) || (tag == Float && bits is 32 or 64);
            if (!known)
                throw new InputException(
                    $"{source}: coding {tag} with {bits} bits; read are PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits.");
            if (channels is 0 or > MostChannels || rate is 0 or > 1_000_000)
                throw new InputException(
                    $"{source}: {channels} channels at {rate} Hz; read are 1 to {MostChannels} channels at 1 to 1000000 Hz.");
            return new Coding(tag == Float, channels, (int)rate, bits);

            int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(offset));
        }

        public double Sample(ReadOnlySpan<byte> bytes) => (IsFloat, Bits) switch
        {
            (true, 32) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            (true, _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            (false, 8) => (bytes[0] - 128) / 128.0,
            (false, 16) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
            (false, 24) => (bytes[0] | (bytes[1] << 8) | ((sbyte)bytes[2] << 16)) / 8388608.0,
            _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
        };
    }
}
