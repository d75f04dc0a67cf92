using System.Runtime.InteropServices;
using System.Text.Json;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Files;

namespace NpuSim.Accelerators.Vectors;

/// <summary>
/// A layer test vector: one JSON object with op ("conv2d_s8"), config and flat arrays. Offsets are added to operands. NHWC
/// inputs; weights of convolutions [output channel, row, column, input channel of the group], of depthwise ones [row, column,
/// channel], of fully connected layers [output, depth]. The arithmetic is that of the key "numerics" (as in a profile); without
/// it that of TFLite: the width of the accumulator decides the form of the requantise step, whether there is a bias or not.
/// Products of 16-bit inputs use accumulators of 64 bits and the reduced multiplier unless the vector says that its accumulators
/// have 32 bits. docs/vectors.md describes every key.
/// </summary>
internal sealed class LayerVector
{
    private static readonly NumericPolicy Narrow =
        new(new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Double);
    private static readonly NumericPolicy Reduced =
        new(new AccumulatorPolicy(64, Overflow.Wrap), Requantization: Requantization.Reduced16);
    private static readonly NumericPolicy Float =
        new(new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Float32);

    private readonly JsonElement root, config;
    private readonly string operation;
    private readonly NumberFormat format;
    private readonly LayerKernels kernels;

    private LayerVector(JsonElement root, LayerKernels kernels)
    {
        (this.root, this.kernels) = (root, kernels);
        if (root.ValueKind != JsonValueKind.Object)
            throw new FormatException("a vector is a JSON object.");
        config = Required("config", JsonValueKind.Object);
        operation = Required("op", JsonValueKind.String).GetString() ?? "";
        format = operation.EndsWith("_s16", StringComparison.Ordinal) ? NumberFormat.Int16 : NumberFormat.Int8;
    }

    /// <summary>Runs a vector through the kernels.</summary>
    /// <param name="vector">The JSON object.</param>
    /// <exception cref="InputException">The vector names an unknown operation, lacks a key or has one that does not
    /// fit.</exception>
    public static VectorOutcome Run(JsonElement vector) => Run(vector, LayerKernels.Processor);

