using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using NpuSim.Files;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>
/// Reads and writes weight files in the safetensors format: the header's length (64-bit little-endian), a JSON header with type,
/// shape and offsets of each tensor, then the tensors' bytes without gaps. F32, F16 and BF16 are read, F32 is written.
/// (github.com/huggingface/safetensors, README, "Format".)
/// </summary>
public static class Safetensors
{
    /// <summary>The longest header that is accepted: 16 MiB.</summary>
    public const int MaxHeaderBytes = 16 << 20;

    private const int BlockBytes = 1 << 20;

    private const string MetadataKey = "__metadata__";

    /// <summary>Reads a weight file.</summary>
    /// <exception cref="InputException">The file is missing, damaged, truncated or holds other types.</exception>
    /// <param name="path">The file.</param>
    /// <param name="choice">Which tensors to read; null: all.</param>
    public static Weights Read(string path, TensorChoice? choice = null) =>
        InputFile.Read(path, stream => Read(stream, path, choice));

    /// <summary>Reads weights.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="choice">Which tensors to read; null: all.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, TensorChoice)"/>.</exception>
    public static Weights Read(Stream stream, string source, TensorChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8)
            throw new InputException(
                $"{source}: truncated: {stream.Length} bytes; a safetensors file starts with 8 bytes of header length.");
        stream.ReadExactly(prefix);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > MaxHeaderBytes)
            throw new InputException($"{source}: not a safetensors file, or too large: its header would be {headerBytes} " +
                $"bytes; at most {MaxHeaderBytes} are read.");
        long dataBytes = stream.Length - 8 - (long)headerBytes;
        if (dataBytes < 0)
            throw new InputException($"{source}: truncated: a header of {headerBytes} bytes in a file of {stream.Length}.");
        byte[] header = new byte[headerBytes];
        stream.ReadExactly(header);
        try
        {
            using JsonDocument json = JsonDocument.Parse(header,
                new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            return ReadTensors(json.RootElement, stream, dataBytes, source, choice);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InputException(
                $"{source}: the safetensors header is not the JSON it should be: {InputFile.OneLine(fault.Message)}", fault);
        }
    }

    /// <summary>
    /// Writes a weight file in one piece: a reader sees the old file or the whole new one. The same weights give the same bytes.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Weights weights) => AtomicFile.Write(path, stream => Write(stream, weights));

    /// <summary>
    /// Writes weights: tensors in the ordinal order of their names, the header padded with blanks to a multiple of 8 bytes.
    /// </summary>
    /// <exception cref="ArgumentException">A tensor has the name that the format keeps for its metadata.</exception>
    public static void Write(Stream stream, Weights weights)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(weights);
        byte[] header = Header(weights);
        int padded = (header.Length + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded);
        stream.Write(prefix);
        stream.Write(header);
        stream.Write("       "u8[..(padded - header.Length)]);
        foreach (WeightTensor tensor in weights.Tensors.Values)
        {
            byte[] bytes = new byte[4 * tensor.Values.Length];
            for (int i = 0; i < tensor.Values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), tensor.Values.Span[i]);
            stream.Write(bytes);
        }
    }

    private static byte[] Header(Weights weights)
    {
        if (weights.Tensors.ContainsKey(MetadataKey))
            throw new ArgumentException($"no tensor can be called {MetadataKey}.", nameof(weights));
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach ((string key, string text) in weights.Metadata)
                json.WriteString(key, text);
            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, WeightTensor tensor) in weights.Tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", "F32");
                WriteNumbers(json, "shape", tensor.Shape.Select(extent => (long)extent));
                WriteNumbers(json, "data_offsets", [offset, offset += 4L * tensor.Values.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static Weights ReadTensors(JsonElement root, Stream stream, long dataBytes, string source, TensorChoice? choice)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        List<TensorEntry> entries = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                foreach (JsonProperty text in property.Value.EnumerateObject())
                    metadata.Add(text.Name, text.Value.GetString() ?? throw new InputException(
                        $"{source}: metadata {InputFile.OneLine(text.Name)} is null; text is accepted."));
            }
            else
            {
                entries.Add(TensorEntry.Parse(property, source));
            }
        }

        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : string.CompareOrdinal(a.Name, b.Name));
        long expected = 0;
        foreach (TensorEntry entry in entries) // before any memory is taken: all of it must lie in the file, without gaps
        {
            if (entry.Begin != expected)
                throw new InputException($"{source}: {InputFile.OneLine(entry.Name)} starts at byte {entry.Begin} of the " +
                    $"data; the tensor before it ends at {expected}.");
            expected = entry.End;
            if (expected > dataBytes)
                throw new InputException($"{source}: truncated: {InputFile.OneLine(entry.Name)} ends at byte {expected} of " +
                    $"the data; the file has {dataBytes}.");
        }

        if (expected != dataBytes)
            throw new InputException($"{source}: too long: the tensors take {expected} bytes of data; the file has {dataBytes}.");
        var tensors = ImmutableSortedDictionary.CreateBuilder<string, WeightTensor>(StringComparer.Ordinal);
        HashSet<string>? wanted = choice is null
            ? null : [.. choice(entries.ToDictionary(e => e.Name, e => new TensorHead(e.Shape, e.Type), StringComparer.Ordinal))];
        long start = stream.Position;
        foreach (TensorEntry entry in entries.Where(e => wanted is null || wanted.Contains(e.Name)))
        {
            InputBudget.Take(entry.Shape.Count * sizeof(float), $"{source}: {InputFile.OneLine(entry.Name)}");
            stream.Position = start + entry.Begin;
            tensors.Add(entry.Name, new WeightTensor(entry.Shape, entry.ReadValues(stream)));
        }

        return new Weights(tensors.ToImmutable(), metadata.ToImmutable());
    }

    // One tensor as the header describes it; Begin and End count from the end of the header.
    private sealed record TensorEntry(string Name, string Type, Shape Shape, long Begin, long End)
    {
        public static TensorEntry Parse(JsonProperty property, string source)
        {
            string name = property.Name, shown = InputFile.OneLine(name), type = Member("dtype").GetString() ?? "null";
            int elementBytes = type switch
            {
                "F32" => 4,
                "F16" or "BF16" => 2,
                _ => throw new InputException(
                    $"{source}: {shown} is of type {InputFile.OneLine(type)}; F32, F16 and BF16 are read."),
            };
            long count = 1;
            List<int> extents = [];
            foreach (JsonElement extent in Member("shape").EnumerateArray())
            {
                if (!extent.TryGetInt32(out int value) || value < 1 || extents.Count == 8)
                    throw new InputException($"{source}: {shown} has the shape " +
                        $"{InputFile.OneLine(Member("shape").GetRawText())}; at most 8 extents from 1 to {int.MaxValue} are " +
                        $"read.");
                extents.Add(value);
                count = count > long.MaxValue / 8 / value ? long.MaxValue / 8 : count * value;
            }

            long[] offsets = [.. Member("data_offsets").EnumerateArray().Take(3)
                .Select(o => o.TryGetInt64(out long value) ? value : -1)];
            if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
                throw new InputException($"{source}: {shown} has the data_offsets " +
                    $"{InputFile.OneLine(Member("data_offsets").GetRawText())}; two rising byte offsets are accepted.");
            if (offsets[1] - offsets[0] != count * elementBytes || count > Array.MaxLength / 4)
                throw new InputException($"{source}: {shown} {type} [{string.Join(", ", extents)}] does not fill bytes " +
                    $"{offsets[0]} to {offsets[1]} of the data.");
            return new TensorEntry(name, type, extents.Count == 0 ? [1] : Shape.Create([.. extents]), offsets[0], offsets[1]);

            JsonElement Member(string member) =>
                property.Value.TryGetProperty(member, out JsonElement value) ? value
                    : throw new InputException($"{source}: {shown} has no {member}.");
        }

        public float[] ReadValues(Stream stream)
        {
            byte[] block = new byte[Math.Min(End - Begin, BlockBytes)];
            float[] values = new float[Shape.Count];
            int width = Type == "F32" ? 4 : 2;
            for (int done = 0; done < values.Length;)
            {
                int count = Math.Min(values.Length - done, block.Length / width);
                stream.ReadExactly(block.AsSpan(0, count * width));
                for (int i = 0; i < count; i++)
                    values[done++] = Value(block.AsSpan(i * width));
            }

            return values;
        }

        private float Value(ReadOnlySpan<byte> bytes) => Type switch
        {
            "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        };
    }
}
