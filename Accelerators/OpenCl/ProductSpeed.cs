using System.Diagnostics;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>How fast a device multiplies 8-bit matrices: packing and output stage included, transfers not.</summary>
public static class ProductSpeed
{
    private const int Runs = 5;
    private const double LeastSeconds = 0.05;

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));

    /// <summary>GMAC/s of a product of two square matrices, the best of a few runs.</summary>
    /// <param name="context">The open device.</param>
    /// <param name="size">Rows, columns and depth.</param>
    public static double Gmacs(OpenClContext context, int size)
    {
        using OpenClQueue queue = new(context);
        using OpenClKernels kernels = new(queue, Policy);
        return Gmacs(queue, kernels, size);
    }

    /// <summary>
    /// GMAC/s of the multiply-adds that products of 8-bit matrices are made of here, on registers alone: what a product can reach
    /// at most.
    /// </summary>
    /// <param name="context">The open device.</param>
    /// <param name="perCore">True: per second of processor time, where the device is the processor; false: by the clock.</param>
    public static double RoofGmacs(OpenClContext context, bool perCore = false)
    {
        const int Chains = 16, ItemsPerUnit = 2048, Group = 256; // of roof.cl; enough to hide how long one multiply-add takes
        (OpenClDevice device, TileShape tiles) = (context.Device, context.Tiles.Best);
        bool quads = tiles.Dot != DotProduct.None;
        using OpenClQueue queue = new(context);
        Handle program = context.Program(
            KernelProgram.Roof, $"{PolicyOptions.OfProducts(Policy, tiles, device.IsCpu)} -DFORM={(quads ? 1 : 0)}");
        long group = device.IsCpu ? 1 : Math.Min(Group, device.WorkGroupItems);
        long items = device.IsCpu ? device.ComputeUnits * 4L : (long)device.ComputeUnits * ItemsPerUnit / group * group;
        using DeviceBuffer results = context.CreateBuffer(items * sizeof(int));
        double macs = (double)items * Chains * tiles.Lanes * (quads ? 4 : 2), best = 0;
        for (int rounds = 1 << 10, runs = 0; runs < Runs;)
        {
            queue.Finish();
            double start = Now();
            queue.Launch(program, "roof", [items], [group], results, rounds);
            queue.Finish();
            double seconds = Now() - start;
            if (seconds < LeastSeconds && rounds < 1 << 28)
            {
                rounds *= 2; // too short to tell
                continue;
            }

            best = Math.Max(best, macs * rounds / seconds / 1e9);
            runs++;
        }

        return best;

        double Now() => perCore ? Environment.CpuUsage.TotalTime.TotalSeconds
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
    }

    internal static double Gmacs(OpenClContext context, int size, TileShape shape)
    {
        using OpenClQueue queue = new(context);
        using OpenClKernels kernels = new(queue, Policy, shape, context.Device.IsCpu);
        return Gmacs(queue, kernels, size);
    }

    private static double Gmacs(OpenClQueue queue, OpenClKernels kernels, int size)
    {
        // Every product differs from its neighbours, and no sum comes near 2³¹.
        byte[] values = new byte[size * size];
        for (int i = 0; i < values.Length; i++)
            values[i] = (byte)((i * 37) % 201 - 100);
        using DeviceBuffer left = queue.Upload(values), right = queue.Upload(values),
            result = queue.Context.CreateBuffer(values.Length);
        OutputStage stage = new(FixedScale.FromDouble(1e-5));
        double best = double.MaxValue;
        for (int run = 0; run <= Runs; run++) // the first compiles
        {
            queue.Finish();
            long start = Stopwatch.GetTimestamp();
            kernels.Linear(
                new(size, size, size), new DeviceOperand(left, NumberFormat.Int8), new DeviceOperand(right, NumberFormat.Int8),
                default, stage,
                new DeviceOperand(result, NumberFormat.Int8), default, 0);
            queue.Finish();
            if (run > 0)
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)size * size * size / 1e9 / best;
    }
}
