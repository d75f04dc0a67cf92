using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Execution;

namespace NpuSim.Benchmarks;

/// <summary>
/// The first OpenCL device beside the processor's own kernels in the same run: GMAC/s of linear layers, packing and output stage
/// included, transfers not, as a share of what multiply-adds on registers alone reach; and a whole training step. By the clock,
/// and where the device is the processor also per second of processor time, which other programs on the machine do not stretch.
/// </summary>
internal static class OpenClTable
{
    private const int LargeSize = 4096, LargeBatch = 64, SmallBatch = 2;

    private static readonly (int M, int K, int N)[] Shapes = [(1024, 1024, 1024), (6304, 192, 576), (6304, 768, 192)];

    private static readonly (NumberFormat Left, NumberFormat Right)[] Formats =
        [(NumberFormat.Int8, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int16),
            (NumberFormat.Int16, NumberFormat.Int16), (NumberFormat.Int8, NumberFormat.Int4)];

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));

    /// <summary>Prints the tables.</summary>
    /// <param name="output">Where.</param>
    /// <param name="large">True: sizes for GPUs also where the device is none, which takes minutes.</param>
    public static void Print(TextWriter output, bool large)
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

        string cache = Path.Combine(Path.GetTempPath(), "npusim-benchmarks-opencl");
        WorkTeam.Threads = Environment.ProcessorCount;
        using (OpenClContext context = new(device, cache))
            PrintProducts(output, context, large || !device.IsCpu);
        PrintStep(output, device, cache, large || !device.IsCpu ? LargeBatch : SmallBatch);
    }

    private static void PrintProducts(TextWriter output, OpenClContext context, bool large)
    {
        using OpenClQueue queue = new(context);
        using OpenClKernels kernels = new(queue, Policy);
        OpenClDevice device = context.Device;
        double roof = ProductSpeed.RoofGmacs(context, perCore: device.IsCpu);
        output.WriteLine(
            $"{device.Name}, {device.Platform} {device.Driver}, {context.TileDescription}; {WorkTeam.Threads} threads beside it");
        output.WriteLine(FormattableString.Invariant(
            $"roof of the device{(device.IsCpu ? ", per core" : "")} (8-bit multiply-adds on registers only): {roof:F1} GMAC/s"));
        output.WriteLine(
            "| M×K×N | formats | device | of roof | own kernels | share | device, per core | own kernels, per core | share |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach ((int m, int k, int n) in Shapes)
        {
            foreach ((NumberFormat left, NumberFormat right) in Formats)
            {
                using LinearLayer layer = new(queue, kernels, m, k, n, left, right);
                double there = layer.Gmacs / Stopwatch.BestSeconds(layer.Run, oneThread: false);
                double busy = device.IsCpu ? layer.Gmacs / Stopwatch.BestProcessSeconds(layer.Run) : double.NaN;
                double here = GemmTable.Rate(m, k, n, left, right, Policy, WorkTeam.Threads, out _),
                    alone = OneThread(m, k, n, left, right);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {m}×{k}×{n} | w{right.Bits()}a{left.Bits()} | {there:F1} | {(device.IsCpu ? busy : there) / roof:P0} | {here:F1} | {there / here:P0} | {busy:F1} | {alone:F1} | {busy / alone:P0} |"));
            }
        }

        foreach ((NumberFormat left, NumberFormat right) in large ? Formats[..2] : [])
        {
            using LinearLayer layer = new(queue, kernels, LargeSize, LargeSize, LargeSize, left, right);
            double there = layer.Gmacs / Stopwatch.BestSeconds(layer.Run, oneThread: false, runs: 3);
            double busy = device.IsCpu ? layer.Gmacs / Stopwatch.BestProcessSeconds(layer.Run, runs: 1, calls: 2) : double.NaN;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {LargeSize}×{LargeSize}×{LargeSize} | w{right.Bits()}a{left.Bits()} | {there:F1} | {(device.IsCpu ? busy : there) / roof:P0} | – | – | {busy:F1} | – | – |"));
        }
    }

    // A whole step of QZO-FF on ViT-tiny, the same plan on both.
    private static void PrintStep(TextWriter output, OpenClDevice device, string cache, int batch)
    {
        using OpenClBackend there = new(device, cache);
        double onDevice = StepTable.SecondsPerStep(there, batch),
            here = StepTable.SecondsPerStep(FixedPointBackend.Processor, batch);
        output.WriteLine();
        output.WriteLine("| QZO-FF step, 16w8a | batch | device, ms | own kernels, ms | times as fast |");
        output.WriteLine("|---|---|---|---|---|");
        output.WriteLine(FormattableString.Invariant(
            $"| vit-tiny | {batch} | {onDevice * 1e3:F1} | {here * 1e3:F1} | {here / onDevice:F2} |"));
    }

    private static double OneThread(int m, int k, int n, NumberFormat left, NumberFormat right)
    {
        int before = WorkTeam.Threads;
        WorkTeam.Threads = 1;
        double rate = GemmTable.Rate(m, k, n, left, right, Policy, 1, out _);
        WorkTeam.Threads = before;
        return rate;
    }

    // A linear layer whose operands are on the device.
    private sealed class LinearLayer(OpenClQueue queue, OpenClKernels kernels, int m, int k, int n, NumberFormat left,
        NumberFormat right) : IDisposable
    {
        private static readonly OutputStage Stage = new(FixedScale.FromDouble(1e-5));

        private readonly DeviceBuffer x = queue.Upload(Operands.Draw(m * k, left, GemmTable.Amplitude(left)));
        private readonly DeviceBuffer w = queue.Upload(Operands.Draw(n * k, right, GemmTable.Amplitude(right)));
        private readonly DeviceBuffer y = queue.Context.CreateBuffer((long)m * n);

        public double Gmacs => (double)m * n * k / 1e9;

        public void Run()
        {
            kernels.Linear(
                new(m, n, k), new DeviceOperand(x, left), new DeviceOperand(w, right), default, Stage,
                new DeviceOperand(y, 0, NumberFormat.Int8, (long)m * n), default, 0);
            queue.Finish();
        }

        public void Dispose()
        {
            foreach (IDisposable part in new IDisposable[] { x, w, y })
                part.Dispose();
        }
    }
}
