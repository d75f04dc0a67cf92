using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// The kernels of <see cref="Kernels"/> on an OpenCL device, in one policy's arithmetic: the same results bit for bit, the same
/// counts. Calls return before the work is done. Operands of one call may lie in one buffer.
/// </summary>
public sealed partial class OpenClKernels
{
    private readonly OpenClQueue queue;
    private readonly NumericPolicy policy;
    private readonly TileShape tiles;
    private readonly bool isSequential;
    private readonly Lazy<Handle> products, layers;

    /// <summary>Kernels of a policy; compiled, or taken from the cache, on first use.</summary>
    /// <param name="queue">Where the work is done.</param>
    /// <param name="policy">The arithmetic.</param>
    public OpenClKernels(OpenClQueue queue, NumericPolicy policy)
        : this(queue, policy, queue.Context.Tiles.Best, queue.Context.Device.IsCpu) { }

    /// <summary>The same with tiles of a given shape.</summary>
    /// <param name="queue">Where the work is done.</param>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="shape">Tiles of the matrix product.</param>
    /// <param name="isSequential">True: a work item takes neighbouring elements, as suits processors.</param>
    internal OpenClKernels(OpenClQueue queue, NumericPolicy policy, TileShape shape, bool isSequential)
    {
        (this.queue, this.policy, tiles, this.isSequential) = (queue, policy, shape, isSequential);
        products = new(() => queue.Context.Program(KernelProgram.Products, PolicyOptions.OfProducts(policy, shape, isSequential)));
        layers = new(() => queue.Context.Program(
            KernelProgram.Layers, $"{DotProducts.Standard(DotProduct.None)} {PolicyOptions.Of(policy, isSequential)}"));
    }

    // Work items of a kernel that goes through elements: enough to fill the device, no more than there are pieces of work.
    private void LaunchElements(string kernel, long pieces, params ReadOnlySpan<Argument> arguments)
    {
        if (pieces == 0)
            return;
        OpenClDevice device = queue.Context.Device;
        if (isSequential)
        {
            queue.Launch(layers.Value, kernel, [Math.Min(pieces, device.ComputeUnits * 4L)], [1], arguments);
            return;
        }

        long group = Math.Min(128, device.WorkGroupItems), most = device.ComputeUnits * 16L * group;
        queue.Launch(layers.Value, kernel, [RoundUp(Math.Min(pieces, most), group)], [group], arguments);
    }

    // One work item per row; what lies beyond the last does nothing.
    private void LaunchRows(string kernel, long rows, params ReadOnlySpan<Argument> arguments)
    {
        if (rows == 0)
            return;
        long group = isSequential ? 1 : Math.Min(32, queue.Context.Device.WorkGroupItems);
        queue.Launch(layers.Value, kernel, [RoundUp(rows, group)], [group], arguments);
    }

    private static long RoundUp(long value, long multiple) => (value + multiple - 1) / multiple * multiple;

    private DeviceBuffer Scales(OutputStage stage) =>
        queue.Constant(stage, () => stage.Scales.ToArray().SelectMany(s => new[] { s.Multiplier, s.Shift }).ToArray());

    // What STAGE_PARAMETERS lists.
    private Argument[] Stage(OutputStage stage, DeviceOperand y, RandomAddress noise) =>
    [
        Scales(stage), stage.Scales.Length > 1 ? 1 : 0, stage.OutputZeroPoint, stage.Minimum, stage.Maximum, y.Buffer, y.Offset,
        y.Bits, noise, noise.Direction,
    ];
}
