using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <content>Matrix products and convolutions.</content>
public sealed partial class OpenClKernels
{
    private enum Layout
    {
        Rows,
        Columns,
        Windows,
    }

    /// <summary>As <see cref="LinearKernel"/>.</summary>
    /// <param name="shape">Rows of x, outputs and inputs per row.</param>
    /// <param name="x">[m, k], int8 or int16.</param>
    /// <param name="w">[n, k], int4, int8 or int16.</param>
    /// <param name="bias">[n], int32 or int64; or without a buffer: none.</param>
    /// <param name="stage">Scales, zero points and clamp.</param>
    /// <param name="y">[m, n] or, for a part, [m, part.Of], int8, int16 or int32.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="slot">Where overflows are counted.</param>
    /// <param name="part">Columns of y that the outputs are.</param>
    public void Linear(
        MatrixShape shape, DeviceOperand x, DeviceOperand w, DeviceOperand bias, OutputStage stage, DeviceOperand y,
        RandomAddress noise, int slot, ChannelPart part = default)
    {
        (int m, int n, int k) = (shape.M, shape.N, shape.K);
        int stride = part.Stride(n);
        Accumulate(slot, shape.OutputCount);
        CheckFactor(x, (long)m * k, stage.InputOffset, nameof(x));
        CheckFactor(w, (long)n * k, stage.WeightOffset, nameof(w));
        CheckOutput(y, (long)m * stride, bias, n, stage);
        Factor left = new(x, stage.InputOffset, Layout.Rows, m, k, 0, null),
            right = new(w, stage.WeightOffset, Layout.Rows, n, k, 0, null);
        Multiply(1, k, left, right, bias, stage, y, new Outputs(part.First, stride, 0, 0), noise, slot);
    }

    /// <summary>As <see cref="MatMulKernel"/>.</summary>
    /// <param name="shape">Extents; the first operand is not transposed.</param>
    /// <param name="a">[batch, m, k], int8 or int16.</param>
    /// <param name="b">[batch, k, n] or, transposed, [batch, n, k], int8 or int16.</param>
    /// <param name="stage">Scales, zero points and clamp.</param>
    /// <param name="y">[batch, m, n], int8, int16 or int32.</param>
    /// <param name="noise">Random numbers of stochastic rounding.</param>
    /// <param name="slot">Where overflows are counted.</param>
    public void MatMul(
        MatrixShape shape, DeviceOperand a, DeviceOperand b, OutputStage stage, DeviceOperand y,
        RandomAddress noise, int slot)
    {
        if (shape.TransposeA)
            throw new ArgumentException("There is no kernel for a transposed first operand.", nameof(shape));
        (int m, int n, int k) = (shape.M, shape.N, shape.K);
        Accumulate(slot, shape.OutputCount);
        CheckFactor(a, shape.LeftCount, stage.InputOffset, nameof(a));
        CheckFactor(b, shape.RightCount, stage.WeightOffset, nameof(b));
        CheckOutput(y, shape.OutputCount, default, n, stage);
        Factor left = new(a, stage.InputOffset, Layout.Rows, m, k, (long)m * k, null);
        (Layout layout, int columns) = shape.TransposeB ? (Layout.Rows, k) : (Layout.Columns, n);
        Factor right = new(b, stage.WeightOffset, layout, n, columns, (long)n * k, null);
        Multiply(shape.Batch, k, left, right, default, stage, y, new Outputs(0, n, (long)m * n, 0), noise, slot);
    }

    /// <summary>As <see cref="ConvolutionKernel"/>.</summary>
    /// <param name="shape">Extents.</param>
    /// <param name="x">NHWC, int8 or int16.</param>
    /// <param name="w">[output channel, kernel row, kernel column, input channel of the group], int4, int8 or int16.</param>
    /// <param name="bias">[output channels], int32 or int64; or without a buffer: none.</param>
    /// <param name="stage">Scales, zero points and clamp.</param>
    /// <param name="y">NHWC, for a part with part.Of channels, int8, int16 or int32.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="slot">Where overflows are counted.</param>
    /// <param name="part">Channels of y that the outputs are; a depthwise layer writes all of them.</param>
    public void Convolution(
        ConvolutionShape shape, DeviceOperand x, DeviceOperand w, DeviceOperand bias, OutputStage stage, DeviceOperand y,
        RandomAddress noise, int slot, ChannelPart part = default)
    {
        int stride = part.Stride(shape.OutputChannels);
        bool isDepthwise = shape.Groups > 1 && shape.Groups == shape.InputChannels;
        if (isDepthwise && part != default)
            throw new ArgumentException("A depthwise layer writes all channels.", nameof(part));
        Accumulate(slot, shape.OutputCount);
        CheckFactor(x, shape.InputCount, stage.InputOffset, nameof(x));
        CheckFactor(w, shape.WeightCount, stage.WeightOffset, nameof(w));
        CheckOutput(y, (long)shape.Positions * stride, bias, shape.OutputChannels, stage);
        if (shape.OutputCount == 0)
            return;
        if (isDepthwise)
        {
            queue.Launch(
                products.Value, "depthwise", [shape.Positions, RoundUp(shape.OutputChannels, tiles.Lanes) / tiles.Lanes],
                isSequential ? [1, 1] : [],
                [
                    x.Buffer, x.Offset, x.Bits, stage.InputOffset, w.Buffer, w.Offset, w.Bits, stage.WeightOffset, Shape(shape),
                    bias.Buffer ?? w.Buffer, bias.Offset, bias.Bits, counts.Buffer, Slot(slot), .. Stage(stage, y, noise),
                ]);
            return;
        }

        int channels = shape.OutputChannels / shape.Groups;
        Factor left = new(x, stage.InputOffset, Layout.Windows, shape.Positions, 0, 0, shape);
        Factor right = new(w, stage.WeightOffset, Layout.Rows, channels, shape.Depth, (long)channels * shape.Depth, null);
        Multiply(
            shape.Groups, shape.Depth, left, right, bias, stage, y, new Outputs(part.First, stride, channels, channels), noise,
            slot);
    }

