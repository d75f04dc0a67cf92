using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class CifarTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Planes_become_pixels_with_red_first(bool gzip)
    {
        CifarImages images = Read(gzip ? IdxTests.Gzip(File(3, 7)) : File(3, 7));
        ReadOnlySpan<byte> pixels = images.Pixels.Span;
        Assert.That(images.Labels.ToArray(), Is.EqualTo(new[] { 3, 7 }));
        for (int image = 0; image < 2; image++)
        {
            for (int i = 0; i < 3072; i++)
                Assert.That(pixels[(image * 3072) + (3 * (i % 1024)) + (i / 1024)], Is.EqualTo(Byte(image, i)));
        }
    }

    [Test]
    public void A_label_that_is_no_class_is_refused() =>
        Refuses(File(3, 10), "test.bin: label 10 at record 1; accepted are 0 to 9.");

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3072)]
    [TestCase(6145)]
    public void A_file_that_is_not_of_whole_records_is_refused(int length) =>
        Refuses(File(0, 1)[..length],
            $"test.bin: {length} bytes are not a whole number of CIFAR records of 3073 bytes; the file " +
            "is truncated or of another format.");

    [Test]
    public void A_gzip_bomb_is_stopped_one_byte_after_the_longest_file()
    {
        byte[] bomb = IdxTests.Gzip(new byte[200_000_000]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(bomb, "test.bin: too long: more than 10000 CIFAR records of 3073 bytes.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000_000));
    }

    [Test]
    public void Damaged_gzip_data_are_refused()
    {
        byte[] file = IdxTests.Gzip(File(3, 7));
        file[^5] ^= 1;
        Refuses(file, "test.bin: damaged or truncated gzip data.");
    }

    internal static byte[] File(params byte[] labels) =>
        [.. labels.SelectMany((label, image) => Enumerable.Range(0, 3072).Select(i => Byte(image, i)).Prepend(label))];

    private static byte Byte(int image, int i) => (byte)((i * 31) + (i >> 8) + image);

    private static CifarImages Read(byte[] file) => Cifar.Read(new MemoryStream(file), "test.bin", 10);

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Is.EqualTo(message));
}
