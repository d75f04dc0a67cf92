using System.Buffers.Binary;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class WavTests
{
    [TestCase(1, 8, new byte[] { 0, 128, 192 }, new[] { -1f, 0, 0.5f })]
    [TestCase(1, 16, new byte[] { 0, 0x80, 0, 0x40 }, new[] { -1f, 0.5f })]
    [TestCase(1, 24, new byte[] { 0, 0, 0x80, 0, 0, 0x20, 0xFF, 0xFF, 0xFF }, new[] { -1f, 0.25f, -1 / 8388608f })]
    [TestCase(1, 32, new byte[] { 0, 0, 0, 0x80, 0, 0, 0, 0x40 }, new[] { -1f, 0.5f })]
    [TestCase(3, 32, new byte[] { 0, 0, 0, 0x3F, 0, 0, 0x80, 0xBF }, new[] { 0.5f, -1f })]
    [TestCase(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xE0, 0x3F }, new[] { 0.5f })]
    public void Every_coding_becomes_numbers_from_minus_one_to_one(int tag, int bits, byte[] data, float[] expected)
    {
        AudioClip clip = Read(File(tag, 1, 8000, bits, data));
        Assert.That(clip.SampleRateHz, Is.EqualTo(8000));
        Assert.That(clip.Samples.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Channels_are_mixed_down_to_their_mean() =>
        Assert.That(Read(File(1, 2, 8000, 8, [128, 192, 0, 128])).Samples.ToArray(), Is.EqualTo(new[] { 0.25f, -0.5f }));

    [Test]
    public void The_extensible_form_and_other_chunks_are_understood()
    {
        byte[] format = new byte[40];
        Format(0xFFFE, 1, 16000, 16).CopyTo(format, 0);
        format[24] = 1; // the coding inside the extension
        byte[] file = Riff(Chunk("LIST", [1, 2, 3]), Chunk("fmt ", format), Chunk("data", [0, 0x40]));
        Assert.That(Read(file).Samples.ToArray(), Is.EqualTo(new[] { 0.5f }));
    }

    [TestCase(2, 1, 16, "test.wav: coding 2 with 16 bits; read are PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits.")]
    [TestCase(1, 1, 12, "test.wav: coding 1 with 12 bits; read are PCM of 8, 16, 24 or 32 bits and float of 32 or 64 bits.")]
    [TestCase(1, 0, 16, "test.wav: 0 channels at 8000 Hz; read are 1 to 64 channels at 1 to 1000000 Hz.")]
    [TestCase(1, 2, 16, "test.wav: 2 bytes of samples are not a whole number of frames of 4 bytes.")]
    public void Other_codings_are_refused(int tag, int channels, int bits, string message) =>
        Refuses(File(tag, channels, 8000, bits, [0, 0]), message);

    [Test]
    public void A_sample_that_is_no_number_is_refused() =>
        Refuses(File(3, 1, 8000, 32, [0, 0, 0xC0, 0x7F]), "test.wav: sample 0 is not a finite number.");

    [Test]
    public void A_chunk_that_claims_gigabytes_takes_no_memory()
    {
        byte[] file = File(1, 1, 8000, 16, [1, 2]);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 6), uint.MaxValue - 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "test.wav: truncated: a chunk of 4294967294 bytes where 2 are left.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void Samples_need_a_description_before_them() => Refuses(
        Riff(Chunk("data", [0, 0])), "test.wav: the chunk 'data' comes before the chunk 'fmt ' that describes it.");

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void A_damaged_file_gives_a_clip_or_one_line(FsCheck.NonNegativeInt position, byte value, FsCheck.NonNegativeInt cut)
    {
        byte[] file = File(1, 1, 8000, 16, [1, 2, 3, 4]);
        file[position.Get % file.Length] = value;
        try
        {
            Assert.That(Read(file[..(file.Length - (cut.Get % 8))]).Samples.Length, Is.GreaterThan(0));
        }
        catch (InputException fault)
        {
            Assert.That(fault.Message, Does.StartWith("test.wav: ").And.Not.Contain("\n"));
        }
    }

    internal static byte[] File(int tag, int channels, int rate, int bits, byte[] data) =>
        Riff(Chunk("fmt ", Format(tag, channels, rate, bits)), Chunk("data", data));

    private static byte[] Format(int tag, int channels, int rate, int bits)
    {
        byte[] format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)tag);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), rate);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        return format;
    }

    private static byte[] Riff(params byte[][] chunks) =>
        [.. Chunk("RIFF", [.. "WAVE"u8.ToArray(), .. chunks.SelectMany(c => c)])];

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, content.Length);
        return [.. name.Select(c => (byte)c), .. size, .. content, .. new byte[content.Length % 2]];
    }

    private static AudioClip Read(byte[] file) => Wav.Read(new MemoryStream(file), "test.wav");

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Is.EqualTo(message));
}
