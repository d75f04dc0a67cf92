using Google.Protobuf;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Parses a model without the numbers of its initialisers, which stay in the file: most of it is passed over unread. They are
/// raw ones, and packed float32, which are the same bytes.
/// </summary>
internal sealed class OnnxSkim
{
    private const int GraphField = 7, InitializerField = 5, FloatField = 4, RawField = 9, LeastBytes = 64, PageBytes = 1 << 12;

    private readonly StoredBytes content;
    private readonly string source;
    private readonly List<(StoredBytes? Bytes, bool AreFloats)> numbers = []; // of each initialiser
    private readonly byte[] page = new byte[PageBytes];
    private int pageStart = -PageBytes;

    private OnnxSkim(StoredBytes content, string source) => (this.content, this.source) = (content, source);

    /// <summary>The model, and where the raw numbers lie that it was parsed without.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InvalidProtocolBufferException">It is no model, or damaged.</exception>
    /// <exception cref="InputException">What is parsed claims too much memory.</exception>
    public static (ModelProto Model, IReadOnlyDictionary<TensorProto, StoredBytes> Raw) Parse(StoredBytes content, string source)
    {
        try
        {
            return new OnnxSkim(content, source).Skimmed() ?? Whole(content, source);
        }
        catch (FormatException)
        {
            return Whole(content, source);
        }
    }

    // Null where packed numbers are no float32.
    private (ModelProto Model, IReadOnlyDictionary<TensorProto, StoredBytes> Raw)? Skimmed()
    {
        using MemoryStream rest = new();
        Copy(new Field(0, 0, content.Length), [GraphField], rest, Graph);
        ModelProto model = ModelProto.Parser.ParseFrom(new ReadOnlySpan<byte>(rest.GetBuffer(), 0, (int)rest.Length));
        Dictionary<TensorProto, StoredBytes> raw = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < numbers.Count && model.Graph is not null; i++)
        {
            TensorProto tensor = model.Graph.Initializer[i];
            if (numbers[i].AreFloats && (TensorType)tensor.DataType != TensorType.Float)
                return null;
            if (numbers[i].Bytes is { } bytes)
                raw.Add(tensor, bytes);
        }

        return (model, raw);
    }

    private static (ModelProto, IReadOnlyDictionary<TensorProto, StoredBytes>) Whole(StoredBytes content, string source)
    {
        InputBudget.Take(content.Length, source);
        return (ModelProto.Parser.ParseFrom(content.ToArray()), new Dictionary<TensorProto, StoredBytes>());
    }

    private byte[] Graph(Field graph)
    {
        using MemoryStream rest = new();
        Copy(graph, [InitializerField], rest, Initializer);
        return rest.ToArray();
    }

    private byte[] Initializer(Field tensor)
    {
        (StoredBytes? Bytes, bool AreFloats) found = default;
        bool isFound = false;
        using MemoryStream head = new();
        Copy(tensor, [RawField, FloatField], head, field =>
        {
            if (isFound || (field.Number == FloatField && field.Length % sizeof(float) != 0))
                throw new FormatException("numbers twice, or part of one");
            isFound = true;
            StoredBytes bytes = content.Slice(field.Start, field.Length);
            if (field.Length < LeastBytes)
                return bytes.ToArray();
            found = (bytes, field.Number == FloatField);
            return [];
        });
        numbers.Add(found);
        return head.ToArray();
    }

    // Copies the fields of a message, those of some numbers with another content.
    private void Copy(Field message, int[] replaced, Stream to, Func<Field, byte[]> replace)
    {
        bool seen = false;
        for (int at = message.Start; at < message.Start + message.Length;)
        {
            Field field = Next(at, message.Start + message.Length);
            if (replaced.Contains(-field.Number))
                throw new FormatException("a field that is no list of bytes");
            if (!replaced.Contains(field.Number))
            {
                int bytes = field.Start + field.Length - at;
                InputBudget.Take(bytes, source);
                to.Write(bytes <= PageBytes ? Near(at, bytes) : content.Slice(at, bytes).ToArray());
            }
            else
            {
                if (seen && replaced is [GraphField])
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

    // Up to a page of bytes from a place on, read with what follows them.
    private ReadOnlySpan<byte> Near(int at, int bytes)
    {
        if (at < pageStart || at + bytes > pageStart + PageBytes)
        {
            pageStart = at;
            content.Read(at, page.AsSpan(0, Math.Min(PageBytes, content.Length - at)));
        }

        return page.AsSpan(at - pageStart, bytes);
    }

    // The field that begins at a place: its number, and where its content lies.
    private Field Next(int at, int end)
    {
        ulong tag = Varint(ref at, end);
        int number = (int)(tag >> 3), start = at;
        switch (tag & 7)
        {
            case 0:
                Varint(ref at, end);
                break;
            case 1:
                at += 8;
                break;
            case 5:
                at += 4;
                break;
            case 2:
                ulong length = Varint(ref at, end);
                start = at;
                at = length <= (ulong)(end - at) ? at + (int)length : throw new FormatException("a length beyond the end");
                return new Field(number, start, at - start);
            default:
                throw new FormatException("a group");
        }

        return at <= end ? new Field(-number, start, at - start) : throw new FormatException("the end within a field");
    }

    private ulong Varint(ref int at, int end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= end)
                throw new FormatException("the end within a number");
            byte next = Near(at++, 1)[0];
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
