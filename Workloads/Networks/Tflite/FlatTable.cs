using Google.FlatBuffers;
using NpuSim.Files;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// A table of a flatbuffer: fields by their number in the schema, each absent or present. Every access is checked against the
/// file; lists are taken from the input budget, since a small file may name one list many times.
/// </summary>
internal readonly struct FlatTable
{
    private readonly Table table;
    private readonly string source;

    private FlatTable(ByteBuffer buffer, int position, string source) =>
        (table, this.source) = (new Table(position, buffer), source);

    /// <summary>The table that a file begins with.</summary>
    public static FlatTable Root(ByteBuffer buffer, string source) =>
        new(buffer, buffer.GetInt(buffer.Position) + buffer.Position, source);

    /// <summary>True when the file has this field.</summary>
    public bool Has(int field) => At(field) != 0;

    /// <summary>A field of 32 bits.</summary>
    public int Int(int field, int standard = 0) => At(field) is > 0 and var at ? table.bb.GetInt(at) : standard;

    /// <summary>A field of 64 bits.</summary>
    public long Long(int field) => At(field) is > 0 and var at ? table.bb.GetLong(at) : 0;

    /// <summary>A field of 8 bits.</summary>
    public int Byte(int field) => At(field) is > 0 and var at ? table.bb.GetSbyte(at) : 0;

    /// <summary>A field that is true or false.</summary>
    public bool Bool(int field) => Byte(field) != 0;

    /// <summary>A float32.</summary>
    public float Float(int field) => At(field) is > 0 and var at ? table.bb.GetFloat(at) : 0;

    /// <summary>Text in UTF-8; empty where there is none.</summary>
    public string Text(int field)
    {
        (int start, int count) = List(field, sizeof(byte));
        return count == 0 ? "" : table.bb.GetStringUTF8(start, count);
    }

    /// <summary>A list of integers of 32 bits; empty where there is none.</summary>
    public int[] Ints(int field) => Values(field, sizeof(int), table.bb.GetInt);

    /// <summary>A list of integers of 64 bits.</summary>
    public long[] Longs(int field) => Values(field, sizeof(long), table.bb.GetLong);

    /// <summary>A list of float32.</summary>
    public float[] Floats(int field) => Values(field, sizeof(float), table.bb.GetFloat);

    /// <summary>A list of tables.</summary>
    public FlatTable[] Tables(int field)
    {
        (ByteBuffer buffer, string file) = (table.bb, source);
        return Values(field, sizeof(int), at => new FlatTable(buffer, at + buffer.GetInt(at), file));
    }

    /// <summary>The table that a field leads to; null where there is none.</summary>
    public FlatTable? Inner(int field) =>
        At(field) is > 0 and var at ? new FlatTable(table.bb, at + table.bb.GetInt(at), source) : null;

    /// <summary>Where a list of elements of that many bytes lies in the file; (0, 0) where there is none.</summary>
    public (int Start, int Count) List(int field, int elementBytes)
    {
        int at = At(field);
        if (at == 0)
            return (0, 0);
        int start = checked(at + table.bb.GetInt(at)), count = table.bb.GetInt(start);
        return count >= 0 && (long)count * elementBytes <= table.bb.Length - start - sizeof(int)
            ? (start + sizeof(int), count)
            : throw new ArgumentOutOfRangeException(nameof(field),
                $"A list of {count} elements of {elementBytes} bytes does not fit into the file.");
    }

    // Place of a field; 0 where the table does not have it.
    private int At(int field)
    {
        int offset = table.__offset(4 + (2 * field));
        return offset == 0 ? 0 : checked(table.bb_pos + offset);
    }

    private TNumber[] Values<TNumber>(int field, int elementBytes, Func<int, TNumber> read)
    {
        (int start, int count) = List(field, elementBytes);
        InputBudget.Take(count, elementBytes, source);
        TNumber[] values = new TNumber[count];
        for (int i = 0; i < count; i++)
            values[i] = read(start + (i * elementBytes));
        return values;
    }
}
