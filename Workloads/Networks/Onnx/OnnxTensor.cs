using System.Runtime.InteropServices;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>Reads constants of a model: inside the file, packed or raw, or in a file of data beside it.</summary>
internal static class OnnxTensor
{
    private const int External = 1, MostAxes = 8;

    /// <summary>The tensor; an empty one is null.</summary>
    /// <param name="tensor">What the model says.</param>
    /// <param name="external">Data outside the model.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="raw">Its raw numbers, where it was parsed without them.</param>
    /// <exception cref="InputException">Its type is not read, its data are not there or of another size, or lie outside the
    /// folder.</exception>
    public static KnownTensor? Read(TensorProto tensor, OnnxExternalData external, string source,
        StoredBytes? raw = null)
    {
        TensorType named = (TensorType)tensor.DataType;
        ElementType type = named switch
        {
            TensorType.Float => ElementType.Float32,
            TensorType.UInt8 or TensorType.Bool or TensorType.UInt4 => ElementType.UInt8,
            TensorType.Int8 or TensorType.Int4 => ElementType.Int8,
            TensorType.UInt16 => ElementType.UInt16,
            TensorType.BFloat16 => ElementType.BFloat16,
            TensorType.Int16 => ElementType.Int16,
            TensorType.Int32 => ElementType.Int32,
            TensorType.Int64 => ElementType.Int64,
            TensorType.Float16 => ElementType.Float16,
            TensorType.Double => ElementType.Float64,
            _ => throw new InputException(
                $"{source}: elements of type {named.Text()}; FLOAT, FLOAT16, BFLOAT16, DOUBLE, BOOL, INT4, INT8, INT16, INT32, "
                    + $"INT64, UINT4, UINT8 and UINT16 are read."),
        };
        bool isPacked = named is TensorType.Int4 or TensorType.UInt4; // two to a byte
        long bytes = type.Bytes();
        foreach (long extent in tensor.Dims)
        {
            if (extent is < 0 or > int.MaxValue || tensor.Dims.Count > MostAxes)
                throw new InputException(
                    $"{source}: has the shape [{string.Join(", ", tensor.Dims.Take(MostAxes + 1))}]; at most {MostAxes} extents "
                        + $"from 0 to {int.MaxValue} are read.");
            bytes = extent > 0 && bytes > Npy.MaxBytes / extent ? Npy.MaxBytes + 1 : bytes * extent;
        }

        if (bytes > Npy.MaxBytes)
            throw new InputException(
                $"{source}: too large: its shape [{string.Join(", ", tensor.Dims)}] takes more than {Npy.MaxBytes} bytes.");
        if (bytes == 0)
            return null;
        int stored = (int)(isPacked ? (bytes + 1) / 2 : bytes);
        InputBudget.Take(bytes / type.Bytes(), sizeof(float), source); // as weights
        StoredBytes data = tensor.DataLocation == External ? external.Read(tensor, stored, source)
            : raw ?? (tensor.RawData.Length > 0 ? tensor.RawData.Memory : Packed(tensor, type));
        if (data.Length != stored)
            throw new InputException(
                $"{source}: its shape [{string.Join(", ", tensor.Dims)}] takes {stored} bytes, there are {data.Length}.");
        if (isPacked)
            data = Unpacked(data.ToArray(), (int)bytes, named == TensorType.Int4);
        Shape shape = tensor.Dims.Count == 0 ? [1] : Shape.Create([.. tensor.Dims.Select(d => (int)d)]);
        return new KnownTensor(new NumberArray(shape, type, data, tensor.Dims.Count == 0), named);
    }

    // The lower half of a byte comes first.
    private static byte[] Unpacked(byte[] data, int count, bool signed) =>
    [
        .. Enumerable.Range(0, count).Select(i => (data[i / 2] >> (i % 2 * 4)) & 15)
            .Select(v => (byte)(signed && v > 7 ? v - 16 : v)),
    ];

    // Types of up to 32 bits lie in int32_data, half floats by their bits.
    private static byte[] Packed(TensorProto tensor, ElementType type) => type switch
    {
        ElementType.Float32 => Bytes<float>([.. tensor.FloatData]),
        ElementType.Float64 => Bytes<double>([.. tensor.DoubleData]),
        ElementType.Int64 => Bytes<long>([.. tensor.Int64Data]),
        ElementType.Int32 => Bytes<int>([.. tensor.Int32Data]),
        ElementType.Int8 or ElementType.UInt8 => [.. tensor.Int32Data.Select(i => (byte)i)],
        _ => Bytes<short>([.. tensor.Int32Data.Select(i => (short)i)]),
    };

    private static byte[] Bytes<TNumber>(ReadOnlySpan<TNumber> values) where TNumber : unmanaged =>
        MemoryMarshal.AsBytes(values).ToArray();
}
