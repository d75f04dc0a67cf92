using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Benchmarks;

/// <summary>GMAC/s of linear layers on the first OpenCL device beside the processor's own kernels in the same run; packing and
/// output stage included, transfers not.</summary>
internal static class OpenClTable
{
    private static readonly (int M, int K, int N)[] Shapes = [(1024, 1024, 1024), (6304, 192, 576), (6304, 768, 192)];

    private static readonly (NumberFormat Left, NumberFormat Right)[] Formats =
        [(NumberFormat.Int8, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int16), (NumberFormat.Int16, NumberFormat.Int16), (NumberFormat.Int8, NumberFormat.Int4)];

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));

    public static void Print(TextWriter output)
    {
        OpenClDevice device;
        try
        {
            device = OpenClDevice.Find(null);
        }
        catch (OpenClException fault)
        {
            output.WriteLine(fault.Message);
            return;
        }

        using OpenClContext context = new(device, Path.Combine(Path.GetTempPath(), "npusim-benchmarks-opencl"));
        using OpenClQueue queue = new(context);
        OpenClKernels kernels = new(queue, Policy);
        output.WriteLine($"{device.Name}, {device.Platform} {device.Driver}, {context.TileDescription}; {WorkTeam.Threads} threads beside it");
        output.WriteLine("| M×K×N | weights × activations | device | own kernels | share |");
        output.WriteLine("|---|---|---|---|---|");
        foreach ((int m, int k, int n) in Shapes)
        {
            foreach ((NumberFormat left, NumberFormat right) in Formats)
            {
                double there = Rate(queue, kernels, m, k, n, left, right);
                double here = GemmTable.Rate(m, k, n, left, right, Policy, WorkTeam.Threads, out _);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {m}×{k}×{n} | w{right.Bits()}a{left.Bits()} | {there:F1} | {here:F1} | {there / here:P0} |"));
            }
        }
    }

    private static double Rate(OpenClQueue queue, OpenClKernels kernels, int m, int k, int n, NumberFormat left, NumberFormat right)
    {
        using DeviceBuffer x = queue.Upload(Operands.Draw(m * k, left, GemmTable.Amplitude(left)));
        using DeviceBuffer w = queue.Upload(Operands.Draw(n * k, right, GemmTable.Amplitude(right)));
        using DeviceBuffer y = queue.Context.CreateBuffer((long)m * n);
        using DeviceCounts counts = new(queue, 1);
        OutputStage stage = new(FixedScale.FromDouble(1e-5));
        double seconds = Stopwatch.BestSeconds(Work, oneThread: false);
        return (double)m * n * k / 1e9 / seconds;

        void Work()
        {
            kernels.Linear(
                m, n, k, new DeviceOperand(x, left), new DeviceOperand(w, right), default, stage,
                new DeviceOperand(y, 0, NumberFormat.Int8, (long)m * n), default, counts, 0);
            queue.Finish();
        }
    }
}
