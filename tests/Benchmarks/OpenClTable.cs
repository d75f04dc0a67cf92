using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Benchmarks;

/// <summary>
/// GMAC/s of linear layers on the first OpenCL device beside the processor's own kernels in the same run; packing and output stage
/// included, transfers not. By the clock, and where the device is the processor also per second of processor time, which other
/// programs on the machine do not stretch.
/// </summary>
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
        output.WriteLine("| M×K×N | formats | device | own kernels | share | device, per core | own kernels, per core | share |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach ((int m, int k, int n) in Shapes)
        {
            foreach ((NumberFormat left, NumberFormat right) in Formats)
            {
                (double there, double busy) = Rates(queue, kernels, m, k, n, left, right);
                double here = GemmTable.Rate(m, k, n, left, right, Policy, WorkTeam.Threads, out _), alone = OneThread(m, k, n, left, right);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {m}×{k}×{n} | w{right.Bits()}a{left.Bits()} | {there:F1} | {here:F1} | {there / here:P0} | {busy:F1} | {alone:F1} | {busy / alone:P0} |"));
            }
        }
    }

    private static double OneThread(int m, int k, int n, NumberFormat left, NumberFormat right)
    {
        int before = WorkTeam.Threads;
        WorkTeam.Threads = 1;
        double rate = GemmTable.Rate(m, k, n, left, right, Policy, 1, out _);
        WorkTeam.Threads = before;
        return rate;
    }

    private static (double Clock, double PerCore) Rates(OpenClQueue queue, OpenClKernels kernels, int m, int k, int n, NumberFormat left, NumberFormat right)
    {
        using DeviceBuffer x = queue.Upload(Operands.Draw(m * k, left, GemmTable.Amplitude(left)));
        using DeviceBuffer w = queue.Upload(Operands.Draw(n * k, right, GemmTable.Amplitude(right)));
        using DeviceBuffer y = queue.Context.CreateBuffer((long)m * n);
        using DeviceCounts counts = new(queue, 1);
        OutputStage stage = new(FixedScale.FromDouble(1e-5));
        double units = (double)m * n * k / 1e9;
        double clock = units / Stopwatch.BestSeconds(Work, oneThread: false);
        return (clock, queue.Context.Device.IsCpu ? units / Stopwatch.BestProcessSeconds(Work) : double.NaN);

        void Work()
        {
            kernels.Linear(
                m, n, k, new DeviceOperand(x, left), new DeviceOperand(w, right), default, stage,
                new DeviceOperand(y, 0, NumberFormat.Int8, (long)m * n), default, counts, 0);
            queue.Finish();
        }
    }
}
