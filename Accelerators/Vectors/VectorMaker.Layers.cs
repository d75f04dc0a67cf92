using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Vectors;

/// <content>One method per kind of layer.</content>
public sealed partial class VectorMaker
{
    private void Convolution()
    {
        int groups = Pick(1, 2), depth = Pick(1, 9), inputs = groups * depth, outputs = groups * Pick(1, 6);
        (int height, int width) = Windows(inputs, outputs);
        config["FILTER_CH"] = depth;
        Layer((long)outputs * height * width * depth, height * width * depth, outputs, perChannel: true);
    }

    private void Depthwise()
    {
        int inputs = Pick(1, 12), multiplier = Pick(1, 2), outputs = inputs * multiplier;
        (int height, int width) = Windows(inputs, outputs);
        config["CH_MULT"] = multiplier;
        Layer((long)outputs * height * width, height * width, outputs, perChannel: true);
    }

    private void FullyConnected()
    {
        int rows = Pick(1, 4), depth = Pick(1, 130), outputs = Pick(1, 17);
        config["INPUT_BATCHES"] = rows;
        config["ACCUMULATION_DEPTH"] = depth;
        config["OUT_CH"] = outputs;
        config["FILTER_OFFSET"] = 0;
        Values("input", (long)rows * depth, Activations);
        Layer((long)outputs * depth, depth, outputs, perChannel: false);
    }

    // Extents of a convolution, its input, and the size of its kernel.
    private (int Height, int Width) Windows(int inputs, int outputs)
    {
        int batch = Pick(1, 2);
        config["INPUT_BATCHES"] = batch;
        config["IN_CH"] = inputs;
        config["OUT_CH"] = outputs;
        (int inputHeight, int height) = Window("Y", "H");
        (int inputWidth, int width) = Window("X", "W");
        Values("input", (long)batch * inputHeight * inputWidth * inputs, Activations);
        return (height, width);
    }

    private (int Input, int Kernel) Window(string axis, string extent)
    {
        int kernel = Pick(1, 4), stride = Pick(1, 2), dilation = Pick(1, 2), pad = Pick(0, kernel - 1);
        int span = (dilation * (kernel - 1)) + 1, input = span + Pick(0, 4);
        config[$"INPUT_{extent}"] = input;
        config[$"FILTER_{axis}"] = kernel;
        config[$"STRIDE_{axis}"] = stride;
        config[$"DILATION_{axis}"] = dilation;
        config[$"PAD_{axis}"] = pad;
        config[$"OUTPUT_{extent}"] = ((input + (2 * pad) - span) / stride) + 1;
        return (input, kernel);
    }

    // Weights, bias, scales and clamp of a layer whose input is there.
    private void Layer(long weights, int depth, int outputs, bool perChannel)
    {
        Values("weights", weights, formats.Weights);
        int bias = (int)Math.Min(1 << 24, (Activations.MaxValue() * formats.Weights.MaxValue() * (long)Math.Sqrt(depth)) / 2);
        if (random.NextInt32(4) > 0)
            vector["bias"] = Array(Enumerable.Range(0, outputs).Select(_ => (long)Pick(-bias, bias)));
        int zeroPoint = Offset();
        config["INPUT_OFFSET"] = Offset();
        config["OUTPUT_OFFSET"] = zeroPoint == 128 ? 127 : zeroPoint;
        Clamp("OUT_ACTIVATION_MIN", "OUT_ACTIVATION_MAX", zeroPoint == 128 ? 127 : zeroPoint);
        FixedScale[] scales = [.. Enumerable.Range(0, perChannel ? outputs : 1)
            .Select(_ => Factor(Activations, formats.Weights, depth))];
        if (perChannel)
        {
            vector["output_multiplier"] = Array(scales.Select(s => (long)s.Multiplier));
            vector["output_shift"] = Array(scales.Select(s => (long)s.Shift));
        }
        else
        {
            config["OUTPUT_MULTIPLIER"] = scales[0].Multiplier;
            config["OUTPUT_SHIFT"] = scales[0].Shift;
        }

        Types(("input", Activations), ("weights", formats.Weights), ("bias", NumberFormat.Int32), ("output", Activations));
    }

