using System.Diagnostics;
using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Benchmarks;

/// <summary>
/// One QZO-FF step of ViT-tiny (224×224, 16w8a, all weights) as a training run executes it: its plan, in its arena. Weights and
/// images are random: only speed counts.
/// </summary>
internal static class StepTable
{
    private const int Batches = 2; // samples in store, in batches

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));
    private static readonly TrainingSettings Settings = new(1, 1e-3, Decay.None, 1e-3);
    private static readonly Lazy<(Model Model, IReadOnlyDictionary<string, float[]> Weights, IReadOnlyDictionary<int, double> Ranges)> Start = new(MakeStart);

    public static void Print(TextWriter output)
    {
        output.WriteLine(
            "| batch | threads | ms per step | images/s | share of matrix products | bytes allocated per step | peak resident "
                + "MiB |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        int before = WorkTeam.Threads;
        foreach (int batch in new[] { 1, 32 })
        {
            foreach (int threads in new[] { 1, before })
            {
                WorkTeam.Threads = threads;
                output.WriteLine(Row(batch, threads));
            }
        }

        WorkTeam.Threads = before;
    }

    /// <summary>Least seconds of a step by the clock, on any backend.</summary>
    public static double SecondsPerStep(FixedPointBackend backend, int batch)
    {
        const int Steps = 3; // a device may still be at work when a step returns, and the next one waits for it
        using FixedPointRun run = backend.Begin(Policy, new FixedWeights(Start.Value.Weights));
        (_, Action step) = Prepare(run, batch);
        return Stopwatch.BestSeconds(
            () =>
            {
                for (int i = 0; i < Steps; i++)
                    step();
            },
            oneThread: false, runs: batch < 32 ? 3 : 1) / Steps;
    }

    private static (IntegerMachine Machine, Action Step) Prepare(FixedPointRun run, int batch)
    {
        Model model = Start.Value.Model;
        Graph graph = model.Build(batch);
        Plan plan = StepPlanner.TrainingStep(
            graph, new QuantizedForwardGradient(NumberFormat.Int16, NumberFormat.Int8), TuningScheme.Full.Select(graph));
        IntegerMachine machine = run.Machine(Simulator.Memory.Step.OnHost(plan), Start.Value.Ranges, Settings);
        SampleStore<byte> store = SampleStores.Fixed(graph, Images(model, Batches * batch), machine);
        int[] samples = [.. Enumerable.Range(0, batch)];
        uint step = 0;
        return (machine, () => machine.Run(new StepContext(1, step++, Settings.LearningRate), store, samples));
    }

    private static (Model Model, IReadOnlyDictionary<string, float[]> Weights,
        IReadOnlyDictionary<int, double> Ranges) MakeStart()
    {
        Model model = ModelCatalog.Find("vit-tiny");
        Graph single = model.Build(1);
        IReadOnlyDictionary<string, float[]> weights = Initialization.Weights(single, 1);
        return (model, weights, Calibration.Ranges(single, weights, SampleStores.Float(single, Images(model, 1)), 1));
    }

    private static string Row(int batch, int threads)
    {
        using FixedPointRun run = FixedPointBackend.Processor.Begin(Policy, new FixedWeights(Start.Value.Weights));
        (IntegerMachine machine, Action step) = Prepare(run, batch);
        step();
        long begin = GC.GetTotalAllocatedBytes(true);
        step();
        long allocated = GC.GetTotalAllocatedBytes(true) - begin;
        double best = double.MaxValue, share = 0;
        for (int i = 0; i < (batch == 1 ? 8 : 3); i++)
        {
            (double seconds, double products) = Timed(machine, step, threads == 1);
            if (seconds < best)
                (best, share) = (seconds, products / seconds);
        }

        long peak = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {batch} | {threads} | {best * 1e3:F1} | {batch / best:F1} | {share:P0} | {allocated} | {peak} |");
    }

    private static (double Seconds, double Products) Timed(IntegerMachine machine, Action step, bool processor)
    {
        Plan plan = machine.Plan;
        bool[] isProduct = [.. plan.Ops.Select(o => o.Op.AsContraction(plan.InputShapes(o)) is not null)];
        double products = 0, begin = Stopwatch.Now(processor), last = begin;
        machine.Observer = op =>
        {
            double now = Stopwatch.Now(processor);
            products += isProduct[op.Index] ? now - last : 0;
            last = now;
        };
        step();
        machine.Observer = null;
        return (Stopwatch.Now(processor) - begin, products);
    }

    private static Dataset Images(Model model, int count)
    {
        RandomStream random = new(1, "images");
        float[] values = new float[count * model.Input.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextInt32(256) / 255f;
        return new Dataset(model.Input, model.Classes, values, [.. Enumerable.Range(0, count).Select(i => i % model.Classes)]);
    }
}
