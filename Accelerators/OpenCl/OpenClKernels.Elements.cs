using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <content>Element by element.</content>
public sealed partial class OpenClKernels
{
    /// <summary>As <see cref="ElementwiseKernel.Add"/>.</summary>
    /// <param name="a">[n], int8 or int16.</param>
    /// <param name="b">A divisor of n elements, int8 or int16.</param>
    /// <param name="stage">Scales and offsets.</param>
    /// <param name="y">[n].</param>
    /// <param name="noise">Random numbers of stochastic rounding.</param>
    /// <param name="slot">Where overflows are counted.</param>
    /// <param name="repetition">Null: devices repeat an operand as a whole.</param>
    public void Add(
        DeviceOperand a, DeviceOperand b, AddStage stage, DeviceOperand y, RandomAddress noise, int slot,
        Repetition? repetition = null)
    {
        RequireWhole(repetition);
        CheckPair(a, b, y);
        Accumulate(slot, y.Count);
        LaunchElements(
            "add", y.Count,
            [
                a.Buffer, a.Offset, a.Bits, b.Buffer, b.Offset, b.Bits, y.Count, b.Count, stage.LeftShift,
                    stage.OffsetA, stage.OffsetB,
                stage.A, stage.B, counts.Buffer, Slot(slot), .. Stage(stage.Narrowing, y, noise),
            ]);
    }

    /// <summary>As <see cref="ElementwiseKernel.Mul"/>.</summary>
    /// <param name="a">[n], int8 or int16.</param>
    /// <param name="b">A divisor of n elements, int8 or int16.</param>
    /// <param name="stage">One scale; offsets of a (input) and b (weight).</param>
    /// <param name="y">[n].</param>
    /// <param name="noise">Random numbers of stochastic rounding.</param>
    /// <param name="slot">Where overflows are counted.</param>
    /// <param name="repetition">Null: devices repeat an operand as a whole.</param>
    public void Mul(
        DeviceOperand a, DeviceOperand b, OutputStage stage, DeviceOperand y, RandomAddress noise, int slot,
        Repetition? repetition = null)
    {
        RequireWhole(repetition);
        CheckPair(a, b, y);
        Accumulate(slot, y.Count);
        LaunchElements(
            "multiply_elements", y.Count,
            [
                a.Buffer, a.Offset, a.Bits, b.Buffer, b.Offset, b.Bits, y.Count, b.Count, stage.InputOffset, stage.WeightOffset,
                counts.Buffer, Slot(slot), .. Stage(stage, y, noise),
            ]);
    }

    /// <summary>As <see cref="ElementwiseKernel.Requantize(Operand, OutputStage, Operand, NumericPolicy, RandomAddress,
    /// int)"/>.</summary>
    /// <param name="x">[n], any integer format.</param>
    /// <param name="stage">Scale or scales, offset and clamp.</param>
    /// <param name="y">[n].</param>
    /// <param name="noise">Random numbers of stochastic rounding.</param>
    /// <param name="slot">Where overflows are counted.</param>
    public void Requantize(
        DeviceOperand x, OutputStage stage, DeviceOperand y, RandomAddress noise, int slot)
    {
        x.Check(y.Count, nameof(x));
        Requantize(x, 1, 0, 0, stage, y, noise, slot);
    }

    /// <summary>The same for some rows, which go to rows of another length.</summary>
    /// <param name="x">[rows, n], any integer format.</param>
    /// <param name="rows">Rows of x, at least 1.</param>
    /// <param name="stride">Elements from one row of y to the next.</param>
    /// <param name="place">Element of y that the first of x becomes.</param>
    /// <param name="stage">Scale or scales, offset and clamp.</param>
    /// <param name="y">Holds every result; the rest of it stays.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="slot">Where overflows are counted.</param>
    public void Requantize(
        DeviceOperand x, int rows, long stride, long place, OutputStage stage, DeviceOperand y, RandomAddress noise, int slot)
    {
        x.Check(x.Count, nameof(x));
        y.Check(y.Count, nameof(y));
        long length = x.Count / rows;
        if (length * rows != x.Count || stride < 0 || place < 0 || ((rows - 1) * stride) + place + length > y.Count)
            throw new ArgumentException($"{rows} rows of {x.Count} elements do not fit {y.Count} elements from {place} on.",
                nameof(rows));
        Accumulate(slot, x.Count);
        LaunchElements(
            "requantize", x.Count,
            [
                x.Buffer, x.Offset, x.Bits, x.Count, length, stride, place, stage.InputOffset, stage.Scales.Length, counts.Buffer,
                Slot(slot),
                .. Stage(stage, y, noise),
            ]);
    }

