using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class NpyTests
{
    [TestCase("<f2", ElementType.Float16, new byte[] { 0x00, 0xC0 }, -2)]
    [TestCase(">f2", ElementType.Float16, new byte[] { 0xC0, 0x00 }, -2)]
    [TestCase("<f4", ElementType.Float32, new byte[] { 0, 0, 0x20, 0x41 }, 10)]
    [TestCase(">f4", ElementType.Float32, new byte[] { 0x41, 0x20, 0, 0 }, 10)]
    [TestCase(">f8", ElementType.Float64, new byte[] { 0x3F, 0xF0, 0, 0, 0, 0, 0, 0 }, 1)]
    [TestCase("|i1", ElementType.Int8, new byte[] { 0xFF }, -1)]
    [TestCase("|u1", ElementType.UInt8, new byte[] { 0xFF }, 255)]
    [TestCase("<i2", ElementType.Int16, new byte[] { 0xFE, 0xFF }, -2)]
    [TestCase(">u2", ElementType.UInt16, new byte[] { 0x01, 0x02 }, 258)]
    [TestCase(">i4", ElementType.Int32, new byte[] { 0xFF, 0xFF, 0xFF, 0xFD }, -3)]
    [TestCase("<i8", ElementType.Int64, new byte[] { 7, 0, 0, 0, 0, 0, 0, 0 }, 7)]
    public void Every_type_is_read_in_either_byte_order(string descr, ElementType type, byte[] bytes, float value)
    {
        NumberArray array = Read(NpzWriter.Npy(descr, "", bytes));
        Assert.That((array.Type, array.Shape, array.ToFloats()), Is.EqualTo((type, Shape.Create([1]), new[] { value })));
        if (!type.IsFloat())
            Assert.That(array.ToIntegers(), Is.EqualTo(new[] { (long)value }));
    }

    [Test]
    public void Fortran_order_becomes_C_order()
    {
        byte[] columns = [0, 10, 1, 11, 2, 12]; // a[i, j] = 10·i + j, the first axis fastest
        NumberArray array = Read(NpzWriter.Npy("|i1", "2, 3", columns, fortran: true));
        Assert.That(array.ToIntegers(), Is.EqualTo(new[] { 0, 1, 2, 10, 11, 12 }));
        byte[] cube = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121]; // 100·i + 10·j + k of 2×3×2
        Assert.That(Read(NpzWriter.Npy("|u1", "2, 3, 2", cube, fortran: true)).ToIntegers(),
            Is.EqualTo(new[] { 0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121 }));
    }

    [Test]
    public void Version_2_headers_and_any_order_of_keys_are_read()
    {
        byte[] file = NpzWriter.Npy("{'shape':(2,),'fortran_order':False,'descr':'|u1'}", [4, 5], version: 2);
        Assert.That(Read(file).ToIntegers(), Is.EqualTo(new[] { 4, 5 }));
    }

    [TestCase("|O", "a.npy: npy elements of type '|O'; floats f2, f4, f8 and integers i1, i2, i4, i8, u1, u2 are read.")]
    [TestCase("<c8", "a.npy: npy elements of type '<c8'; floats f2, f4, f8 and integers i1, i2, i4, i8, u1, u2 are read.")]
    [TestCase("<U4", "a.npy: npy elements of type '<U4'; floats f2, f4, f8 and integers i1, i2, i4, i8, u1, u2 are read.")]
    public void Objects_and_other_types_are_refused(string descr, string message) =>
        Refuses(NpzWriter.Npy(descr, "1", [1]), message);

    [TestCase("-1")]
    [TestCase("0")]
    [TestCase("2, -3")]
    [TestCase("4294967296")]
    [TestCase("1, 1, 1, 1, 1, 1, 1, 1, 1")]
    public void Shapes_outside_the_range_are_refused(string shape) =>
        Refuses(NpzWriter.Npy("|i1", shape, [1]),
            $"a.npy: an npy array of the shape ({shape}); at most 8 extents from 1 to 2147483647 are read.");

    [TestCase("2147483647, 2147483647, 2147483647, 2147483647",
        "too large: the shape (2147483647, 2147483647, 2147483647, 2147483647) takes more than 1073741824 bytes.")]
    [TestCase("1000000000", "truncated: the shape (1000000000) takes 1000000000 bytes, more than the file can hold.")]
    [TestCase("5", "truncated: Int8 5 takes 5 bytes, there are 4.")]
    [TestCase("3", "too long: Int8 3 takes 3 bytes, there are more.")]
    public void A_claim_that_the_content_does_not_meet_takes_no_memory(string shape, string message)
    {
        byte[] file = NpzWriter.Npy("|i1", shape, [1, 2, 3, 4]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(file, "a.npy: " + message);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [TestCase("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}")]
    [TestCase("{'descr': '<f4', 'fortran_order': False}")]
    [TestCase("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}")]
    [TestCase("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}")]
    [TestCase("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}")]
    [TestCase("__import__('os')")]
    [TestCase("")]
    public void Other_headers_are_refused(string header) => Refuses(NpzWriter.Npy(header, [0, 0, 0, 0]),
        "a.npy: the npy header is not {'descr': TYPE, 'fortran_order': True or False, 'shape': (…)} of plain numbers.");

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] file = NpzWriter.Floats("2", 1, 2);
        for (int length = 0; length < file.Length; length++)
            Assert.That(Assert.Throws<InputException>(() => Read(file[..length]))!.Message, Does.StartWith("a.npy: "));
    }

    [Test]
    public void A_header_that_claims_gigabytes_is_refused()
    {
        byte[] file = NpzWriter.Npy("{}", [], version: 2);
        file.AsSpan(8, 4).Fill(0x7F);
        Refuses(file, "a.npy: an npy header of 2139062143 bytes; at most 65536 are read.");
    }

    private static NumberArray Read(byte[] file) => Npy.Read(new MemoryStream(file), file.Length, "a.npy");

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Is.EqualTo(message));
}
