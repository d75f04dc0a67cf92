using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Runs every method in every tuning scheme on every profile. The functional part of a run (which integers come out) does not depend
/// on sizes and clocks, the cost part does not depend on values: profiles of equal arithmetic share one training.
/// </summary>
public sealed class CompareStudy
{
    private readonly StudyRequest request;
    private readonly IBench bench;
    private readonly ConcurrentDictionary<FunctionalKey, Lazy<PreparedTraining>> prepared = [];
    private readonly ImmutableArray<Case> cases;
    private int kernelThreads = 1;

    /// <summary>Sets up a study.</summary>
    /// <param name="request">What to compare.</param>
    /// <param name="bench">Network, weights and data.</param>
    public CompareStudy(StudyRequest request, IBench bench)
    {
        (this.request, this.bench) = (request, bench);
        cases =
        [
            .. from profile in request.Profiles
               from scheme in request.Schemes
               from run in WithinBudget([.. request.Methods.Select(method => CaseOf(profile, scheme, method))])
               select run,
        ];
    }

    /// <summary>Training steps that the whole study will run, for a progress bar.</summary>
    public long TotalSteps => cases.Where(c => c.Trains).Select(c => c.Key).Distinct().Sum(k => (long)k.Settings.Steps) * request.Seeds.Length * bench.Trainings;

    /// <summary>Runs the study.</summary>
    /// <param name="progress">Called after each training step, from several threads.</param>
    /// <param name="cancellation">Ends the study early: the runs finished so far are returned.</param>
    public ImmutableArray<RunResult> Run(Action? progress, CancellationToken cancellation)
    {
        (FunctionalKey Key, ulong Seed)[] trainings =
            [.. cases.Where(c => c.Trains).Select(c => c.Key).Distinct().SelectMany(k => request.Seeds.Select(s => (k, s)))];
        ConcurrentDictionary<(FunctionalKey, ulong), (TrainingCurve Curve, NumericsResult? Numerics)> done = [];
        kernelThreads = Math.Max(1, request.Threads / Math.Max(1, trainings.Length)); // runs side by side first, then threads within one
        WorkTeam.Threads = kernelThreads;
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation };
            Parallel.ForEach(Partitioner.Create(trainings, EnumerablePartitionerOptions.NoBuffering), options, t =>
                done[t] = Prepared(t.Key).Run(t.Seed, progress, cancellation));
        }
        catch (OperationCanceledException)
        {
        }

        return [.. cases
            .Where(c => !c.Trains || request.Seeds.All(s => done.ContainsKey((c.Key, s))))
            .Select(c => c.Trains ? WithTraining(c.Step, [.. request.Seeds.Select(s => done[(c.Key, s)])]) : c.Step)];
    }

    private Case CaseOf(HardwareProfile profile, TuningScheme scheme, Method method)
    {
        NumericPolicy? policy = method.Operands.IsFixedPoint ? profile.Numerics : null;
        return new Case(
            new FunctionalKey(method, scheme, request.Settings(method, scheme), policy), StepCost.Of(bench.Graph, method, scheme, profile) with
            {
                Setup = bench.Setup is { } setup ? StepCost.OfSetup(setup, method, profile) : null,
            });
    }

    // The first case of a profile and scheme sets the budget. A method that does not run there spends no cycles and keeps its steps.
    private ImmutableArray<Case> WithinBudget(ImmutableArray<Case> methods)
    {
        if (request.Budget == Budget.Samples)
            return methods;
        double? cycles = methods[0].Step.Cost is { } first ? (methods[0].Step.Setup?.Cycles ?? 0) + (methods[0].Key.Settings.Steps * first.Cycles) : null;
        return [.. methods.Select(m => m.WithSteps(
            cycles is double all && m.Step.Cost is { } cost ? StepsWithin(all - (m.Step.Setup?.Cycles ?? 0), cost.Cycles) : m.Key.Settings.Steps))];
    }

    private static int StepsWithin(double cycles, double cyclesPerStep) => (int)Math.Clamp(Math.Floor(cycles / cyclesPerStep), 1, int.MaxValue);

    private PreparedTraining Prepared(FunctionalKey key) => prepared.GetOrAdd(
        key, k => new(() => bench.Prepare(k.Method, k.Scheme, k.Settings, k.Policy, kernelThreads, request.Backend))).Value;

    private static RunResult WithTraining(RunResult step, ImmutableArray<(TrainingCurve Curve, NumericsResult? Numerics)> runs) => step with
    {
        Accuracy = new AccuracyResult(
            [.. runs.Select(r => r.Curve.ZeroShot)], [.. runs.Select(r => r.Curve.Final)], [.. runs.Select(r => r.Curve.Losses)], runs[0].Curve.Steps,
            runs[0].Curve.Episodes.IsDefault ? [] : [.. runs.Select(r => r.Curve.Episodes)]),
        Numerics = NumericsResult.Over([.. runs.Select(r => r.Numerics)]),
    };

    /// <summary>Everything that decides the values of a training run but the seed.</summary>
    private sealed record FunctionalKey(Method Method, TuningScheme Scheme, TrainingSettings Settings, NumericPolicy? Policy);

    private sealed record Case(FunctionalKey Key, RunResult Step)
    {
        // Integers that the accelerator cannot multiply have no values to follow. Floating point has the same everywhere: where BP cannot
        // run, its accuracy is still what forward gradients are measured against.
        public bool Trains => Step.NotRunnable is null || Key.Policy is null;

        // The learning rate falls over these steps.
        public Case WithSteps(int steps) => new(Key with { Settings = Key.Settings with { Steps = steps } }, Step with { Steps = steps });
    }
}
