using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tests.Formats;

/// <summary>Small files are read at once; of large ones those bytes are, that are asked for.</summary>
public sealed class StoredBytesTests
{
    private string path = "";

    [SetUp]
    public void Name() => path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TearDown]
    public void Delete() => File.Delete(path);

    [TestCase(1000)]
    [TestCase(StoredBytes.SmallFileBytes)]
    [TestCase(StoredBytes.SmallFileBytes + 1)]
    public void Slices_of_slices_are_those_of_the_file(int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 / 5))];
        StoredBytes stored = Stored(content), part = stored.Slice(100, 800).Slice(20, 500);
        Assert.That((stored.Length, part.Length), Is.EqualTo((length, 500)));
        Assert.That(stored.ToArray().AsSpan().SequenceEqual(content));
        Assert.That(part.ToArray().AsSpan().SequenceEqual(content.AsSpan(120, 500)));
        byte[] few = new byte[3];
        part.Read(10, few);
        Assert.That(few, Is.EqualTo(content[130..133]));
    }

    [Test]
    public void A_large_file_that_was_changed_or_is_gone_is_named()
    {
        StoredBytes stored = Stored(new byte[StoredBytes.SmallFileBytes + 1]);
        File.AppendAllText(path, "more");
        Assert.That(() => stored.ToArray(), Throws.TypeOf<InputException>().With.Message.EqualTo(
            $"{path}: was changed while it was read."));
        File.Delete(path);
        Assert.That(() => stored.ToArray(), Throws.TypeOf<InputException>().With.Message.EqualTo($"{path}: no such file."));
    }

    // Elements are converted some at a time.
    [TestCase(ElementType.Float16, 2, 0x3C00, 1f)]
    [TestCase(ElementType.BFloat16, 2, 0xC040, -3f)]
    [TestCase(ElementType.Int8, 1, 0xFE, -2f)]
    [TestCase(ElementType.UInt8, 1, 0xFE, 254f)]
    [TestCase(ElementType.Int16, 2, 0xFFFE, -2f)]
    public void Numbers_of_a_large_file_are_those_of_its_bytes(ElementType type, int size, int bits, float expected)
    {
        int count = StoredBytes.SmallFileBytes + 10;
        byte[] content = new byte[count * size];
        for (int i = 0; i < content.Length; i++)
            content[i] = (byte)(bits >> (i % size * 8));
        float[] values = new NumberArray([count], type, Stored(content)).ToFloats();
        Assert.That(values, Has.Length.EqualTo(count).And.All.EqualTo(expected));
    }

    private StoredBytes Stored(byte[] content)
    {
        File.WriteAllBytes(path, content);
        using FileStream stream = File.OpenRead(path);
        return StoredBytes.Of(stream, path);
    }
}