    /// <summary>The same through other kernels.</summary>
    internal static VectorOutcome Run(JsonElement vector, LayerKernels kernels)
    {
        string name = "";
        try
        {
            if (vector.ValueKind == JsonValueKind.Object && vector.TryGetProperty("name", out JsonElement given))
                name = given.ToString();
            LayerVector layer = new(vector, kernels);
            long[] actual = layer.Compute(layer.Arithmetic()), expected = layer.Integers("output");
            if (actual.Length != expected.Length)
                throw new InputException(
                    $"vector '{name}': output has {expected.Length} elements, the layer gives {actual.Length}.");
            for (int i = 0; i < actual.Length; i++)
            {
                if (actual[i] != expected[i])
                    return new VectorOutcome(name, i, expected[i], actual[i]);
            }

            return new VectorOutcome(name, -1, 0, 0);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InputException($"vector '{name}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or OverflowException or DivideByZeroException)
        {
            throw new InputException($"vector '{name}': the sizes in its config do not fit together.", e);
        }
    }

    /// <summary>The outputs that the kernels give for a vector, which needs no output of its own.</summary>
    internal static long[] Outputs(JsonElement vector)
    {
        LayerVector layer = new(vector, LayerKernels.Processor);
        return layer.Compute(layer.Arithmetic());
    }

    private JsonElement Required(string key, JsonValueKind kind) =>
        root.TryGetProperty(key, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw new KeyNotFoundException($"there is no {key} ({kind.ToString().ToLowerInvariant()}).");

    private long[] Compute(NumericPolicy arithmetic) => operation switch
    {
        "conv2d_s4" or "conv2d_s8" or "conv2d_s16" => Convolution(arithmetic, depthwise: false),
        "depthwise_conv2d_s4" or "depthwise_conv2d_s8" or "depthwise_conv2d_s16" => Convolution(arithmetic, depthwise: true),
        "fully_connected_s4" or "fully_connected_s8" or "fully_connected_s16" => FullyConnected(arithmetic),
        "fully_connected_qs8_fp32_requant" => FloatRequantised(arithmetic),
        "batch_matmul_s8" or "batch_matmul_s16" => BatchMatMul(arithmetic),
        "add_s8" or "add_s16" => Add(arithmetic),
        "mul_s8" or "mul_s16" => Mul(arithmetic),
        "avgpool_s8" or "avgpool_s16" => Pool(average: true),
        "maxpool_s8" or "maxpool_s16" => Pool(average: false),
        "softmax_s8" => Softmax(NumberFormat.Int8, NumberFormat.Int8),
        "softmax_s8_s16" => Softmax(NumberFormat.Int8, NumberFormat.Int16),
        "softmax_s16" => Softmax(NumberFormat.Int16, NumberFormat.Int16),
        _ => throw new InputException($"a vector's op is '{operation}'; conv2d, depthwise_conv2d, fully_connected, batch_matmul, "
            + "add, mul, avgpool, maxpool and softmax with _s4, _s8 or _s16 are known."),
    };

    private NumericPolicy Arithmetic()
    {
        if (root.TryGetProperty("numerics", out JsonElement given))
            return VectorNumerics.Read(given);
        if (operation == "fully_connected_qs8_fp32_requant")
            return Float;
        bool product = !(operation.StartsWith("add", StringComparison.Ordinal)
            || operation.StartsWith("mul", StringComparison.Ordinal));
        return format == NumberFormat.Int16 && product && !HasNarrowAccumulator() ? Reduced : Narrow;
    }

    // Said by a type of its own; by the name, in which CMSIS-NN gives the types of input, weights and accumulator; or by the type
    // of the bias, which starts the accumulator.
    private bool HasNarrowAccumulator() => TypeOf("accumulator") switch
    {
        "int32_t" => true,
        "int64_t" => false,
        _ => NameBegins("int16xint8xint32") || TypeOf("bias") == "int32_t",
    };

    private bool NameBegins(string types) => root.TryGetProperty("name", out JsonElement name)
        && name.ValueKind == JsonValueKind.String
        && name.GetString()!.StartsWith(types, StringComparison.Ordinal);

    private string? TypeOf(string array) =>
        root.TryGetProperty("dtypes", out JsonElement types) && types.TryGetProperty(array, out JsonElement type)
            ? type.GetString() : null;

    private NumberFormat WeightFormat() => TypeOf("weights") == "int16_t" ? NumberFormat.Int16 : NumberFormat.Int8;

    private long[] Convolution(NumericPolicy policy, bool depthwise)
    {
        int inputs = Config("IN_CH"), outputs = Config("OUT_CH"), height = Config("FILTER_Y"), width = Config("FILTER_X");
        long[] weights = Integers("weights");
        int groups = depthwise ? inputs : inputs / Config("FILTER_CH", inputs);
        ConvolutionShape shape = new(
            Config("INPUT_BATCHES"), Config("INPUT_H"), Config("INPUT_W"), inputs, height, width, Config("OUTPUT_H"),
                Config("OUTPUT_W"),
            outputs, Config("STRIDE_Y"), Config("STRIDE_X"), Config("PAD_Y"), Config("PAD_X"), Config("DILATION_Y"),
                Config("DILATION_X"), groups);
        if (depthwise)
            weights = [.. Enumerable.Range(0, weights.Length)
                .Select(i => weights[((i % (height * width)) * outputs) + (i / (height * width))])];
        byte[] y = Room(shape.OutputCount, format);
        kernels.Convolution(
            shape, Operand("input", format), new Operand(Pack(weights, WeightFormat()), WeightFormat()),
            Optional("bias"), Stage(), new Operand(y, format), policy);
        return Unpack(y, format);
    }

    private long[] FullyConnected(NumericPolicy policy)
    {
        long[] x = Integers("input"), w = Integers("weights");
        int depth = Config("ACCUMULATION_DEPTH"), outputs = w.Length / depth, rows = x.Length / depth;
        byte[] y = Room((long)rows * outputs, format);
        kernels.Linear(
            rows, outputs, depth, Operand("input", format), Operand("weights", WeightFormat()), Optional("bias"), Stage(),
            new Operand(y, format), policy);
        return Unpack(y, format);
    }

    private long[] FloatRequantised(NumericPolicy policy)
    {
        int m = Config("M"), n = Config("N"), k = Config("K");
        float scale = BitConverter.UInt32BitsToSingle(Convert.ToUInt32(config.GetProperty("SCALE_BITS_HEX").GetString(), 16));
        OutputStage stage = new(
            [FixedScale.FromDouble(scale, "SCALE_BITS_HEX")], Config("OUTPUT_ZERO_POINT"), Config("OUTPUT_MIN"),
            Config("OUTPUT_MAX"),
                -Config("INPUT_ZERO_POINT"));
        byte[] y = Room((long)m * n, NumberFormat.Int8);
        kernels.Linear(
            m, n, k, Operand("input", NumberFormat.Int8), Operand("weights", NumberFormat.Int8), Optional("bias"), stage,
            new Operand(y, NumberFormat.Int8), policy);
        return Unpack(y, NumberFormat.Int8);
    }

    private long[] BatchMatMul(NumericPolicy policy)
    {
        bool adjointX = Config("ADJ_X") != 0, adjointY = Config("ADJ_Y") != 0;
        int m = Config("OUTPUT_ROWS"), n = Config("OUTPUT_COLS"), k = Config(adjointX ? "LHS_ROWS" : "LHS_COLS");
        long[] left = Integers("lhs"), right = Integers("rhs");
        int batches = Config("OUTPUT_BATCH"), heights = Config("OUTPUT_HEIGHT");
        OutputStage stage = new(
            Scales(), Config("OUTPUT_OFFSET"), Config("ACTIVATION_MIN"), Config("ACTIVATION_MAX"), Config("LHS_OFFSET"),
                Config("RHS_OFFSET"));
        List<long> all = [];
        for (int i = 0; i < batches * heights; i++)
        {
            long[] a = Matrix(left, "LHS", i / heights, i % heights, m * k),
                b = Matrix(right, "RHS", i / heights, i % heights, k * n);
            if (adjointX)
                a = [.. Enumerable.Range(0, m * k).Select(e => a[((e % k) * m) + (e / k)])];
            byte[] y = Room((long)m * n, format);
            kernels.MatMul(
                m, n, k, adjointY, new Operand(Pack(a, format), format), new Operand(Pack(b, format), format), stage,
                new Operand(y, format), policy);
            all.AddRange(Unpack(y, format));
        }

        return [.. all];
    }

    private long[] Matrix(long[] values, string side, int batch, int height, int size)
    {
        int batches = Config($"{side}_BATCH"), heights = Config($"{side}_HEIGHT");
        int first = (((batches == 1 ? 0 : batch) * heights) + (heights == 1 ? 0 : height)) * size;
        return values[first..(first + size)];
    }

    private long[] Add(NumericPolicy policy)
    {
        AddStage stage = new(
            Scale("INPUT1_MULT", "INPUT1_SHIFT"),
                Scale("INPUT2_MULT", "INPUT2_SHIFT"),
            Scale("OUTPUT_MULT", "OUTPUT_SHIFT"), Shift("LEFT_SHIFT"), Config("INPUT1_OFFSET"),
            Config("INPUT2_OFFSET"), Config("OUTPUT_OFFSET"), Config("OUT_ACTIVATION_MIN"), Config("OUT_ACTIVATION_MAX"));
        byte[] y = Room(Integers("input1").Length, format);
        kernels.Add(Operand("input1", format), Operand("input2", format), stage, new Operand(y, format), policy);
        return Unpack(y, format);
    }

    private long[] Mul(NumericPolicy policy)
    {
        OutputStage stage = new(
            [Scale("OUTPUT_MULT", "OUTPUT_SHIFT")], Config("OUTPUT_OFFSET"),
                Config("OUT_ACTIVATION_MIN"),
            Config("OUT_ACTIVATION_MAX"), Config("INPUT1_OFFSET"), Config("INPUT2_OFFSET"));
        byte[] y = Room(Integers("input1").Length, format);
        kernels.Mul(Operand("input1", format), Operand("input2", format), stage, new Operand(y, format), policy);
        return Unpack(y, format);
    }

    private long[] Pool(bool average)
    {
        int channels = Config("INPUT_C");
        ConvolutionShape shape = new(
            Config("BATCH_SIZE"), Config("INPUT_H"), Config("INPUT_W"), channels, Config("FILTER_H"), Config("FILTER_W"),
            Config("OUTPUT_H"), Config("OUTPUT_W"), channels, Config("STRIDE_H"), Config("STRIDE_W"), Config("PADDING_H"),
                Config("PADDING_W"));
        byte[] y = Room(shape.OutputCount, format);
        int least = Config("ACTIVATION_MIN"), greatest = Config("ACTIVATION_MAX");
        if (average)
            kernels.AveragePool(shape, Operand("input", format), new Operand(y, format), least, greatest);
        else
            kernels.MaxPool(shape, Operand("input", format), new Operand(y, format), least, greatest);
        return Unpack(y, format);
    }

    private long[] Softmax(NumberFormat input, NumberFormat output)
    {
        int rows = Config("NUM_ROWS"), depth = Config("ROW_SIZE");
        SoftmaxStage stage = new(Scale("INPUT_MULT", "INPUT_LEFT_SHIFT"), Config("DIFF_MIN", 0));
        byte[] y = Room((long)rows * depth, output);
        kernels.Softmax(rows, depth, Operand("input", input), stage, new Operand(y, output));
        return Unpack(y, output);
    }

    private OutputStage Stage() => new(
        Scales(), Config("OUTPUT_OFFSET"), Config("OUT_ACTIVATION_MIN"), Config("OUT_ACTIVATION_MAX"), Config("INPUT_OFFSET"),
        Config("FILTER_OFFSET", 0));

    private FixedScale[] Scales()
    {
        if (!root.TryGetProperty("output_multiplier", out _))
            return [Scale("OUTPUT_MULTIPLIER", "OUTPUT_SHIFT")];
        long[] multipliers = Integers("output_multiplier"), shifts = Integers("output_shift");
        return [.. multipliers.Zip(shifts, (m, s) => FixedScale.OfParts(m, s, "output_multiplier, output_shift"))];
    }

    private FixedScale Scale(string multiplier, string shift) =>
        FixedScale.OfParts(Config(multiplier), Config(shift), $"{multiplier}, {shift}");

    private int Shift(string key) => Config(key) is >= 0 and <= 30 and var shift ? shift
        : throw new InputException($"{key} {Config(key)}: accepted are 0 to 30.");

    private int Config(string key) =>
        config.TryGetProperty(key, out JsonElement value)
            ? value.GetInt32()
            : throw new KeyNotFoundException($"config has no {key}, which {operation} needs.");

    private int Config(string key, int fallback) => config.TryGetProperty(key, out JsonElement value) ? value.GetInt32()
        : fallback;

    private long[] Integers(string key) =>
        root.TryGetProperty(key, out JsonElement values)
            ? [.. values.EnumerateArray().Select(v => v.GetInt64())]
            : throw new KeyNotFoundException($"there is no array {key}, which {operation} needs.");

    private ReadOnlySpan<long> Optional(string key) =>
        root.TryGetProperty(key, out JsonElement values) && values.ValueKind == JsonValueKind.Array ? Integers(key) : [];

    private Operand Operand(string key, NumberFormat type) => new(Pack(Integers(key), type), type);

    private static byte[] Room(long count, NumberFormat type)
    {
        InputBudget.Take(count < 0 ? long.MaxValue : count, IntegerAccess.Bytes(type), "its output");
        return new byte[count * IntegerAccess.Bytes(type)];
    }

    private static byte[] Pack(long[] values, NumberFormat type)
    {
        foreach (long value in values)
        {
            if (value < type.MinValue() || value > type.MaxValue())
                throw new FormatException($"{value} is no {type}.");
        }

        return type == NumberFormat.Int8
            ? [.. values.Select(v => (byte)v)]
            : MemoryMarshal.AsBytes<short>(values.Select(v => (short)v).ToArray()).ToArray();
    }

    private static long[] Unpack(byte[] bytes, NumberFormat type) =>
        type == NumberFormat.Int8
            ? [.. bytes.Select(b => (long)(sbyte)b)]
            : [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(v => (long)v)];
}
