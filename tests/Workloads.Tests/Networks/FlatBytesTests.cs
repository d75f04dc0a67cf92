using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Tflite;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Numbers anywhere in a file, of which a few pages are held.</summary>
public sealed class FlatBytesTests
{
    private const int Size = 400_000; // more pages than are held

    private static readonly byte[] Content = [.. Enumerable.Range(0, Size).Select(i => (byte)((i * 37) + (i >> 9)))];

    private static readonly FlatBytes Bytes = new(Content);

    [Test]
    public void A_number_is_the_bytes_at_its_place_whatever_was_read_before()
    {
        for (int i = 0; i < 20_000; i++)
        {
            int at = (int)(i * 7919L % (Size - 8)); // back and forth, over the borders of pages too
            Assert.That(Bytes.Long(at), Is.EqualTo(BitConverter.ToInt64(Content, at)));
            Assert.That(Bytes.Short(at + 5), Is.EqualTo(BitConverter.ToInt16(Content, at + 5)));
        }

        Assert.That(Bytes.Byte(16_384), Is.EqualTo((sbyte)Content[16_384]));
        Assert.That(Bytes.Text(16_380, 8), Is.EqualTo(System.Text.Encoding.UTF8.GetString(Content, 16_380, 8)));
    }

    [TestCase(-1)]
    [TestCase(Size - 3)]
    [TestCase(int.MaxValue)]
    [TestCase(int.MinValue)]
    public void What_lies_outside_is_refused(int at) => Assert.That(() => Bytes.Int(at), Throws.InstanceOf<ArgumentException>());
}
