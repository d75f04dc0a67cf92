using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Fuzz.Mutation;

/// <summary>TFLite networks: other operators, shapes and options in a whole flatbuffer, or other offsets and lengths in
/// it.</summary>
internal static class Flatbuffers
{
    public static byte[] Mutate(Seeds seeds, Chance chance) => chance.Below(3) switch
    {
        0 => Words(chance.Of(seeds.Flat), chance),
        1 => Bytes.Mutate(chance.Of(seeds.Flat), chance),
        _ => Network(chance.Of(seeds.Topologies).Json, chance),
    };

    // The topology changed as JSON, then written; constants have as many numbers as they should, or nearly.
    private static byte[] Network(byte[] topology, Chance chance)
    {
        string text = Encoding.UTF8.GetString(topology);
        for (int i = chance.Once(3) ? chance.Few() : 0; i > 0; i--)
            text = text.Replace($"\"{chance.Of(Replaced)}\"", $"\"{chance.Of(Operators)}\"", StringComparison.Ordinal);
        byte[] changed = Json.Mutate(Encoding.UTF8.GetBytes(text), chance);
        try
        {
            JsonNode root = JsonNode.Parse(changed)!;
            int wrong = chance.Once(6) ? chance.Below(20) : -1;
            byte[] file = TfliteWriter.Write(root, tensor =>
                new byte[Size(root, tensor) + (tensor == wrong ? chance.Below(9) : 0)]);
            return chance.Once(6) ? Words(file, chance) : file;
        }
        catch (Exception fault) when (
            fault is System.Text.Json.JsonException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return Words(changed, chance); // no topology any more
        }
    }

    private static readonly string[] Replaced = ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX", "RESHAPE", "ADD", "AVERAGE_POOL_2D",
        "DEPTHWISE_CONV_2D"];

    private static readonly string[] Operators =
    [
        .. Replaced, "MAX_POOL_2D", "MUL", "SUB", "DIV", "CONCATENATION", "PAD", "MEAN", "SUM", "TRANSPOSE", "SPLIT", "SPLIT_V",
        "STRIDED_SLICE", "SLICE",
        "RESIZE_NEAREST_NEIGHBOR", "LOGISTIC", "LEAKY_RELU", "QUANTIZE", "DEQUANTIZE", "UNIDIRECTIONAL_SEQUENCE_LSTM", "SHAPE",
        "PACK", "SQUEEZE", "RELU",
    ];

    // Words at multiples of four: offsets, lengths, integers, floats.
    private static byte[] Words(byte[] content, Chance chance)
    {
        byte[] changed = [.. content];
        for (int i = chance.Few(); i > 0 && changed.Length >= 8; i--)
        {
            int at = 4 * (chance.Once(2) ? chance.Below(Math.Min(changed.Length / 4, 64)) : chance.Below(changed.Length / 4));
            int old = BinaryPrimitives.ReadInt32LittleEndian(changed.AsSpan(at));
            int word = chance.Below(4) switch
            {
                0 => old + (4 * (chance.Below(33) - 16)),
                1 => chance.Below(changed.Length),
                2 => old ^ (1 << chance.Below(32)),
                _ => (int)Values.Integer(chance)
            };
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), word);
        }

        return changed;
    }

    private static int Size(JsonNode root, int tensor)
    {
        JsonNode? node = root["tensors"] is JsonArray all && tensor < all.Count ? all[tensor] : null;
        double size = node?["dtype"]?.ToString() switch { "INT8" or "UINT8" => 1, "INT64" => 8, _ => 4 };
        foreach (JsonNode? extent in node?["shape"] is JsonArray shape ? shape : [])
            size *= double.TryParse(extent?.ToString(), out double e) ? e : 1;
        return (int)Math.Clamp(size, 0, 1 << 20);
    }
}
