using System.Text.Json;
using System.Text.Json.Nodes;
using Google.FlatBuffers;
using NpuSim.Workloads.Networks.Tflite;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Writes a topology in JSON as the flatbuffer that TFLite has for it; what is of a wrong type becomes 0.</summary>
internal static class TfliteWriter
{
    // Per operator: number of its options in the union, and for each field its key: a an activation, b a byte, f a float, i an
    // integer, p a padding.
    private static readonly Dictionary<string, (byte Kind, string Fields)> Options = new()
    {
        ["CONV_2D"] = (1, "p:padding i:strideW i:strideH a:fusedActivationFunction I:dilationWFactor I:dilationHFactor"),
        ["DEPTHWISE_CONV_2D"] = (2,
            "p:padding i:strideW i:strideH i:depthMultiplier a:fusedActivationFunction I:dilationWFactor I:dilationHFactor"),
        ["AVERAGE_POOL_2D"] = (5, "p:padding i:strideW i:strideH i:filterWidth i:filterHeight a:fusedActivationFunction"),
        ["MAX_POOL_2D"] = (5, "p:padding i:strideW i:strideH i:filterWidth i:filterHeight a:fusedActivationFunction"),
        ["SVDF"] = (6, "i:rank a:fusedActivationFunction b:asymmetricQuantizeInputs"),
        ["L2_NORMALIZATION"] = (12, "a:fusedActivationFunction"),
        ["SPACE_TO_DEPTH"] = (19, "i:blockSize"),
        ["GATHER"] = (23, "i:axis i:batchDims"),
        ["TRANSPOSE_CONV"] = (49, "p:padding i:strideW i:strideH a:fusedActivationFunction"),
        ["PACK"] = (59, "i:valuesCount i:axis"),
        ["UNPACK"] = (64, "i:num i:axis"),
        ["MIRROR_PAD"] = (77, "b:mode"),
        ["DEPTH_TO_SPACE"] = (94, "i:blockSize"),
        ["BATCH_MATMUL"] = (101, "b:adjX b:adjY b:asymmetricQuantizeInputs"),
        ["FULLY_CONNECTED"] = (8, "a:fusedActivationFunction b:weightsFormat b:keepNumDims"),
        ["SOFTMAX"] = (9, "f:beta"),
        ["CONCATENATION"] = (10, "i:axis a:fusedActivationFunction"),
        ["ADD"] = (11, "a:fusedActivationFunction"),
        ["RESIZE_BILINEAR"] = (15, "i:newHeight i:newWidth b:alignCorners b:halfPixelCenters"),
        ["MUL"] = (21, "a:fusedActivationFunction"),
        ["MEAN"] = (27, "b:keepDims"),
        ["SUM"] = (27, "b:keepDims"),
        ["SUB"] = (28, "a:fusedActivationFunction"),
        ["DIV"] = (29, "a:fusedActivationFunction"),
        ["STRIDED_SLICE"] = (32, "i:beginMask i:endMask i:ellipsisMask i:newAxisMask i:shrinkAxisMask b:offset"),
        ["UNIDIRECTIONAL_SEQUENCE_LSTM"] = (71,
            "a:fusedActivationFunction f:cellClip f:projClip b:timeMajor b:asymmetricQuantizeInputs b:diagonalRecurrentTensors"),
        ["RESIZE_NEAREST_NEIGHBOR"] = (74, "b:alignCorners b:halfPixelCenters"),
        ["LEAKY_RELU"] = (75, "f:alpha"),
        ["GELU"] = (116, "b:approximate"),
    };

    /// <summary>The file.</summary>
    /// <param name="topology">Tensors and operators.</param>
    /// <param name="data">Bytes of a constant tensor.</param>
    public static byte[] Write(JsonNode topology, Func<int, byte[]> data)
    {
        FlatBufferBuilder b = new(1024);
        JsonNode?[] tensors = List(topology["tensors"]), ops = List(topology["ops"]);
        string[] names = [.. ops.Select(o => Text(o?["op"])).Distinct()];
        List<Offset<int>> buffers = [Table(b, 3)];
        int[] written = [.. tensors.Select((t, i) => Tensor(b, t, Number(t?["constant"]) != 0 ? data(i) : [], buffers))];
        int graph = Graph(b, topology, written, [.. ops.Select(o => Operator(b, o, names))]);
        int all = Vector(b, [.. buffers.Select(o => o.Value)]), graphs = Vector(b, [graph]);
        int codes = Vector(b, [.. names.Select(name => Code(b, name))]);
        b.StartTable(5);
        b.AddInt(0, 3, 0);
        b.AddOffset(1, codes, 0);
        b.AddOffset(2, graphs, 0);
        b.AddOffset(4, all, 0);
        b.Finish(b.EndTable(), "TFL3");
        return b.SizedByteArray();
    }

    private static int Graph(FlatBufferBuilder b, JsonNode topology, int[] tensors, int[] ops)
    {
        int all = Vector(b, tensors), operators = Vector(b, ops), inputs = Ints(b, topology["inputs"]),
            outputs = Ints(b, topology["outputs"]);
        b.StartTable(4);
        b.AddOffset(0, all, 0);
        b.AddOffset(1, inputs, 0);
        b.AddOffset(2, outputs, 0);
        b.AddOffset(3, operators, 0);
        return b.EndTable();
    }

