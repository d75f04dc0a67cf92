using NpuSim.Files;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// A table of a flatbuffer: fields by their number in the schema, each absent or present. Every access is checked against the
/// file; lists are taken from the input budget, since a small file may name one list many times.
/// </summary>
internal readonly struct FlatTable
{
    private readonly FlatBytes file;
    private readonly int position;
    private readonly string source;

    private FlatTable(FlatBytes file, int position, string source) =>
        (this.file, this.position, this.source) = (file, position, source);

    /// <summary>The table that a file begins with.</summary>
    public static FlatTable Root(FlatBytes file, string source) => new(file, file.Int(0), source);

    /// <summary>True when the file has this field.</summary>
    public bool Has(int field) => At(field) != 0;

    /// <summary>A field of 32 bits.</summary>
    public int Int(int field, int standard = 0) => At(field) is > 0 and var at ? file.Int(at) : standard;

    /// <summary>A field of 64 bits.</summary>
    public long Long(int field) => At(field) is > 0 and var at ? file.Long(at) : 0;

    /// <summary>A field of 8 bits.</summary>
    public int Byte(int field) => At(field) is > 0 and var at ? file.Byte(at) : 0;

    /// <summary>A field that is true or false.</summary>
    public bool Bool(int field) => Byte(field) != 0;

    /// <summary>A float32.</summary>
    public float Float(int field) => At(field) is > 0 and var at ? file.Float(at) : 0;

    /// <summary>Text in UTF-8; empty where there is none.</summary>
    public string Text(int field)
    {
        (int start, int count) = List(field, sizeof(byte));
        InputBudget.Take(count, sizeof(char), source);
        return file.Text(start, count);
    }

    /// <summary>A list of integers of 32 bits; empty where there is none.</summary>
    public int[] Ints(int field) => Values(field, sizeof(int), file.Int);

    /// <summary>A list of integers of 64 bits.</summary>
    public long[] Longs(int field) => Values(field, sizeof(long), file.Long);

    /// <summary>A list of float32.</summary>
    public float[] Floats(int field) => Values(field, sizeof(float), file.Float);

    /// <summary>A list of tables.</summary>
    public FlatTable[] Tables(int field)
    {
        (FlatBytes bytes, string path) = (file, source);
        return Values(field, sizeof(int), at => new FlatTable(bytes, checked(at + bytes.Int(at)), path));
    }

    /// <summary>The table that a field leads to; null where there is none.</summary>
    public FlatTable? Inner(int field) =>
        At(field) is > 0 and var at ? new FlatTable(file, checked(at + file.Int(at)), source) : null;

    /// <summary>Where a list of elements of that many bytes lies in the file; (0, 0) where there is none.</summary>
    public (int Start, int Count) List(int field, int elementBytes)
    {
        int at = At(field);
        if (at == 0)
            return (0, 0);
        int start = checked(at + file.Int(at)), count = file.Int(start);
        return count >= 0 && (long)count * elementBytes <= file.Length - start - sizeof(int)
            ? (start + sizeof(int), count)
            : throw new ArgumentOutOfRangeException(nameof(field),
                $"A list of {count} elements of {elementBytes} bytes does not fit into the file.");
    }

    // Place of a field; 0 where the table does not have it. A table begins with the way back to the list of its fields' places:
    // bytes of that list, bytes of the table, then a place in the table for each field.
    private int At(int field)
    {
        int fields = checked(position - file.Int(position)), entry = (2 + field) * sizeof(short);
        int offset = entry < file.Short(fields) ? file.Short(fields + entry) : 0;
        return offset == 0 ? 0 : checked(position + offset);
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
