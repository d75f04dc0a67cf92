using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Runs every method in every tuning scheme on every profile. The functional part of a run (which integers come out) does not
/// depend on sizes and clocks, the cost part does not depend on values: profiles of equal arithmetic share one training. So do
/// those whose accumulators alone differ, where the narrowest of them proves the others (<see cref="RunFamily"/>).
/// </summary>
public sealed class CompareStudy
{
    private const long ElementWork = 8; // of one element in multiply-accumulates

    private readonly StudyRequest request;
    private readonly IBench bench;
    private readonly ConcurrentDictionary<FunctionalKey, Lazy<PreparedTraining>> prepared = [];
    private readonly Dictionary<(Method, TuningScheme, int AlignmentBytes), Step> steps = [];
    private readonly ImmutableArray<Case> cases;
    private readonly Dictionary<FunctionalKey, Case> firsts = []; // of the cases that share a training
    private readonly ImmutableArray<ImmutableArray<FunctionalTraining>> families; // the narrowest accumulator of each first
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
        foreach (Case one in cases.Where(c => c.Trains))
            firsts.TryAdd(one.Key, one);
        families =
        [
            .. cases.Where(c => c.Trains).Select(c => c.Key).Distinct()
                .SelectMany(k => request.Seeds.Select(s => new FunctionalTraining(k, s)))
                .GroupBy(t => t.Family)
                // The longest first where several run side by side; one after another as they were asked for
                .OrderByDescending(f => request.Threads > 1 ? WorkOf(f.First().Key) : 0)
                .Select(f => f.OrderBy(t => RunFamily.Width(t.Key.Policy)).ToImmutableArray()),
        ];
    }

    /// <summary>
    /// Training steps that the whole study has yet to run, for a progress bar; those of runs that others prove count as run when
    /// they are proven.
    /// </summary>
    public long TotalSteps => families.Sum(f => StepsOf(f.Where(t => !IsKnown(t, f))));

    /// <summary>Training steps of the whole study, those that are finished included.</summary>
    public long AllSteps => StepsOf(families.SelectMany(f => f));

    /// <summary>Runs the study. A run that diverges, is refused or throws is a row that says so; the others stand.</summary>
    /// <param name="progress">Called after each training step, from several threads.</param>
    /// <param name="cancellation">Ends the study early: what is finished so far is returned.</param>
    /// <exception cref="InputException">Every training is refused; the message is that of the first.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public StudyRuns Run(Action? progress, CancellationToken cancellation)
    {
        FunctionalTraining[] trainings = [.. families.SelectMany(f => f)];
        ConcurrentDictionary<FunctionalTraining, Outcome> done = [];
        // Runs side by side first, then threads within one
        kernelThreads = Math.Max(1, request.Threads / Math.Max(1, families.Length));
        HashSet<FunctionalTraining> unknown = [.. families.SelectMany(f => f.Where(t => !IsKnown(t, f)))];
        request.Store?.Compare(unknown.Select(t => (NameOf(t), IdentityOf(t))));
        int waiting = families.Length;
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation };
            Parallel.ForEach(Partitioner.Create(families, EnumerablePartitionerOptions.NoBuffering), options, family =>
            {
                Share(waiting);
                foreach (FunctionalTraining training in family)
                {
                    FunctionalTraining? proof = Proof(training, family, done);
                    done[training] = proof is null ? Train(training, progress, cancellation)
                        : done[proof] with { Proof = proof.Key };
                    for (long step = proof is null || !unknown.Contains(training) ? 0 : StepsOf([training]); step > 0; step--)
                        progress?.Invoke();
                }

                Share(Interlocked.Decrement(ref waiting));
            });
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

    // Processors that no other training takes work within a step.
    private void Share(int waiting) => WorkTeam.Threads = 1 + request.Threads - Math.Clamp(waiting, 1, request.Threads);

    // The narrower training in which nothing ever overflowed; null where none is known.
    private static FunctionalTraining? Proof(
        FunctionalTraining training, ImmutableArray<FunctionalTraining> family,
        ConcurrentDictionary<FunctionalTraining, Outcome> done) =>
        family.TakeWhile(t => t != training)
            .FirstOrDefault(t => done.GetValueOrDefault(t) is { Proof: null, Numerics.NothingOverflowed: true });

    // What a training takes: multiply-accumulates and elements of a step.
    private double WorkOf(FunctionalKey key)
    {
        Plan plan = firsts[key].Step.Plan;
        return (double)key.Settings.Steps
            * plan.Ops.Sum(o => o.Op.Macs(plan.InputShapes(o)) + (ElementWork * plan.Tensors[o.Output].Shape.Count));
    }

    // Finished already, or proven by one that is.
    private bool IsKnown(FunctionalTraining training, ImmutableArray<FunctionalTraining> family) =>
        request.Store is { } store && (store.Has(IdentityOf(training)) || family.TakeWhile(t => t != training)
            .Any(t => store.Find(IdentityOf(t))?.Numerics?.NothingOverflowed == true));

    private Outcome Train(FunctionalTraining training, Action? progress, CancellationToken cancellation)
    {
        try
        {
            (TrainingCurve curve, NumericsResult? numerics) = request.Store is { } store
                ? store.Run(NameOf(training), IdentityOf(training), c => Prepared(training.Key)
                    .Run(training.Seed, progress, cancellation, c), cancellation)
                : Prepared(training.Key).Run(training.Seed, progress, cancellation);
            return new(curve, numerics, null, null);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ThreadInterruptedException or JournalException))
        {
            return new(null, null, fault, null);
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
        firsts[k].Step))).Value;

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
            ProvenBy = ProvenBy([.. all.Select(o => o.Outcome)]),
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

    // Of several seeds the widest proof: in it nothing overflowed with any of them.
    private string? ProvenBy(ImmutableArray<Outcome> outcomes) => outcomes.Any(o => o.Proof is null) ? null
        : outcomes.Select(o => o.Proof!).MaxBy(k => RunFamily.Width(k.Policy)) is { } proof
        ? firsts[proof].Result.Profile : null;

    private static RunFault? FaultOf(ulong seed, Outcome outcome) =>
        outcome.Fault is { } thrown ? RunFault.Of(seed, thrown)
        : outcome.Curve?.Divergence is { } divergence ? RunFault.Of(seed, divergence)
        : null;

    /// <summary>Everything that decides the values of a training run but the seed.</summary>
    private sealed record FunctionalKey(Method Method, TuningScheme Scheme, TrainingSettings Settings, NumericPolicy? Policy);

    private sealed record FunctionalTraining(FunctionalKey Key, ulong Seed)
    {
        public FunctionalTraining Family => Key.Policy is null ? this
            : this with { Key = Key with { Policy = RunFamily.Of(Key.Policy) } };
    }

    // What a training came to, or what it threw; and what proves it where it was not trained.
    private sealed record Outcome(TrainingCurve? Curve, NumericsResult? Numerics, Exception? Fault, FunctionalKey? Proof);

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