    private void Multiply(
        int batch, int k, Factor left, Factor right, DeviceOperand bias, OutputStage stage, DeviceOperand y, Outputs outputs,
        RandomAddress noise, int slot)
    {
        if (batch == 0 || left.Rows == 0 || right.Rows == 0)
            return;
        int planes = Planes(left, right);
        (DeviceBuffer leftPanels, DeviceBuffer leftSquares, long rows) =
            Pack("left", left, batch, k, Math.Min(planes, 1), tiles.Rows);
        (DeviceBuffer rightPanels, DeviceBuffer rightSquares, long columns) =
            Pack("right", right, batch, k, planes, tiles.Columns);
        rows /= tiles.Rows;
        columns /= tiles.Columns;
        Argument[] arguments =
        [
            left.Rows, right.Rows, k, planes, (int)rows, (int)columns, leftPanels, leftSquares, rightPanels, rightSquares,
            bias.Buffer ?? rightPanels, bias.Offset, bias.Bits, outputs.ChannelsPerItem, outputs.First,
            outputs.PerItem, outputs.PerRow,
            counts.Buffer, Slot(slot), .. Stage(stage, y, noise),
        ];
        ReadOnlySpan<long> group = tiles.StagedPairs > 0 ? [tiles.GroupRows, tiles.GroupColumns, 1] : isSequential
            ? [1, 1, 1] : [];
        queue.Launch(
            products.Value, planes > 0 ? "multiply_quads" : "multiply",
            [RoundUp(rows, tiles.GroupRows), RoundUp(columns, tiles.GroupColumns), batch], group, arguments);
        long parts = isSequential ? 1 : tiles.Rows * tiles.Vectors;
        queue.Launch(products.Value, "multiply_in_order", [rows * parts, columns, batch], isSequential
            ? [1, 1, 1] : [], arguments);
    }

    // Planes of bytes that the right factor is multiplied as, four products at a time; 0: both factors are pairs of 16 bits.
    private int Planes(Factor left, Factor right) =>
        tiles.Dot == DotProduct.None || left.Operand.Format == NumberFormat.Int16 || left.Offset != 0 ? 0
        : right.Operand.Format == NumberFormat.Int16 || right.Offset != 0 ? 2
        : 1;

    private (DeviceBuffer Panels, DeviceBuffer Squares, long Rows) Pack(string side, Factor factor, int batch, int k,
        int planes, int panelRows)
    {
        int perWord = planes == 0 ? 2 : 4;
        long rows = RoundUp(factor.Rows, panelRows), words = (k + perWord - 1L) / perWord * Math.Max(planes, 1);
        DeviceBuffer panels = queue.Scratch($"{side} panels", batch * rows * words * sizeof(int));
        DeviceBuffer squares = queue.Scratch($"{side} squares", batch * rows * sizeof(ulong));
        queue.Launch(
            products.Value, "pack", [rows, batch], isSequential ? [1, 1] : [], factor.Operand.Buffer, factor.Operand.Offset,
            factor.Operand.Bits,
            factor.Offset, (int)factor.Layout, factor.Rows, k, factor.Columns, factor.PerItem,
            factor.Shape is { } shape ? Shape(shape) : squares, panelRows, planes, panels, squares);
        return (panels, squares, rows);
    }

    private DeviceBuffer Shape(ConvolutionShape s) => queue.Constant<int>(s, () =>
    [
        s.Batch, s.InputHeight, s.InputWidth, s.InputChannels, s.KernelHeight, s.KernelWidth, s.OutputHeight, s.OutputWidth,
        s.OutputChannels, s.StrideHeight, s.StrideWidth, s.PadTop, s.PadLeft, s.DilationHeight, s.DilationWidth, s.Groups,
    ]);

    private static void CheckFactor(DeviceOperand operand, long count, int offset, string name)
    {
        operand.Check(count, name);
        bool fits = operand.Format == NumberFormat.Int16 ? offset == 0
            : operand.Format is NumberFormat.Int4 or NumberFormat.Int8 && offset is >= -255 and <= 255;
        if (!fits)
            throw new ArgumentException(
                $"{name} is {operand.Format} with offset {offset}; a matrix product takes symmetric int16, int8 and int4.", name);
    }

    private static void CheckOutput(DeviceOperand y, long count, DeviceOperand bias, int channels, OutputStage stage)
    {
        y.Check(count, nameof(y));
        if (y.Format is not (NumberFormat.Int8 or NumberFormat.Int16 or NumberFormat.Int32))
            throw new ArgumentException($"y is {y.Format}; outputs are int8, int16 or int32.", nameof(y));
        if (bias.Buffer is not null)
            bias.Check(channels, nameof(bias));
        stage.Check(channels);
    }

    /// <summary>One operand of a product: Rows rows of it, each as deep as the product.</summary>
    private readonly record struct Factor(
        DeviceOperand Operand, int Offset, Layout Layout, int Rows, int Columns, long PerItem, ConvolutionShape? Shape);

    /// <summary>Where outputs go: element of the first, elements from a row to the next, elements and channels from an item of a
    /// batch to the next.</summary>
    private readonly record struct Outputs(long First, long PerRow, long PerItem, int ChannelsPerItem);
}
