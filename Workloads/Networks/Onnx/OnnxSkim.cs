using Google.Protobuf;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Parses a model without the numbers of its initialisers, which stay where they are: a copy would take as much memory again.
/// They are raw ones, and packed float32, which are the same bytes.
/// </summary>
internal static class OnnxSkim
{
    private const int GraphField = 7, InitializerField = 5, FloatField = 4, RawField = 9, LeastBytes = 64;

    /// <summary>The model, and where the raw numbers lie that it was parsed without.</summary>
    /// <param name="content">The whole file.</param>
    /// <exception cref="InvalidProtocolBufferException">It is no model, or damaged.</exception>
    public static (ModelProto Model, IReadOnlyDictionary<TensorProto, ReadOnlyMemory<byte>> Raw) Parse(byte[] content)
    {
        List<(ReadOnlyMemory<byte> Bytes, bool AreFloats)> numbers = [];
        using MemoryStream rest = new();
        ModelProto model;
        try
        {
            Copy(content, new Field(0, 0, content.Length), [GraphField], rest, graph => Graph(content, graph, numbers));
            model = ModelProto.Parser.ParseFrom(new ReadOnlySpan<byte>(rest.GetBuffer(), 0, (int)rest.Length));
        }
        catch (FormatException)
        {
            return Whole(content);
        }

        Dictionary<TensorProto, ReadOnlyMemory<byte>> raw = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < numbers.Count && model.Graph is not null; i++)
        {
            TensorProto tensor = model.Graph.Initializer[i];
            if (numbers[i].AreFloats && (TensorType)tensor.DataType != TensorType.Float)
                return Whole(content);
            if (!numbers[i].Bytes.IsEmpty)
                raw.Add(tensor, numbers[i].Bytes);
        }

        return (model, raw);
    }

    private static (ModelProto, IReadOnlyDictionary<TensorProto, ReadOnlyMemory<byte>>) Whole(byte[] content) =>
        (ModelProto.Parser.ParseFrom(content), new Dictionary<TensorProto, ReadOnlyMemory<byte>>());

    private static byte[] Graph(byte[] content, Field graph, List<(ReadOnlyMemory<byte> Bytes, bool AreFloats)> numbers)
    {
        using MemoryStream rest = new();
        Copy(content, graph, [InitializerField], rest, tensor =>
        {
            (ReadOnlyMemory<byte> Bytes, bool AreFloats) found = default;
            bool isFound = false;
            using MemoryStream head = new();
            Copy(content, tensor, [RawField, FloatField], head, field =>
            {
                if (isFound || (field.Number == FloatField && field.Length % sizeof(float) != 0))
                    throw new FormatException("numbers twice, or part of one");
                isFound = true;
                if (field.Length < LeastBytes)
                    return content[field.Start..(field.Start + field.Length)];
                found = (content.AsMemory(field.Start, field.Length), field.Number == FloatField);
                return [];
            });
            numbers.Add(found);
            return head.ToArray();
        });
        return rest.ToArray();
    }

    // Copies the fields of a message, those of some numbers with another content.
    private static void Copy(byte[] content, Field message, int[] numbers, Stream to, Func<Field, byte[]> replace)
    {
        bool seen = false;
        for (int at = message.Start; at < message.Start + message.Length;)
        {
            Field field = Next(content, at, message.Start + message.Length);
            if (numbers.Contains(-field.Number))
                throw new FormatException("a field that is no list of bytes");
            if (!numbers.Contains(field.Number))
            {
                to.Write(content, at, field.Start + field.Length - at);
            }
            else
            {
                if (seen && numbers is [GraphField])
                    throw new FormatException("a field twice");
                seen = true;
                byte[] inner = replace(field);
                Write(to, ((uint)field.Number << 3) | 2);
                Write(to, (uint)inner.Length);
                to.Write(inner);
            }

            at = field.Start + field.Length;
        }
    }

    // The field that begins at a place: its number, and where its content lies.
    private static Field Next(byte[] content, int at, int end)
    {
        ulong tag = Varint(content, ref at, end);
        int number = (int)(tag >> 3), start = at;
        switch (tag & 7)
        {
            case 0:
                Varint(content, ref at, end);
                break;
            case 1:
                at += 8;
                break;
            case 5:
                at += 4;
                break;
            case 2:
                ulong length = Varint(content, ref at, end);
                start = at;
                at = length <= (ulong)(end - at) ? at + (int)length : throw new FormatException("a length beyond the end");
                return new Field(number, start, at - start);
            default:
                throw new FormatException("a group");
        }

        return at <= end ? new Field(-number, start, at - start) : throw new FormatException("the end within a field");
    }

    private static ulong Varint(byte[] content, ref int at, int end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= end)
                throw new FormatException("the end within a number");
            byte next = content[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }

        throw new FormatException("a number of more than 64 bits");
    }

    private static void Write(Stream to, uint value)
    {
        for (; value >= 128; value >>= 7)
            to.WriteByte((byte)(value | 128));
        to.WriteByte((byte)value);
    }

    // Fields that are no message, text or bytes have their number with a minus: they are only copied.
    private readonly record struct Field(int Number, int Start, int Length);
}
