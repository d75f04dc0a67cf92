using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// The kernels of <see cref="Kernels"/> on an OpenCL device, in one policy's arithmetic: the same results bit for bit, the same
/// counts. Calls return before the work is done. Operands of one call may lie in one buffer.
/// </summary>
public sealed partial class OpenClKernels : IKernels<DeviceOperand>, IDisposable
{
    private readonly OpenClQueue queue;
    private readonly NumericPolicy policy;
    private readonly TileShape tiles;
    private readonly bool isSequential;
    private readonly Lazy<Handle> products, layers;
    private readonly Func<byte[], DeviceOperand> place;
    private readonly DeviceCounts counts; // a pair for each slot, one for updates, one for what nobody asks for
    private readonly long[] accumulations;

    /// <summary>Kernels of a policy; compiled, or taken from the cache, on first use.</summary>
    /// <param name="queue">Where the work is done.</param>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="slots">Operations that count.</param>
    /// <param name="place">
    /// Where on the device lies what a source stores on the processor; null: no source stores anything.
    /// </param>
    public OpenClKernels(OpenClQueue queue, NumericPolicy policy, int slots = 1, Func<byte[], DeviceOperand>? place = null)
        : this(queue, policy, queue.Context.Tiles.Best, queue.Context.Device.IsCpu, slots) =>
        this.place = place ?? this.place;

    /// <summary>The same with tiles of a given shape.</summary>
    /// <param name="queue">Where the work is done.</param>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="shape">Tiles of the matrix product.</param>
    /// <param name="isSequential">True: a work item takes neighbouring elements, as suits processors.</param>
    /// <param name="slots">Operations that count.</param>
    internal OpenClKernels(OpenClQueue queue, NumericPolicy policy, TileShape shape, bool isSequential, int slots = 1)
    {
        place = _ => throw new ArgumentException("A source stores a direction or a mask, which is not on the device.");
        accumulations = new long[slots];
        counts = new DeviceCounts(queue, slots + 2);
        (this.queue, this.policy, tiles, this.isSequential) = (queue, policy, shape, isSequential);
        products = new(() => queue.Context.Program(KernelProgram.Products,
            PolicyOptions.OfProducts(policy, shape, isSequential)));
        layers = new(() => queue.Context.Program(
            KernelProgram.Layers, $"{DotProducts.Standard(DotProduct.None)} {PolicyOptions.Of(policy, isSequential)}"));
    }

    private int UpdateSlot => accumulations.Length;

    /// <inheritdoc/>
    public KernelCounts Tally()
    {
        (long First, long Second)[] read = counts.Read();
        (long changed, long lost) = read[UpdateSlot];
        return new(
            [.. accumulations.Select((n, i) => new OverflowCount(n, read[i].First, read[i].Second))], changed + lost, lost);
    }

    /// <inheritdoc/>
    public void Recount(KernelCounts counts)
    {
        for (int i = 0; i < accumulations.Length; i++)
            accumulations[i] = counts.Overflow[i].Accumulations;
        this.counts.Write(
        [
            .. counts.Overflow.Select(o => (o.Overflowed, o.Clipped)),
            (counts.Updates - counts.RoundedAway, counts.RoundedAway), (0, 0),
        ]);
    }

    /// <summary>Gives the counts' memory back.</summary>
    public void Dispose() => counts.Dispose();

    // Outputs accumulated are known here; what of them overflows the device counts.
    private void Accumulate(int slot, long outputs)
    {
        if (slot >= 0)
            accumulations[slot] += outputs;
    }

    private int Slot(int slot) => slot >= 0 ? slot : UpdateSlot + 1;

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
