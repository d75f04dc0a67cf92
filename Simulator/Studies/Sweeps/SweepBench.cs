using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>Everything that decides the values of a point but the seed: points that have it in common train once.</summary>
/// <param name="Task">What trains.</param>
/// <param name="Policy">The arithmetic; null in floating point, which is the same everywhere.</param>
public sealed record SweepFunction(SweepTask Task, NumericPolicy? Policy)
{
    /// <summary>The same for functions that differ in their accumulator alone: how a search over widths is one.</summary>
    public SweepFunction AnyWidth => Policy is null ? this : this with { Policy = RunFamily.Of(Policy) };
}

/// <summary>Trains the points of a study that have a workload; benches are opened once each.</summary>
/// <param name="open">Opens a workload: network, weights, data.</param>
/// <param name="steps">Steps of a training; 0: the workload's.</param>
public sealed class SweepBench(Func<Workload, IBench> open, int steps)
{
    private readonly Dictionary<SweepNetwork, IBench> benches = [];
    private readonly Lock gate = new();

    /// <summary>What decides the outcome of a training (<see cref="RunIdentity"/>).</summary>
    public string Identity(SweepFunction function, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(function);
        return RunIdentity.Of(BenchOf(function.Task), function.Task.Method, function.Task.Scheme!, SettingsOf(function.Task),
            function.Policy, seed);
    }

    /// <summary>Trains.</summary>
    /// <exception cref="InputException">It is refused.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RunRecord Train(SweepFunction function, ulong seed, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(function);
        (SweepTask task, NumericPolicy? policy) = function;
        PreparedTraining prepared = BenchOf(task).Prepare(task.Method, task.Scheme!, SettingsOf(task), policy, threads: 1);
        (TrainingCurve curve, NumericsResult? numerics) = prepared.Run(seed, null, cancellation);
        return RunRecord.Of(new RunName($"{task.Method} {task.SchemeName}", seed), Identity(function, seed), curve, numerics);
    }

    private TrainingSettings SettingsOf(SweepTask task)
    {
        TrainingSettings settings = task.Network.Workload!.Settings(task.Method, task.Scheme!);
        return steps > 0 ? settings with { Steps = steps } : settings;
    }

    private IBench BenchOf(SweepTask task)
    {
        lock (gate)
        {
            if (!benches.TryGetValue(task.Network, out IBench? bench))
                benches.Add(task.Network, bench = open(task.Network.Workload!));
            return bench;
        }
    }
}
