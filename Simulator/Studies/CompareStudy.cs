using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Runs every method in every tuning scheme on every profile. The functional part of a run (which integers come out) does not
/// depend on sizes and clocks, the cost part does not depend on values: profiles of equal arithmetic share one training.
/// </summary>
public sealed class CompareStudy
{
    private readonly StudyRequest request;
    private readonly IBench bench;
    private readonly ConcurrentDictionary<FunctionalKey, Lazy<PreparedTraining>> prepared = [];
    private readonly Dictionary<(Method, TuningScheme, int AlignmentBytes), Step> steps = [];
    private readonly ImmutableArray<Case> cases;
    private int kernelThreads = 1;

    /// <summary>Sets up a study.</summary>
    /// <param name="request">What to compare.</param>
    /// <param name="bench">Network, weights and data.</param>
    public CompareStudy(StudyRequest request, IBench bench)
    {
        (this.request, this.bench) = (request, bench);
        (TuningScheme Scheme, Tuning Tuning)[] tunings = [.. request.Schemes.Select(s => (s, s.Tune(bench.Graph)))];
        cases =
        [
            .. from profile in request.Profiles
               from tuned in tunings
               from run in WithinBudget([.. request.Methods.Select(m => CaseOf(profile, tuned.Scheme, tuned.Tuning, m))])
               select run,
        ];
    }

    /// <summary>Training steps that the whole study has yet to run, for a progress bar.</summary>
    public long TotalSteps => StepsOf(Trainings.Where(t => request.Store is not { } store || !store.Has(IdentityOf(t))));

    /// <summary>Training steps of the whole study, those that are finished included.</summary>
    public long AllSteps => StepsOf(Trainings);

    private IEnumerable<FunctionalTraining> Trainings =>
        cases.Where(c => c.Trains).Select(c => c.Key).Distinct()
            .SelectMany(k => request.Seeds.Select(s => new FunctionalTraining(k, s)));

