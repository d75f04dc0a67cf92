using System.Buffers.Binary;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class IdxTests
{
    [Test]
    public void Compressed_images_take_the_memory_that_they_are_and_little_more()
    {
        const int Bytes = 64 << 20;
        using MemoryStream file = new();
        using (GZipStream gzip = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write([0, 0, 8, 1, Bytes >> 24, (Bytes >> 16) & 255, 0, 0]);
            gzip.Write(new byte[Bytes]);
        }

        file.Position = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Idx.Read(file, "a").Values.Length, Is.EqualTo(Bytes));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1.25 * Bytes));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Reads_extents_outermost_first_and_bytes_in_order(bool gzip)
    {
        byte[] file = File([2, 3, 2], [.. Enumerable.Range(1, 12).Select(i => (byte)i)]);
        IdxArray array = Read(gzip ? Gzip(file) : file);
        Assert.Multiple(() =>
        {
            Assert.That(array.Shape, Is.EqualTo(Shape.Create([2, 3, 2])));
            Assert.That(array.Values.ToArray(), Is.EqualTo(Enumerable.Range(1, 12).Select(i => (byte)i)));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Reads_arrays_larger_than_the_first_buffer(bool gzip)
    {
        byte[] elements = new byte[3_000_000];
        new System.Random(1).NextBytes(elements);
        byte[] file = File([3000, 1000], elements);
        Assert.That(Read(gzip ? Gzip(file) : file).Values.Span.SequenceEqual(elements), Is.True);
    }

    [Test]
    public void A_wrong_magic_number_is_refused() =>
        Refuses([1, 0, 8, 1, 0, 0, 0, 1, 5], "test.idx: not an IDX file: it starts with 01000801, not with 0000.");

    [Test]
    public void Elements_other_than_bytes_are_refused() =>
        Refuses([0, 0, 0x0D, 1, 0, 0, 0, 1, 5, 5, 5, 5], "test.idx: IDX element type 0x0D; only unsigned bytes (0x08) are read.");

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(255)]
    public void A_header_with_too_few_or_too_many_axes_is_refused(int axes) =>
        Refuses([0, 0, 8, (byte)axes, 0, 0, 0, 1, 5], $"test.idx: IDX header with {axes} axes; 1 to 8 are read.");

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void An_extent_below_one_is_refused(int extent) =>
        Refuses(File([2, extent], [1, 2]), $"test.idx: IDX header gives axis 1 the extent {extent}; the least is 1.");

    [TestCase(false)]
    [TestCase(true)]
    public void A_header_that_claims_terabytes_is_refused(bool gzip)
    {
        byte[] file = File([int.MaxValue, int.MaxValue, int.MaxValue, 1000], [1, 2, 3]);
        Refuses(gzip ? Gzip(file) : file,
            "test.idx: too large: its header says [2147483647, 2147483647, 2147483647, 1000]; at most 1073741824 bytes are " +
                "read.");
    }

    [Test]
    public void A_claim_beyond_what_gzip_can_hold_takes_no_memory()
    {
        byte[] file = Gzip(File([1000, 1000, 1000], [1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "test.idx: truncated: its header says [1000, 1000, 1000] = 1000000000 bytes of elements, more than the " +
            "file can hold.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4_000_000));
    }

    [Test]
    public void A_claim_that_gzip_could_hold_takes_memory_only_as_data_arrives()
    {
        byte[] noise = new byte[900_000];
        new System.Random(2).NextBytes(noise);
        byte[] file = Gzip(File([400_000_000], noise)); // 900 kB can hold up to 929 MB
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "test.idx: truncated: its header says [400000000] = 400000000 bytes of decompressed elements, there " +
            "are 900000.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8_000_000));
    }

    [Test]
    public void A_gzip_bomb_is_stopped_one_byte_after_what_its_header_says()
    {
        byte[] file = Gzip(File([10], new byte[50_000_000]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "test.idx: too long: its header says [10] = 10 bytes of decompressed elements, there are more.");
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1_000_000));
    }

    [Test]
    public void A_plain_file_with_bytes_left_over_is_refused() =>
        Refuses(File([3], [1, 2, 3, 4]), "test.idx: too long: its header says [3] = 3 bytes of elements, there are more.");

    [Test]
    public void Every_truncation_of_a_plain_file_is_refused()
    {
        byte[] file = File([2, 3], [1, 2, 3, 4, 5, 6]);
        for (int length = 0; length < file.Length; length++)
            Assert.That(Assert.Throws<InputException>(() => Read(file[..length]))!.Message, Does.StartWith("test.idx: "),
                $"{length} bytes");
    }

    [Test]
    public void Every_truncation_of_a_gzip_file_that_loses_elements_is_refused()
    {
        byte[] elements = new byte[500];
        new System.Random(3).NextBytes(elements);
        byte[] file = Gzip(File([500], elements));
        for (int length = 0; length < file.Length - 16; length++) // after the elements: an end mark, check sum and length
            Assert.That(Assert.Throws<InputException>(() => Read(file[..length]))!.Message, Does.StartWith("test.idx: "),
                $"{length} bytes");
    }

    [Test]
    public void Gzip_data_whose_check_sum_is_wrong_is_refused()
    {
        byte[] file = Gzip(File([4], [1, 2, 3, 4]));
        file[^5] ^= 1; // the last byte of the CRC
        Refuses(file, "test.idx: damaged or truncated gzip data.");
    }

    [Test]
    public void Braces_in_a_path_stay_as_they_are() =>
        Assert.That(Assert.Throws<InputException>(() => Idx.Read(new MemoryStream(File([3], [1, 2, 3, 4])), "{0}{x"))!.Message,
            Does.StartWith("{0}{x: too long: "));

    [Test]
    public void A_missing_file_is_one_line_that_names_it() =>
        Assert.That(Assert.Throws<InputException>(() => Idx.Read("/nowhere/x.idx"))!.Message,
            Is.EqualTo("/nowhere/x.idx: no such file."));

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Random_bytes_give_an_array_or_one_line_and_never_another_fault(byte[] bytes) => ReadsOrRefuses(bytes);

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void A_damaged_file_gives_an_array_or_one_line_and_never_another_fault(NonNegativeInt position, byte value, bool gzip)
    {
        byte[] file = File([2, 3, 2], [.. Enumerable.Range(1, 12).Select(i => (byte)i)]);
        file = gzip ? Gzip(file) : file;
        file[position.Get % file.Length] = value;
        ReadsOrRefuses(file);
    }

    private static void ReadsOrRefuses(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            IdxArray array = Read(file);
            Assert.That(array.Values.Length, Is.EqualTo(array.Shape.Count));
        }
        catch (InputException fault)
        {
            Assert.That(fault.Message, Does.StartWith("test.idx: ").And.Not.Contain("\n"));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4_000_000));
    }

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Is.EqualTo(message));

    private static IdxArray Read(byte[] file) => Idx.Read(new MemoryStream(file), "test.idx");

    internal static byte[] File(int[] extents, byte[] elements)
    {
        byte[] header = new byte[4 + (4 * extents.Length)];
        header[2] = 8;
        header[3] = (byte)extents.Length;
        for (int axis = 0; axis < extents.Length; axis++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * axis)), extents[axis]);
        return [.. header, .. elements];
    }

    internal static byte[] Gzip(byte[] content)
    {
        MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest))
            gzip.Write(content);
        return stream.ToArray();
    }
}
