using System.Buffers.Binary;
using System.Text;
using FsCheck;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class SafetensorsTests
{
    private static readonly Weights Sample = Weights.Create(
        [
            new("conv1.weight", new([2, 1, 3], new float[] { 1, -2, 0.5f, float.MaxValue, float.Epsilon, -0f })),
            new("conv1.bias", new([2], new float[] { 3, 4 })),
        ],
        [new("recipe", "{\"steps\": 12}"), new("data", "glyphs")]);

    [Test]
    public void What_was_written_is_read_back_to_the_bit()
    {
        Weights back = Read(Write(Sample));
        Assert.Multiple(() =>
        {
            Assert.That(back.Metadata, Is.EqualTo(Sample.Metadata));
            Assert.That(back.Tensors.Keys, Is.EqualTo(new[] { "conv1.bias", "conv1.weight" }));
            Assert.That(back.Tensors["conv1.weight"].Shape, Is.EqualTo(Shape.Create([2, 1, 3])));
            Assert.That(Bits(back.Tensors["conv1.weight"]), Is.EqualTo(Bits(Sample.Tensors["conv1.weight"])));
            Assert.That(Bits(back.Tensors["conv1.bias"]), Is.EqualTo(Bits(Sample.Tensors["conv1.bias"])));
        });
    }

    [Test]
    public void The_bytes_are_those_of_the_format_and_do_not_depend_on_the_order_of_creation()
    {
        const string header =
            """{"__metadata__":{"a":"1","b":"2"},"u":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""" +
            ""","v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""";
        int padded = (header.Length + 7) / 8 * 8;
        WeightTensor u = new([1], new float[] { 1 }), v = new([2], new float[] { 2, 3 });
        byte[] expected = [(byte)padded, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header.PadRight(padded)), 0, 0, 0x80,
            0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40];
        Assert.Multiple(() =>
        {
            Assert.That(Write(Weights.Create([new("u", u), new("v", v)], [new("a", "1"), new("b", "2")])), Is.EqualTo(expected));
            Assert.That(Write(Weights.Create([new("v", v), new("u", u)], [new("b", "2"), new("a", "1")])), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Half_precision_types_are_read_exactly()
    {
        byte[] file = File(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]}}""",
            [0x00, 0x3C, 0x01, 0x00, 0x80, 0xBF]);
        Weights weights = Read(file);
        Assert.Multiple(() =>
        {
            Assert.That(weights.Tensors["h"].Values.ToArray(), Is.EqualTo(new[] { 1f, 1f / (1 << 24) }));
            Assert.That(weights.Tensors["b"].Values.ToArray(), Is.EqualTo(new[] { -1f }));
            Assert.That(weights.Tensors["b"].Shape, Is.EqualTo(Shape.Create([1])));
        });
    }

    [TestCase("""{"w":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}""", 4, "t: w is of type I8; F32, F16 and BF16 are read.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4,
        "t: w F32 [2] does not fill bytes 0 to 4 of the data.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3,
        "t: truncated: w ends at byte 4 of the data; the file has 3.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5,
        "t: too long: the tensors take 4 bytes of data; the file has 5.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
        "t: w starts at byte 4 of the data; the tensor before it ends at 0.")]
    [TestCase(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
        "t: w starts at byte 0 of the data; the tensor before it ends at 4.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0,
        "t: w has the shape [0]; at most 8 extents from 1 to 2147483647 are read.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4,
        "t: w has the shape [-1]; at most 8 extents from 1 to 2147483647 are read.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4,
        "t: w F32 [2147483647, 2147483647, 2147483647, 2147483647] does not fill bytes 0 to 4 of the data.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}""", 8,
        "t: w has the data_offsets [8,4]; two rising byte offsets are accepted.")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1]}}""", 4, "t: w has no data_offsets.")]
    public void A_header_that_does_not_describe_the_data_is_refused(string header, int dataBytes, string message) =>
        Assert.That(Assert.Throws<InputException>(() => Read(File(header, new byte[dataBytes])))!.Message, Is.EqualTo(message));

    [TestCase("[]")]
    [TestCase("""{"w":3}""")]
    [TestCase("""{"w":{"dtype":3,"shape":[1],"data_offsets":[0,4]}}""")]
    [TestCase("""{"w":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""")]
    [TestCase("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [TestCase("""{"__metadata__":{"a":1}}""")]
    [TestCase("""{"__metadata__":[]}""")]
    [TestCase("""{"w":[[[[[[[[[[[[]]]]]]]]]]]]}""")]
    [TestCase("{")]
    [TestCase("{}x")]
    public void A_header_that_is_other_json_is_refused(string header) =>
        Assert.That(Assert.Throws<InputException>(() => Read(File(header, new byte[4])))!.Message,
            Does.StartWith("t: the safetensors header is not the JSON it should be").And.Not.Contain("\n"));

    [TestCase(ulong.MaxValue)]
    [TestCase(1UL << 40)]
    [TestCase((16UL << 20) + 1)]
    public void A_header_length_beyond_reason_is_refused_before_memory_is_taken(ulong length)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message,
            Is.EqualTo($"t: not a safetensors file, or too large: its header would be {length} bytes; at most 16777216 are " +
                $"read."));
    }

    [Test]
    public void Names_with_line_ends_are_shown_on_one_line()
    {
        byte[] file = File("""{"w\nx":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]);
        Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message,
            Is.EqualTo("t: w?x starts at byte 4 of the data; the tensor before it ends at 0."));
    }

    [TestCase("")]
    [TestCase("a\0b")]
    public void What_is_no_path_is_one_line(string path) =>
        Assert.That(Assert.Throws<InputException>(() => Safetensors.Read(path))!.Message, Does.EndWith("is no path of a file."));

    [Test]
    public void A_folder_is_one_line_that_names_it() =>
        Assert.That(Assert.Throws<InputException>(() => Safetensors.Read(Path.GetTempPath()))!.Message,
            Does.StartWith(Path.GetTempPath()).And.Not.Contain("\n"));

    [Test]
    public void Every_truncation_is_refused()
    {
        byte[] file = Write(Sample);
        for (int length = 0; length < file.Length; length++)
            Assert.That(Assert.Throws<InputException>(() => Read(file[..length]))!.Message, Does.StartWith("t: "),
                $"{length} bytes");
    }

    [FsCheck.NUnit.Property(MaxTest = 2000)]
    public void A_damaged_file_gives_weights_or_one_line_and_never_another_fault(NonNegativeInt position, byte value)
    {
        byte[] file = Write(Sample);
        file[position.Get % file.Length] = value;
        ReadsOrRefuses(file);
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Random_bytes_after_a_sound_length_never_give_another_fault(byte[] bytes) =>
        ReadsOrRefuses([(byte)(bytes.Length / 2), 0, 0, 0, 0, 0, 0, 0, .. bytes]);

    [Test]
    public void A_missing_file_is_one_line_that_names_it() =>
        Assert.That(Assert.Throws<InputException>(() => Safetensors.Read("/nowhere/w.safetensors"))!.Message,
            Is.EqualTo("/nowhere/w.safetensors: no such file."));

    private static void ReadsOrRefuses(byte[] file)
    {
        try
        {
            foreach (WeightTensor tensor in Read(file).Tensors.Values)
                Assert.That(tensor.Values.Length, Is.EqualTo(tensor.Shape.Count));
        }
        catch (InputException fault)
        {
            Assert.That(fault.Message, Does.StartWith("t: ").And.Not.Contain("\n"));
            Assert.That(fault.Message.Length, Is.LessThan(800));
        }
    }

    private static uint[] Bits(WeightTensor tensor) => [.. tensor.Values.ToArray().Select(BitConverter.SingleToUInt32Bits)];

    private static Weights Read(byte[] file) => Safetensors.Read(new MemoryStream(file), "t");

    private static byte[] Write(Weights weights)
    {
        MemoryStream stream = new();
        Safetensors.Write(stream, weights);
        return stream.ToArray();
    }

    private static byte[] File(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data];
    }
}
