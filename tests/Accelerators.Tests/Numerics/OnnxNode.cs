using System.Text.Json;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Tests.Kernels;

namespace NpuSim.Accelerators.Tests.Numerics;

/// <summary>Runs one node of the ONNX back-end tests on the kernels. Unsigned 8-bit operands become signed ones less
/// 128.</summary>
internal sealed class OnnxNode
{
    private static readonly string[] Modelled =
        ["float32", "float16", "uint8", "int8", "uint16", "int16", "uint4", "int4", "int32", "int64"];

    private static readonly NumericPolicy Integer = new(
        new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Float32, ZeroPointBeforeRounding: false);

    private readonly JsonElement node, inputs;
    private readonly string[] names;

    private OnnxNode(JsonElement root)
    {
        node = root.GetProperty("nodes")[0];
        inputs = root.GetProperty("inputs");
        names = [.. node.GetProperty("inputs").EnumerateArray().Select(n => n.GetString()!)];
    }

    /// <summary>The first type in the node that the simulator does not have, or null.</summary>
    public static string? Unmodelled(JsonElement root) =>
        root.GetProperty("inputs").EnumerateObject().Concat(root.GetProperty("outputs").EnumerateObject())
            .Select(t => t.Value.GetProperty("dtype").GetString()!).FirstOrDefault(t => !Modelled.Contains(t));

    public static void Check(JsonElement root)
    {
        OnnxNode node = new(root);
        string name = root.GetProperty("name").GetString()!;
        string op = node.node.GetProperty("op").GetString()!;
        JsonElement[] outputs = [.. root.GetProperty("outputs").EnumerateObject().Select(o => o.Value)];
        double[][] actual = op switch
        {
            "ConvInteger" => [node.Convolution(3, quantised: false, outputs[0])],
            "QLinearConv" => [node.Convolution(5, quantised: true, outputs[0])],
            "MatMulInteger" => [node.MatMul(0, 2, 1, 3, outputs[0], null)],
            "QLinearMatMul" => [node.MatMul(0, 2, 3, 5, outputs[0], 1)],
            "QuantizeLinear" => [node.Quantize(outputs[0])],
            "DequantizeLinear" => [node.Dequantize()],
            "DynamicQuantizeLinear" => node.DynamicQuantize(),
            _ => throw new AssertionException($"{name}: operation {op} is not known."),
        };
        for (int i = 0; i < outputs.Length; i++)
            Assert.That(actual[i], Is.EqualTo(Values(outputs[i])), $"{name} output {i}");
    }

    private static double[] Values(JsonElement tensor) =>
        [.. tensor.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];

    private static int[] Dims(JsonElement tensor) => [.. tensor.GetProperty("dims").EnumerateArray().Select(v => v.GetInt32())];

    private static string Type(JsonElement tensor) => tensor.GetProperty("dtype").GetString()!;

    private static (double Min, double Max) Range(string type) => type switch
    {
        "uint8" => (0, 255),
        "int8" => (-128, 127),
        "uint16" => (0, 65535),
        "int16" => (-32768, 32767),
        "uint4" => (0, 15),
        "int4" => (-8, 7),
        _ => throw new AssertionException($"{type} is no quantised type."),
    };

    private JsonElement Input(int index) => inputs.GetProperty(names[index]);

    // An operand that may be left out: at the end, or by an empty name.
    private JsonElement? Optional(int index) => index < names.Length && names[index].Length > 0 ? Input(index) : null;

    private int[] ZeroPoints(int index) => Optional(index) is { } zeros ? [.. Values(zeros).Select(v => (int)v)] : [0];

    // Signed operand and what to add to it to get value − zero point.
    private static (int[] Values, int Bias) Signed(JsonElement tensor)
    {
        int shift = Type(tensor) == "uint8" ? 128 : 0;
        return ([.. Values(tensor).Select(v => (int)v - shift)], shift);
    }

    private double[] Convolution(int weightZeroPoints, bool quantised, JsonElement output)
    {
        JsonElement x = Input(0), w = Input(quantised ? 3 : 1);
        int[] xd = Dims(x), wd = Dims(w), yd = Dims(output);
        (int[] xs, int xBias) = Signed(x);
        (int[] ws, int wBias) = Signed(w);
        int[] pads = node.GetProperty("attrs").TryGetProperty("pads", out JsonElement p)
            ? [.. p.EnumerateArray().Select(v => v.GetInt32())] : [0, 0, 0, 0];
        int[] zeroX = ZeroPoints(2), zeroW = ZeroPoints(weightZeroPoints);
        ConvolutionShape shape = new(
            xd[0], xd[2], xd[3], xd[1], wd[2], wd[3], yd[2], yd[3], 1, PadTop: pads[0], PadLeft: pads[1]);
        int[] nhwc = Transpose(xs, xd);
        double[] y = new double[yd.Aggregate(1, (a, b) => a * b)];
        for (int o = 0; o < wd[0]; o++)
        {
            int size = wd[1] * wd[2] * wd[3];
            int[] kernel = Transpose(ws[(o * size)..((o + 1) * size)], [1, wd[1], wd[2], wd[3]]);
            long[] channel = Run(shape, nhwc, kernel, xBias - zeroX[0], wBias - zeroW[Math.Min(o, zeroW.Length - 1)],
                quantised, output);
            for (int i = 0; i < channel.Length; i++)
                y[(o * channel.Length) + i] = channel[i];
        }

        return y;
    }