    private void BatchMatMul()
    {
        int m = Pick(1, 6), n = Pick(1, 9), k = Pick(1, 40), batch = Pick(1, 2), height = Pick(1, 2);
        bool adjointX = random.NextInt32(2) == 0, adjointY = random.NextInt32(2) == 0;
        (config["ADJ_X"], config["ADJ_Y"]) = (adjointX ? 1 : 0, adjointY ? 1 : 0);
        (config["LHS_BATCH"], config["LHS_HEIGHT"]) = (batch, height);
        (config["LHS_ROWS"], config["LHS_COLS"]) = adjointX ? (k, m) : (m, k);
        (config["RHS_BATCH"], config["RHS_HEIGHT"]) = (batch, height);
        (config["RHS_ROWS"], config["RHS_COLS"]) = adjointY ? (n, k) : (k, n);
        (config["OUTPUT_BATCH"], config["OUTPUT_HEIGHT"], config["OUTPUT_ROWS"], config["OUTPUT_COLS"]) = (batch, height, m, n);
        (config["LHS_OFFSET"], config["RHS_OFFSET"], config["OUTPUT_OFFSET"]) = (Offset(), Offset() / 16, 0);
        Clamp("ACTIVATION_MIN", "ACTIVATION_MAX", 0);
        FixedScale scale = Factor(Activations, Activations, k);
        (config["OUTPUT_MULTIPLIER"], config["OUTPUT_SHIFT"]) = (scale.Multiplier, scale.Shift);
        Values("lhs", (long)batch * height * m * k, Activations);
        Values("rhs", (long)batch * height * k * n, Activations);
        Types(("lhs", Activations), ("rhs", Activations), ("output", Activations));
    }

    private void Pair()
    {
        int count = Pick(1, 100);
        Values("input1", count, Activations);
        Values("input2", count, Activations);
        (config["INPUT1_OFFSET"], config["INPUT2_OFFSET"], config["OUTPUT_OFFSET"]) = (Offset(), Offset(), 0);
        Clamp("OUT_ACTIVATION_MIN", "OUT_ACTIVATION_MAX", 0);
        Types(("input1", Activations), ("input2", Activations), ("output", Activations));
    }

    private void Add()
    {
        Pair();
        AddStage stage = AddStage.From(random.NextDouble(0.01, 0.1), random.NextDouble(0.01, 0.1), random.NextDouble(0.02, 0.2),
            Activations);
        config["LEFT_SHIFT"] = stage.LeftShift;
        (config["INPUT1_MULT"], config["INPUT1_SHIFT"]) = (stage.A.Multiplier, stage.A.Shift);
        (config["INPUT2_MULT"], config["INPUT2_SHIFT"]) = (stage.B.Multiplier, stage.B.Shift);
        (config["OUTPUT_MULT"], config["OUTPUT_SHIFT"]) = (stage.Output.Multiplier, stage.Output.Shift);
    }

    private void Mul()
    {
        Pair();
        FixedScale scale = Factor(Activations, Activations, 1);
        (config["OUTPUT_MULT"], config["OUTPUT_SHIFT"]) = (scale.Multiplier, scale.Shift);
    }

    private void Pool()
    {
        int batch = Pick(1, 2), channels = Pick(1, 9);
        (config["BATCH_SIZE"], config["INPUT_C"]) = (batch, channels);
        long count = (long)batch * channels * PoolWindow("H") * PoolWindow("W");
        Clamp("ACTIVATION_MIN", "ACTIVATION_MAX", 0);
        Values("input", count, Activations);
        Types(("input", Activations), ("output", Activations));
    }

    private int PoolWindow(string extent)
    {
        int kernel = Pick(1, 4), stride = Pick(1, 3), pad = Pick(0, kernel / 2), input = kernel + Pick(0, 6);
        config[$"INPUT_{extent}"] = input;
        config[$"FILTER_{extent}"] = kernel;
        config[$"STRIDE_{extent}"] = stride;
        config[$"PADDING_{extent}"] = pad;
        config[$"OUTPUT_{extent}"] = ((input + (2 * pad) - kernel) / stride) + 1;
        return input;
    }

    private void Softmax()
    {
        int rows = Pick(1, 4), size = Pick(2, 40);
        (config["NUM_ROWS"], config["ROW_SIZE"]) = (rows, size);
        SoftmaxStage stage = SoftmaxStage.From(random.NextDouble(4, 24) / Activations.MaxValue(), Activations);
        (config["INPUT_MULT"], config["INPUT_LEFT_SHIFT"], config["DIFF_MIN"]) =
            (stage.Input.Multiplier, stage.Input.Shift, stage.LeastDifference);
        Values("input", (long)rows * size, Activations);
        Types(("input", Activations), ("output", Activations));
    }
}
