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
        Queue = new OpenClQueue(context ?? Device.Context);
        Kernels = new OpenClKernels(Queue, policy, tiles, isSequential);
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

    /// <summary>Counts of a kernel that accumulates this many outputs.</summary>
    public OverflowCount Count(long accumulations, Action<DeviceCounts> run)
    {
        using DeviceCounts counts = new(Queue, 3);
        run(counts); // into slot 1
        (long First, long Second)[] read = counts.Read();
        Assert.That((read[0], read[2]), Is.EqualTo(((0L, 0L), (0L, 0L))), "other slots");
        return new OverflowCount(accumulations, read[1].First, read[1].Second);
    }

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in buffers)
            buffer.Dispose();
        Queue.Dispose();
    }
}
