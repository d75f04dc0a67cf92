using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>Kernels of one policy on the device, with operands that come from and go to byte arrays.</summary>
internal sealed class Bench : IDisposable
{
    private readonly List<DeviceBuffer> buffers = [];

    /// <summary>Kernels in the form that <see cref="Form"/> says.</summary>
    public Bench(NumericPolicy policy) : this(policy, Form.Tiles, Form.IsSequential) { }

    /// <summary>Kernels.</summary>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="tiles">Tiles of the matrix product.</param>
    /// <param name="isSequential">True: as on processors; false: as on GPUs.</param>
    /// <param name="context">An open device; null: the one of all tests.</param>
    public Bench(NumericPolicy policy, TileShape tiles, bool isSequential, OpenClContext? context = null)
    {
        Queue = new OpenClQueue(context ?? OpenDevice.Context);
        Kernels = new OpenClKernels(Queue, policy, tiles, isSequential, slots: 3);
    }

    /// <summary>How kernels are built where a test does not say. Small tiles compile in half the time of large ones.</summary>
    public static (TileShape Tiles, bool IsSequential) Form { get; set; } = (new TileShape(2, 1, 4), true);

    public OpenClQueue Queue { get; }

    public OpenClKernels Kernels { get; }

    public DeviceOperand Put(byte[] bytes, NumberFormat format)
    {
        DeviceBuffer buffer = Queue.Upload(bytes);
        buffers.Add(buffer);
        return new DeviceOperand(buffer, 0, format, bytes.Length / IntegerAccess.Bytes(format));
    }

    public byte[] Get(DeviceOperand operand)
    {
        byte[] bytes = new byte[operand.Bytes];
        Queue.Read(operand.Buffer!, operand.Offset, bytes);
        return bytes;
    }

    /// <summary>Counts of a kernel.</summary>
    public OverflowCount Count(Action run)
    {
        Kernels.Recount(new([default, default, default], 0, 0));
        run(); // into slot 1
        KernelCounts counts = Kernels.Tally();
        Assert.That((counts.Overflow[0], counts.Overflow[2]),
            Is.EqualTo((default(OverflowCount), default(OverflowCount))), "other slots");
        return counts.Overflow[1];
    }

    /// <summary>Weights that an update changes, and updates that round to nothing.</summary>
    public (long Changed, long RoundedAway) CountUpdates(Action run)
    {
        Kernels.Recount(new([default, default, default], 0, 0));
        run();
        KernelCounts counts = Kernels.Tally();
        return (counts.Updates - counts.RoundedAway, counts.RoundedAway);
    }

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in buffers)
            buffer.Dispose();
        Kernels.Dispose();
        Queue.Dispose();
    }
}
