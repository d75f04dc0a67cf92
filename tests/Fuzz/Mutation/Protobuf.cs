using System.Text;

namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes a protobuf message as a tree of fields, known by their wire types alone.</summary>
internal static class Protobuf
{
    public static byte[] Mutate(byte[] content, Chance chance)
    {
        if (Parse(content) is not { } root)
            return Bytes.Mutate(content, chance);
        for (int i = chance.Few(); i > 0; i--)
            Change(root, chance);
        return Write(root);
    }

    // Wire type 0: Number; 1 and 5: Raw; 2: Inner where it parses, else Raw.
    private sealed record Field(int Tag, int Type)
    {
        public ulong Number { get; set; }

        public byte[] Raw { get; set; } = [];

        public List<Field>? Inner { get; set; }
    }

    private static void Change(List<Field> message, Chance chance)
    {
        while (message.Count > 0)
        {
            int at = chance.Below(message.Count);
            Field field = message[at];
            if (field.Inner is { Count: > 0 } inner && !chance.Once(6))
            {
                message = inner;
                continue;
            }

            switch (chance.Below(8))
            {
                case 0: message.RemoveAt(at); return;
                case 1: message.Insert(at, field); return;
                case 2:
                    int other = chance.Below(message.Count);
                    (message[at], message[other]) = (message[other], message[at]);
                    return;
                case 3: message[at] = field with { Tag = 1 + chance.Below(20) }; return;
                default: message[at] = Other(field, message, chance); return;
            }
        }
    }

    private static Field Other(Field field, List<Field> siblings, Chance chance)
    {
        switch (field.Type)
        {
            case 0: return field with { Number = (ulong)Values.Integer(chance) };
            case 1: return field with { Raw = BitConverter.GetBytes(Values.Integer(chance)) };
            case 5: return field with { Raw = BitConverter.GetBytes(Values.Real(chance)) };
            default:
                byte[][] texts = [.. siblings.Where(s => s is { Type: 2, Inner: null }).Select(s => s.Raw)];
                byte[] raw = chance.Below(4) switch
                {
                    0 when texts.Length > 0 => chance.Of(texts), // another name of the same node
                    1 => Encoding.UTF8.GetBytes(Values.Any(chance)),
                    2 => [.. Enumerable.Range(0, 1 + chance.Below(4))
                        .SelectMany(_ => BitConverter.GetBytes(Values.Integer(chance)))],
                    _ => Bytes.Mutate(field.Raw.Length == 0 ? Write(field.Inner ?? []) : field.Raw, chance),
                };
                return field with { Raw = raw, Inner = null };
        }
    }

    private static List<Field>? Parse(ReadOnlySpan<byte> bytes, int depth = 0)
    {
        List<Field> fields = [];
        while (bytes.Length > 0)
        {
            if (!Varint(ref bytes, out ulong key) || key >> 3 is 0 or > 1000)
                return null;
            Field field = new((int)(key >> 3), (int)(key & 7));
            ulong length = 0;
            switch (field.Type)
            {
                case 0 when Varint(ref bytes, out length): field.Number = length; length = 0; break;
                case 1: length = 8; break;
                case 5: length = 4; break;
                case 2 when Varint(ref bytes, out length): break;
                default: return null;
            }

            if (length > (ulong)bytes.Length)
                return null;
            ReadOnlySpan<byte> part = bytes[..(int)length];
            if (field.Type == 2 && part.Length > 1 && depth < 12 && Parse(part, depth + 1) is { } inner)
                field.Inner = inner;
            else
                field.Raw = part.ToArray();
            bytes = bytes[(int)length..];
            fields.Add(field);
        }

        return fields;
    }

    private static bool Varint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static byte[] Write(List<Field> fields)
    {
        List<byte> bytes = [];
        foreach (Field field in fields)
        {
            Append(((ulong)field.Tag << 3) | (uint)field.Type);
            byte[] raw = field.Inner is null ? field.Raw : Write(field.Inner);
            if (field.Type == 0)
                Append(field.Number);
            else if (field.Type == 2)
                Append((ulong)raw.Length);
            if (field.Type != 0)
                bytes.AddRange(raw);
        }

        return [.. bytes];

        void Append(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }
    }
}
