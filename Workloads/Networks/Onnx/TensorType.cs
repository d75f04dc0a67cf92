namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>ONNX's element types by their numbers; what is not named here is newer.</summary>
internal enum TensorType
{
    Undefined, Float, UInt8, Int8, UInt16, Int16, Int32, Int64, String, Bool, Float16, Double, UInt32, UInt64,
    Complex64, Complex128,
    BFloat16, Float8E4M3Fn, Float8E4M3FnUz, Float8E5M2, Float8E5M2FnUz, UInt4, Int4, Float4E2M1, Float8E8M0, UInt2, Int2,
}

/// <summary>Names of element types as ONNX writes them.</summary>
internal static class TensorTypes
{
    /// <summary>As "BFLOAT16", or "type 99" for one that has no name.</summary>
    public static string Text(this TensorType type) => Enum.IsDefined(type) ? type.ToString()
        .ToUpperInvariant() : $"type {(int)type}";

    /// <summary>True for numbers with a fraction that are read.</summary>
    public static bool IsReal(this TensorType type) =>
        type is TensorType.Float or TensorType.Float16 or TensorType.Double or TensorType.BFloat16;

    /// <summary>True for what an input may hold.</summary>
    public static bool IsInput(this TensorType type) =>
        type.IsReal() || type is TensorType.Int8 or TensorType.UInt8
        or TensorType.Int32 or TensorType.Int64 or TensorType.Bool;

    /// <summary>True for whole numbers that stand for themselves, and for truth.</summary>
    public static bool IsWhole(this TensorType type) => type is TensorType.Int32 or TensorType.Int64 or TensorType.Bool;

    /// <summary>True for integers that quantised tensors of at most 8 bits hold.</summary>
    public static bool IsNarrow(this TensorType type) =>
        type is TensorType.Int8 or TensorType.UInt8 or TensorType.Int4 or TensorType.UInt4;

    /// <summary>True for unsigned integers of at most 8 bits, which are kept less 128.</summary>
    public static bool IsNarrowUnsigned(this TensorType type) => type is TensorType.UInt8 or TensorType.UInt4;
}