    private long[] Run(ConvolutionShape shape, int[] x, int[] w, int offsetX, int offsetW, bool quantised, JsonElement output)
    {
        (FixedScale scale, int zero, NumberFormat format, int shift) = quantised ? Stage(1, 4, 6, output) : Raw();
        OutputStage stage = new([scale], zero - shift, inputOffset: offsetX, weightOffset: offsetW);
        byte[] y = new byte[shape.OutputCount * (format == NumberFormat.Int32 ? 4 : 1)];
        _ = ConvolutionKernel.Run(
            shape, Integers.Operand(x, NumberFormat.Int8), Integers.Operand(w, NumberFormat.Int8), ReadOnlySpan<int>.Empty, stage,
            new Operand(y, format), Integer);
        return [.. Integers.Read(y, format).Select(v => v + shift)];
    }

    private double[] MatMul(int a, int zeroA, int b, int zeroB, JsonElement output, int? scaleA)
    {
        int[] ad = Dims(Input(a)), bd = Dims(Input(b));
        (int[] xs, int xBias) = Signed(Input(a));
        (int[] ws, int wBias) = Signed(Input(b));
        (FixedScale scale, int zero, NumberFormat format, int shift) = scaleA is { } s ? Stage(s, s + 3, s + 5, output) : Raw();
        OutputStage stage = new(
            [scale], zero - shift, inputOffset: xBias - ZeroPoints(zeroA)[0],
                weightOffset: wBias - ZeroPoints(zeroB)[0]);
        int m = ad[^2], k = ad[^1], n = bd[^1], batch = xs.Length / (m * k);
        byte[] y = new byte[batch * m * n * (format == NumberFormat.Int32 ? 4 : 1)];
        _ = MatMulKernel.Run(
            new(m, n, k, batch), Integers.Operand(xs, NumberFormat.Int8), Integers.Operand(ws, NumberFormat.Int8), stage,
            new Operand(y, format), Integer);
        return [.. Integers.Read(y, format).Select(v => (double)(v + shift))];
    }

    private static (FixedScale Scale, int Zero, NumberFormat Format, int Shift) Raw() =>
        (new FixedScale(1 << 30, 1), 0, NumberFormat.Int32, 0);

    private (FixedScale Scale, int Zero, NumberFormat Format, int Shift) Stage(int scaleX, int scaleW, int scaleY,
        JsonElement output)
    {
        float factor = (float)Values(Input(scaleX))[0] * (float)Values(Input(scaleW))[0] / (float)Values(Input(scaleY))[0];
        return (FixedScale.FromDouble(factor), ZeroPoints(scaleY + 1)[0], NumberFormat.Int8,
            Type(output) == "uint8" ? 128 : 0);
    }

    private double[] Quantize(JsonElement output)
    {
        double[] x = Values(Input(0)), scales = Values(Input(1)), zeros = Optional(2) is { } given ? Values(given) : [0];
        (double min, double max) = Range(Type(output));
        return [.. x.Select((v, i) => Math.Clamp(
            MathF.Round((float)v / (float)scales[Index(i)], MidpointRounding.ToEven) + zeros[Index(i) % zeros.Length], min,
                max))];
    }

    private double[] Dequantize()
    {
        double[] x = Values(Input(0)), scales = Values(Input(1)), zeros = Optional(2) is { } given ? Values(given) : [0];
        return [.. x.Select((v, i) => (double)((float)(v - zeros[Index(i) % zeros.Length]) * (float)scales[Index(i)]))];
    }

    // Which scale element i uses: one for all, or one per block along the axis.
    private int Index(int i)
    {
        int[] dims = Dims(Input(0)), scaleDims = Dims(Input(1));
        if (scaleDims.Aggregate(1, (a, b) => a * b) == 1)
            return 0;
        JsonElement attributes = node.GetProperty("attrs");
        int axis = attributes.TryGetProperty("axis", out JsonElement a) ? a.GetInt32() : 1;
        bool blocked = attributes.TryGetProperty("block_size", out JsonElement size);
        int index = 0, stride = 1, rest = i;
        for (int d = dims.Length - 1; d >= 0; d--)
        {
            int at = rest % dims[d];
            rest /= dims[d];
            if (!blocked && d != axis)
                continue;
            index += (d == axis && blocked ? at / size.GetInt32() : at) * stride;
            stride *= blocked ? scaleDims[d] : scaleDims[0];
        }

        return index;
    }

    private double[][] DynamicQuantize()
    {
        float[] x = [.. Values(Input(0)).Select(v => (float)v)];
        float max = Math.Max(0, x.Max()), min = Math.Min(0, x.Min()), scale = (max - min) / 255;
        float zero = Math.Clamp(MathF.Round(-min / scale, MidpointRounding.ToEven), 0, 255);
        double[] y = [.. x.Select(v => (double)Math.Clamp(MathF.Round(v / scale, MidpointRounding.ToEven) + zero, 0, 255))];
        return [y, [scale], [zero]];
    }

    // NCHW to NHWC.
    private static int[] Transpose(int[] values, int[] dims)
    {
        int[] result = new int[values.Length];
        int plane = dims[2] * dims[3];
        for (int i = 0; i < values.Length; i++)
            result[(((i / (dims[1] * plane) * plane) + (i % plane)) * dims[1]) + (i / plane % dims[1])] = values[i];
        return result;
    }
}
