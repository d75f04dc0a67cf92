using Google.Protobuf;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Models that are parsed without the numbers of their initialisers.</summary>
public sealed class OnnxSkimTests
{
    private static byte[] Model()
    {
        OnnxModel model = new OnnxModel(1, 40).Floats("raw", [40, 40],
            [.. Enumerable.Range(0, 1600).Select(i => i / 7f)]).Floats("small", [2], 1, 2);
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "packed",
            DataType = 1,
            Dims = { 20 },
            FloatData = { Enumerable.Range(0, 20).Select(i => i / 3f) }
        });
        model.Graph.Initializer.Add(new TensorProto
        {
            Name = "complex",
            DataType = 14,
            Dims = { 20 },
            FloatData = { Enumerable.Range(0, 40).Select(i => i / 3f) }
        });
        return model.Node("MatMul", "x raw", "y").File("y");
    }

    [Test]
    public void Numbers_stay_where_they_are_in_the_file()
    {
        byte[] file = Model();
        (ModelProto model, IReadOnlyDictionary<TensorProto, StoredBytes> raw) = Parse(file);
        Assert.That(raw, Is.Empty); // numbers that are no float32 stand in the list of floats: all is parsed
        Assert.That(model, Is.EqualTo(ModelProto.Parser.ParseFrom(file)));

        ModelProto plain = ModelProto.Parser.ParseFrom(file);
        plain.Graph.Initializer.RemoveAt(3);
        (model, raw) = Parse(plain.ToByteArray());
        Assert.That(model.Graph.Initializer.Select(t => (t.RawData.Length, t.FloatData.Count)),
            Is.EqualTo(new[] { (0, 0), (8, 0), (0, 0) }));
        Assert.That(raw.ToDictionary(r => r.Key.Name, r => r.Value.Length),
            Is.EqualTo(new Dictionary<string, int> { ["raw"] = 6400, ["packed"] = 80 }));
        Assert.That(Whole(model, raw).Equals(Raw(plain)));
    }

    [Test]
    public void A_damaged_file_is_parsed_or_refused_as_without_skimming()
    {
        ModelProto plain = ModelProto.Parser.ParseFrom(Model());
        plain.Graph.Initializer.RemoveAt(3);
        byte[] whole = plain.ToByteArray();
        int refused = 0;
        for (int at = 0; at < whole.Length; at += at is > 100 and < 6300 ? 97 : 1)
        {
            foreach (byte value in new byte[] { 0, 1, 0x4A, 0x22, 0x7F, 0x80, 0xFF })
            {
                byte[] changed = [.. whole];
                changed[at] = value;
                ModelProto? expected = Parsed(() => Raw(ModelProto.Parser.ParseFrom(changed)));
                ModelProto? found = Parsed(() =>
                {
                    (ModelProto model, IReadOnlyDictionary<TensorProto, StoredBytes> raw) = Parse(changed);
                    return Whole(model, raw);
                });
                Assert.That(Equals(found, expected), $"byte {at} as {value}");
                refused += expected is null ? 1 : 0;
            }
        }

        Assert.That(refused, Is.GreaterThan(100));

        static ModelProto? Parsed(Func<ModelProto> parse)
        {
            try
            {
                return parse();
            }
            catch (InvalidProtocolBufferException)
            {
                return null;
            }
        }
    }

    private static (ModelProto Model, IReadOnlyDictionary<TensorProto, StoredBytes> Raw) Parse(byte[] file) =>
        OnnxSkim.Parse(file, "net.onnx");

    // The model with the numbers put back, as raw ones.
    private static ModelProto Whole(ModelProto model, IReadOnlyDictionary<TensorProto, StoredBytes> raw)
    {
        foreach ((TensorProto tensor, StoredBytes bytes) in raw.ToArray())
            tensor.RawData = ByteString.CopyFrom(bytes.ToArray());
        return Raw(model);
    }

    // Packed float32 are the same bytes.
    private static ModelProto Raw(ModelProto model)
    {
        foreach (TensorProto tensor in model.Graph?.Initializer.Where(t => t is { DataType: 1, FloatData.Count: > 0 }) ?? [])
        {
            tensor.RawData = ByteString.CopyFrom(
                System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()));
            tensor.FloatData.Clear();
        }

        return model;
    }
}
