using System.Diagnostics;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>How fast a device multiplies 8-bit matrices: packing and output stage included, transfers not.</summary>
public static class ProductSpeed
{
    private const int Runs = 5;

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));

    /// <summary>GMAC/s of a product of two square matrices, the best of a few runs.</summary>
    /// <param name="context">The open device.</param>
    /// <param name="size">Rows, columns and depth.</param>
    public static double Gmacs(OpenClContext context, int size)
    {
        using OpenClQueue queue = new(context);
        return Gmacs(queue, new OpenClKernels(queue, Policy), size);
    }

    internal static double Gmacs(OpenClContext context, int size, TileShape shape)
    {
        using OpenClQueue queue = new(context);
        return Gmacs(queue, new OpenClKernels(queue, Policy, shape, context.Device.IsCpu), size);
    }

    private static double Gmacs(OpenClQueue queue, OpenClKernels kernels, int size)
    {
        // Every product differs from its neighbours, and no sum comes near 2³¹.
        byte[] values = new byte[size * size];
        for (int i = 0; i < values.Length; i++)
            values[i] = (byte)((i * 37) % 201 - 100);
        using DeviceBuffer left = queue.Upload(values), right = queue.Upload(values), result = queue.Context.CreateBuffer(values.Length);
        using DeviceCounts counts = new(queue, 1);
        OutputStage stage = new(FixedScale.FromDouble(1e-5));
        double best = double.MaxValue;
        for (int run = 0; run <= Runs; run++) // the first compiles
        {
            queue.Finish();
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(
                size, size, size, new DeviceOperand(left, NumberFormat.Int8), new DeviceOperand(right, NumberFormat.Int8), default, stage,
                new DeviceOperand(result, NumberFormat.Int8), default, counts, 0);
            queue.Finish();
            if (run > 0)
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)size * size * size / 1e9 / best;
    }
}