    private static int Tensor(FlatBufferBuilder b, JsonNode? tensor, byte[] data, List<Offset<int>> buffers)
    {
        int buffer = 0;
        if (data.Length > 0)
        {
            b.StartVector(1, data.Length, 16);
            foreach (byte value in data.Reverse())
                b.AddByte(value);
            int bytes = b.EndVector().Value;
            b.StartTable(1);
            b.AddOffset(0, bytes, 0);
            buffer = buffers.Count;
            buffers.Add(new Offset<int>(b.EndTable()));
        }

        int name = b.CreateString(Text(tensor?["name"])).Value, shape = Ints(b, tensor?["shape"]),
            quantization = Quantization(b, tensor);
        int type = Enumerable.Range(0, 18).FirstOrDefault(i => Schema.TypeOf(i) == Text(tensor?["dtype"]));
        b.StartTable(5);
        b.AddOffset(0, shape, 0);
        b.AddSbyte(1, (sbyte)type, 0);
        b.AddInt(2, buffer, 0);
        b.AddOffset(3, name, 0);
        b.AddOffset(4, quantization, 0);
        return b.EndTable();
    }

    private static int Quantization(FlatBufferBuilder b, JsonNode? tensor)
    {
        JsonNode?[] scales = List(tensor?["scale"]), zeros = List(tensor?["zero_point"]);
        if (scales.Length + zeros.Length == 0)
            return 0;
        b.StartVector(4, scales.Length, 4);
        foreach (JsonNode? scale in scales.Reverse())
            b.AddFloat((float)Number(scale));
        int steps = b.EndVector().Value;
        b.StartVector(8, zeros.Length, 8);
        foreach (JsonNode? zero in zeros.Reverse())
            b.AddLong(Whole(zero));
        int points = b.EndVector().Value;
        b.StartTable(7);
        b.AddOffset(2, steps, 0);
        b.AddOffset(3, points, 0);
        b.AddInt(6, (int)Whole(tensor?["quantized_dimension"]), 0);
        return b.EndTable();
    }

    private static int Code(FlatBufferBuilder b, string name)
    {
        int code = Enumerable.Range(0, 151).FirstOrDefault(i => Schema.OperatorOf(i) == name, 32);
        int custom = b.CreateString(name).Value;
        b.StartTable(4);
        b.AddSbyte(0, (sbyte)Math.Min(code, 127), 0);
        b.AddOffset(1, custom, 0);
        b.AddInt(3, code, 0);
        return b.EndTable();
    }

    private static int Operator(FlatBufferBuilder b, JsonNode? op, string[] names)
    {
        string name = Text(op?["op"]);
        int inputs = Ints(b, op?["inputs"]), outputs = Ints(b, op?["outputs"]), options = 0;
        if (op?["options"] is JsonObject given && Options.TryGetValue(name, out (byte Kind, string Fields) known))
        {
            string[] fields = known.Fields.Split(' ');
            b.StartTable(fields.Length);
            for (int i = 0; i < fields.Length; i++)
                Option(b, i, fields[i][0], given[fields[i][2..]]);
            options = b.EndTable();
        }

        b.StartTable(5);
        b.AddInt(0, Array.IndexOf(names, name), 0);
        b.AddOffset(1, inputs, 0);
        b.AddOffset(2, outputs, 0);
        b.AddByte(3, options == 0 ? (byte)0 : Options[name].Kind, 0);
        b.AddOffset(4, options, 0);
        return b.EndTable();
    }

    private static void Option(FlatBufferBuilder b, int field, char kind, JsonNode? value)
    {
        switch (kind)
        {
            case 'a':
                b.AddSbyte(field, (sbyte)Enumerable.Range(0, 6).FirstOrDefault(i => Schema.ActivationOf(i) == Text(value)),
                0); break;
            case 'p': b.AddSbyte(field, (sbyte)(Text(value) == "VALID" ? 1 : 0), 0); break;
            case 'b': b.AddSbyte(field, unchecked((sbyte)Whole(value)), 0); break;
            case 'f': b.AddFloat(field, (float)Number(value), 0); break;
            case 'I': b.AddInt(field, value is null ? 1 : (int)Whole(value), 1); break;
            default: b.AddInt(field, (int)Whole(value), 0); break;
        }
    }

    private static Offset<int> Table(FlatBufferBuilder b, int fields)
    {
        b.StartTable(fields);
        return new Offset<int>(b.EndTable());
    }

    private static int Vector(FlatBufferBuilder b, int[] offsets)
    {
        b.StartVector(4, offsets.Length, 4);
        foreach (int offset in offsets.Reverse())
            b.AddOffset(offset);
        return b.EndVector().Value;
    }

    private static int Ints(FlatBufferBuilder b, JsonNode? values)
    {
        JsonNode?[] all = List(values);
        b.StartVector(4, all.Length, 4);
        foreach (JsonNode? value in all.Reverse())
            b.AddInt((int)Whole(value));
        return b.EndVector().Value;
    }

    private static JsonNode?[] List(JsonNode? node) => node is JsonArray list ? [.. list] : [];

    private static string Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private static double Number(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Number => double.TryParse(node.ToJsonString(), out double number) ? number : 0,
        JsonValueKind.True => 1,
        _ => 0,
    };

    private static long Whole(JsonNode? node) => (long)Math.Clamp(Number(node), -1e18, 1e18);
}