    /// <inheritdoc/>
    public void Place(
        DeviceOperand x, int rows, int stride, int place, OutputStage? stage, DeviceOperand y, RandomAddress noise, int slot) =>
        Requantize(x, rows, stride, place, stage ?? OutputStage.Raw, y, noise, slot);

    /// <summary>As <see cref="ElementwiseKernel.Relu"/>.</summary>
    /// <param name="x">[n].</param>
    /// <param name="y">[n], the same format.</param>
    /// <param name="zeroPoint">What stands for 0.</param>
    public void Relu(DeviceOperand x, DeviceOperand y, int zeroPoint = 0)
    {
        CheckLike(x, y);
        LaunchElements("relu", y.Count, x.Buffer, x.Offset, y.Buffer, y.Offset, y.Bits, y.Count, zeroPoint);
    }

    /// <summary>As <see cref="TableKernel.Run"/>.</summary>
    /// <param name="table">Fits the formats of x and y.</param>
    /// <param name="x">[n], int8 or int16.</param>
    /// <param name="y">[n], int8 or int16.</param>
    public void LookUp(LookupTable table, DeviceOperand x, DeviceOperand y)
    {
        y.Check(x.Count, nameof(y));
        if (x.Format != table.Input || y.Format != table.Output)
            throw new ArgumentException($"The table maps {table.Input} to {table.Output}, not {x.Format} to {y.Format}.",
                nameof(table));
        LaunchElements("look_up", y.Count, x.Buffer, x.Offset, x.Bits, y.Buffer, y.Offset, y.Bits, y.Count, Table(table));
    }

    /// <inheritdoc/>
    public void Gather(Gathering order, DeviceOperand x, DeviceOperand y) => Gather(order.Elements, x, y);

    /// <summary>y[i] = x[sources[i]].</summary>
    /// <param name="sources">[n]; kept on the device, so it must not change.</param>
    /// <param name="x">Holds every source.</param>
    /// <param name="y">[n], the format of x.</param>
    public void Gather(int[] sources, DeviceOperand x, DeviceOperand y)
    {
        x.Check(x.Count, nameof(x));
        y.Check(sources.Length, nameof(y));
        if (x.Format != y.Format)
            throw new ArgumentException($"x is {x.Format}, y is {y.Format}.", nameof(y));
        LaunchElements(
            "gather", y.Count, x.Buffer, x.Offset, y.Buffer, y.Offset, Math.Max(8, y.Bits), y.Count,
            queue.Constant(sources, () => Array.TrueForAll(sources, s => s >= 0 && s < x.Count)
                ? sources
                : throw new ArgumentException($"A source lies outside the {x.Count} elements of x.", nameof(sources))));
    }

    private DeviceBuffer Table(LookupTable table) => queue.Constant(table, () => table.Entries.ToArray());

    private static void CheckLike(DeviceOperand x, DeviceOperand y)
    {
        y.Check(x.Count, nameof(y));
        if (x.Format != y.Format)
            throw new ArgumentException($"x is {x.Format}, y is {y.Format}.", nameof(y));
    }

    private static void CheckPair(DeviceOperand a, DeviceOperand b, DeviceOperand y)
    {
        a.Check(y.Count, nameof(a));
        y.Check(a.Count, nameof(y));
        if (b.Count == 0 || a.Count % b.Count != 0)
            throw new ArgumentException($"b has {b.Count} elements, which do not divide {a.Count}.", nameof(b));
        if (a.Bits > 16 || b.Bits > 16)
            throw new ArgumentException($"a is {a.Format}, b is {b.Format}; int8 and int16 are accepted.", nameof(a));
    }

    private static void RequireWhole(Repetition? repetition)
    {
        if (repetition is not null)
            throw new ArgumentException("Devices repeat an operand as a whole.", nameof(repetition));
    }
}