    /// <summary>Runs the study. A run that diverges, is refused or throws is a row that says so; the others stand.</summary>
    /// <param name="progress">Called after each training step, from several threads.</param>
    /// <param name="cancellation">Ends the study early: what is finished so far is returned.</param>
    /// <exception cref="InputException">Every training is refused; the message is that of the first.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public StudyRuns Run(Action? progress, CancellationToken cancellation)
    {
        FunctionalTraining[] trainings = [.. Trainings];
        ConcurrentDictionary<FunctionalTraining, Outcome> done = [];
        // Runs side by side first, then threads within one
        kernelThreads = Math.Max(1, request.Threads / Math.Max(1, trainings.Length));
        WorkTeam.Threads = kernelThreads;
        request.Store?.Compare(trainings.Select(t => (NameOf(t), IdentityOf(t))));
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation };
            Parallel.ForEach(Partitioner.Create(trainings, EnumerablePartitionerOptions.NoBuffering), options, t =>
                done[t] = Train(t, progress, cancellation));
        }
        catch (OperationCanceledException)
        {
        }

        if (trainings.Length > 0 && trainings.All(t => done.GetValueOrDefault(t)?.Fault is InputException))
            ExceptionDispatchInfo.Throw(done[trainings[0]].Fault!);
        return new(
            [
                .. cases.Where(c => !c.Trains || request.Seeds.Any(s => done.ContainsKey(new(c.Key, s))))
                    .Select(c => c.Trains ? WithTraining(c, done) : c.Result),
            ],
            trainings.All(done.ContainsKey),
            [.. trainings.Select(t => done.GetValueOrDefault(t)?.Fault).OfType<Exception>().Where(f => f is not InputException)]);
    }

    private Outcome Train(FunctionalTraining training, Action? progress, CancellationToken cancellation)
    {
        try
        {
            (TrainingCurve curve, NumericsResult? numerics) = request.Store is { } store
                ? store.Run(NameOf(training), IdentityOf(training), c => Prepared(training.Key)
                    .Run(training.Seed, progress, cancellation, c), cancellation)
                : Prepared(training.Key).Run(training.Seed, progress, cancellation);
            return new(curve, numerics, null);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ThreadInterruptedException or JournalException))
        {
            return new(null, null, fault);
        }
    }

    private long StepsOf(IEnumerable<FunctionalTraining> trainings) =>
        trainings.Sum(t => (long)t.Key.Settings.Steps) * bench.Trainings;

    private RunName NameOf(FunctionalTraining t) =>
        new($"{t.Key.Method} {t.Key.Scheme.Name}{(request.Subject is { } subject ? $" {subject}" : "")}", t.Seed);

    private string IdentityOf(FunctionalTraining t) =>
        RunIdentity.Of(bench, t.Key.Method, t.Key.Scheme, t.Key.Settings, t.Key.Policy, t.Seed);

    private Case CaseOf(HardwareProfile profile, TuningScheme scheme, Tuning tuning, Method method)
    {
        // Profiles of one alignment share a step.
        Method resolved = MicroBatch.Resolved(profile, tuning, method);
        (Method, TuningScheme, int) arena = (resolved, scheme, profile.Memory.AlignmentBytes);
        if (!steps.TryGetValue(arena, out Step? step))
            steps.Add(arena, step = Step.Of(profile, tuning, resolved));
        NumericPolicy? policy = method.Operands.IsFixedPoint ? profile.Numerics : null;
        return new Case(
            new FunctionalKey(Functional(resolved, policy), scheme, request.Settings(method, scheme), policy), step,
            StepCost.Of(step, tuning.TrainedCount, method, scheme, profile) with
            {
                Setup = bench.Setup is { } setup ? StepCost.OfSetup(setup, method, profile) : null,
            });
    }

    // How many samples run at once changes no bit of integers: sums of losses are exact, and rounding draws nothing.
    private static Method Functional(Method method, NumericPolicy? policy) =>
        method is QuantizedForwardGradient && policy is { Rounding: not Rounding.Stochastic }
            ? method with { MicroBatch = null } : method;

    // The first case of a profile and scheme sets the budget. A method that does not run there spends no cycles and keeps its
    // steps.
    private ImmutableArray<Case> WithinBudget(ImmutableArray<Case> methods)
    {
        if (request.Budget == Budget.Samples)
            return methods;
        Case budget = methods[0];
        double? cycles = budget.Result.Cost is { } first ? budget.SetupCycles + (budget.Key.Settings.Steps * first.Cycles) : null;
        return [.. methods.Select(m => m.WithSteps(cycles is double all && m.Result.Cost is { } cost
            ? StepsWithin(all - m.SetupCycles, cost.Cycles)
            : m.Key.Settings.Steps))];
    }

    private static int StepsWithin(double cycles, double cyclesPerStep) =>
        (int)Math.Clamp(Math.Floor(cycles / cyclesPerStep), 1, int.MaxValue);

    // What several profiles share runs in the arena of the first of them.
    private PreparedTraining Prepared(FunctionalKey key) => prepared.GetOrAdd(key, k => new(() => bench.Prepare(
        k.Method, k.Scheme, k.Settings, k.Policy, kernelThreads, request.Backend,
        cases.First(c => c.Trains && c.Key == k).Step))).Value;

    // Seeds that ended are what accuracy and numerics are over; where all diverged their numerics tell why.
    private RunResult WithTraining(Case c, ConcurrentDictionary<FunctionalTraining, Outcome> done)
    {
        (ulong Seed, Outcome Outcome)[] all = [.. request.Seeds.Where(s => done.ContainsKey(new(c.Key, s)))
            .Select(s => (s, done[new(c.Key, s)]))];
        (ulong Seed, Outcome Outcome)[] ended = [.. all.Where(o => o.Outcome.Curve is { Divergence: null })];
        TrainingCurve[] curves = [.. ended.Select(o => o.Outcome.Curve!)];
        NumericsResult?[] numerics = [.. (ended.Length > 0 ? ended : all).Where(o => o.Outcome.Curve is not null)
            .Select(o => o.Outcome.Numerics)];
        return c.Result with
        {
            Accuracy = curves.Length == 0 ? null : new AccuracyResult(
                [.. curves.Select(r => r.ZeroShot)], [.. curves.Select(r => r.Final)], [.. curves.Select(r => r.Losses)],
                curves[0].Steps,
                curves[0].Episodes.IsDefault ? [] : [.. curves.Select(r => r.Episodes)])
            {
                CurveSteps = curves[0].AccuracySteps,
                Curve = curves[0].AccuracySteps.IsEmpty ? [] : [.. curves.Select(r => r.Accuracies)],
            },
            Numerics = numerics.Length == 0 ? null : NumericsResult.Over([.. numerics]),
            Seeds = ended.Length == request.Seeds.Length ? default : [.. ended.Select(o => o.Seed)],
            Faults = [.. all.Select(o => FaultOf(o.Seed, o.Outcome)).OfType<RunFault>()],
        };
    }

    private static RunFault? FaultOf(ulong seed, Outcome outcome) =>
        outcome.Fault is { } thrown ? RunFault.Of(seed, thrown)
        : outcome.Curve?.Divergence is { } divergence ? RunFault.Of(seed, divergence)
        : null;

    /// <summary>Everything that decides the values of a training run but the seed.</summary>
    private sealed record FunctionalKey(Method Method, TuningScheme Scheme, TrainingSettings Settings, NumericPolicy? Policy);

    private sealed record FunctionalTraining(FunctionalKey Key, ulong Seed);

    // What a training came to, or what it threw.
    private sealed record Outcome(TrainingCurve? Curve, NumericsResult? Numerics, Exception? Fault);

    private sealed record Case(FunctionalKey Key, Step Step, RunResult Result)
    {
        // Integers that the accelerator cannot multiply have no values to follow. Floating point has the same everywhere: where
        // BP cannot run, its accuracy is still what forward gradients are measured against.
        public bool Trains => Result.NotRunnable is null || Key.Policy is null;

        public double SetupCycles => Result.Setup?.Cycles ?? 0;

        // The learning rate falls over these steps.
        public Case WithSteps(int steps) => this with
        {
            Key = Key with { Settings = Key.Settings with { Steps = steps } },
            Result = Result with { Steps = steps },
        };
    }
}
