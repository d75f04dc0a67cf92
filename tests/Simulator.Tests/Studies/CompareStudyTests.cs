using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>How long a study trains each method.</summary>
public class CompareStudyTests
{
    private static ImmutableArray<RunResult> Compare(Bench bench, Budget budget, int steps, string profiles,
        params string[] methods) => new CompareStudy(
        new StudyRequest(
            [.. profiles.Split(' ').Select(ShippedProfiles.Find)], [.. methods.Select(Method.Parse)],
            [TuningScheme.Full, TuningScheme.Parse("lp")], [1],
            (_, _) => new TrainingSettings(steps, 0.1, Decay.Linear, 0.001), Threads: 1)
        { Budget = budget }, bench).Run(null, CancellationToken.None).Runs;

    [Test]
    public void Equal_samples_are_the_same_steps_for_every_method()
    {
        Bench bench = new();
        Assert.That(Compare(bench, Budget.Samples, 50, "systolic-int8-16x16", "bp:fp32", "qzo-ff:8w8a")
            .Select(r => r.Steps), Is.All.Null);
        Assert.That(bench.Prepared.Values.Select(s => s.Steps), Is.All.EqualTo(50));
    }

    [Test]
    public void Equal_cycles_are_the_most_steps_that_fit_those_of_the_first_method_in_each_scheme_of_each_profile()
    {
        Bench bench = new();
        foreach (IGrouping<(string, string), RunResult> runs in Compare(bench, Budget.Cycles, 50, "systolic-int8-16x16 cortex-m4",
            "qzo-ff:16w8a+m3", "qzo-ff:8w8a+m1", "bp:fp32")
            .GroupBy(r => (r.Profile, r.Scheme)))
        {
            RunResult first = runs.First();
            double budget = 50 * first.Cost!.Cycles;
            Assert.Multiple(() =>
            {
                Assert.That(first.Steps, Is.EqualTo(50), $"{runs.Key}");
                foreach (RunResult run in runs)
                {
                    Assert.That(run.Steps * run.Cost!.Cycles, Is.LessThanOrEqualTo(Math.Max(budget, run.Cost.Cycles)),
                        $"{runs.Key} {run.Method}");
                    Assert.That((run.Steps + 1) * run.Cost!.Cycles, Is.GreaterThan(budget), $"{runs.Key} {run.Method}");
                }

                Assert.That(runs.Single(r => r.Format == "8w8a+m1").Steps, Is.GreaterThan(100), "a third of the passes");
                if (runs.Key.Item1 == "systolic-int8-16x16")
                    Assert.That(runs.Single(r => r.Method == "bp").Steps, Is.LessThan(50), "floating point on the host core");
            });
        }
    }

    [Test]
    public void The_learning_rate_falls_over_the_steps_of_the_method_itself()
    {
        Bench bench = new();
        ImmutableArray<RunResult> runs =
            Compare(bench, Budget.Cycles, 50, "systolic-int8-16x16", "qzo-ff:16w8a", "qzo-ff:8w8a+m1");
        foreach (RunResult run in runs)
        {
            TrainingSettings settings = bench.Prepared[($"{run.Method}:{run.Format}", run.Scheme)];
            Assert.That(settings.Steps, Is.EqualTo(run.Steps));
            Assert.That(settings.RateAt(settings.Steps / 2), Is.EqualTo(0.05).Within(0.001));
        }
    }

    [Test]
    public void A_method_that_does_not_fit_once_still_takes_one_step() => Assert.That(
        Compare(new Bench(), Budget.Cycles, 1, "systolic-int8-16x16", "qzo-ff:8w8a+m1", "bp:fp32").Select(r => r.Steps),
        Is.All.EqualTo(1));

    [Test]
    public void What_runs_before_an_episode_counts_as_well()
    {
        Bench bench = new(withSetup: true);
        RunResult[] runs = [.. Compare(bench, Budget.Cycles, 50, "systolic-int8-16x16", "qzo-ff:8w8a+m1", "qzo-ff:16w8a")
            .Where(r => r.Scheme == "ft")];
        double budget = runs[0].Setup!.Cycles + (50 * runs[0].Cost!.Cycles);
        Assert.That(runs[1].Steps, Is.EqualTo((int)((budget - runs[1].Setup!.Cycles) / runs[1].Cost!.Cycles)));
    }

    [Test]
    public void Where_a_method_or_the_first_one_does_not_run_the_steps_are_the_workloads()
    {
        ImmutableArray<RunResult> last =
            Compare(new Bench(), Budget.Cycles, 50, "dsp-40bit-saturating", "qzo-ff:16w8a+m3", "bp:fp32", "qzo-ff:8w8a+m1");
        ImmutableArray<RunResult> first =
            Compare(new Bench(), Budget.Cycles, 50, "dsp-40bit-saturating", "bp:fp32", "qzo-ff:8w8a+m1");
        Assert.Multiple(() =>
        {
            Assert.That(last.Where(r => r.Method == "bp").Select(r => (r.Cost, r.Steps)),
                Is.All.EqualTo(((CostResult?)null, (int?)50)));
            Assert.That(last.Where(r => r.Format == "8w8a+m1").Select(r => r.Steps), Is.All.GreaterThan(50));
            Assert.That(first.Select(r => r.Steps), Is.All.EqualTo(50));
        });
    }

    [Test]
    public void What_trains_is_the_step_that_was_reported_and_priced(
        [Values("cortex-m4", "systolic-int8-16x16", "hexagon-hvx")] string profile)
    {
        Bench bench = new();
        ImmutableArray<RunResult> runs =
            Compare(bench, Budget.Samples, 50, profile, "qzo-ff:16w8a+m3", "bp:fp32", "qzo-ff:8w8a+m1");
        Assert.Multiple(() =>
        {
            Assert.That(bench.Steps, Has.Count.EqualTo(runs.Count(r => r.NotRunnable is null)));
            foreach (RunResult run in runs.Where(r => r.NotRunnable is null))
            {
                Step step = bench.Steps.Single(s => s.Key == ($"{run.Method}:{run.Format}", run.Scheme)).Value!;
                Assert.That(step.Layout.AlignmentBytes, Is.EqualTo(ShippedProfiles.Find(profile).Memory.AlignmentBytes));
                Assert.That(step.Layout.ArenaBytes, Is.EqualTo(run.Memory.ArenaBytes), run.Method);
                Assert.That(step.Layout.Timeline, Is.EqualTo(run.Memory.Timeline), run.Method);
                Assert.That(CostModel.Price(step, ShippedProfiles.Find(profile)).Cycles,
                    Is.EqualTo(run.Cost!.Cycles), run.Method);
            }
        });
    }

    [Test]
    public void Accumulators_that_a_narrower_one_proves_are_not_trained([Values(18, 20, 99)] int exactFrom)
    {
        Bench bench = new() { ExactFrom = exactFrom };
        HardwareProfile[] profiles = [.. new[] { (32, "wrap"), (16, "wrap"), (20, "saturate"), (18, "wrap"), (20, "wrap") }
            .Select((a, i) => ProfileSetting.On(ShippedProfiles.Find("systolic-int8-16x16"),
            [
                new("numerics.accumulator.bits", $"{a.Item1}"), new("numerics.accumulator.overflow", a.Item2),
                new("formats", "[{weights: int8, activations: int8}]"),
            ]) with { Name = $"{a.Item2}-{a.Item1}" })];
        long steps = 0;
        CompareStudy study = new(
            new StudyRequest([.. profiles], [Method.Parse("qzo-ff:8w8a")], [TuningScheme.Full], [1, 2],
                (_, _) => new TrainingSettings(50, 0.1, Decay.Linear, 0.001), Threads: 2), bench);
        long total = study.TotalSteps;
        ImmutableArray<RunResult> runs = study.Run(() => Interlocked.Increment(ref steps), CancellationToken.None).Runs;
        string[] trained = exactFrom switch
        {
            18 => ["wrap-16", "wrap-18"],
            20 => ["saturate-20", "wrap-16", "wrap-18"],
            _ => ["saturate-20", "wrap-16", "wrap-18", "wrap-20", "wrap-32"],
        };
        Assert.Multiple(() =>
        {
            Assert.That(runs.Where(r => r.ProvenBy is null).Select(r => r.Profile).Order(), Is.EqualTo(trained));
            Assert.That(runs.Select(r => r.ProvenBy).OfType<string>(), Is.All.EqualTo(exactFrom == 18 ? "wrap-18" : "saturate-20"));
            Assert.That(bench.Trained, Has.Count.EqualTo(2 * trained.Length), "each with two seeds");
            Assert.That(runs.Select(r => r.Accuracy!.Final.Length), Is.All.EqualTo(2));
            Assert.That(steps, Is.EqualTo(total - (50 * bench.Trained.Count)), "steps of what is proven count as run");
        });
    }

    // Trains nothing and notes what it was asked for.
    private sealed class Bench(bool withSetup = false) : IBench
    {
        public ConcurrentDictionary<(string Method, string Scheme), TrainingSettings> Prepared { get; } = [];

        public ConcurrentDictionary<(string Method, string Scheme), Step?> Steps { get; } = [];

        // Accumulators of fewer bits overflow.
        public int ExactFrom { get; init; } = int.MaxValue;

        public ConcurrentBag<int> Trained { get; } = [];

        public Graph Graph { get; } = ToyTask.Model.Build(8);

        public string WeightsHash => "";

        public string Content => "";

        public int Trainings => 1;

        public Graph? Setup => withSetup ? Graph : null;

        public PreparedTraining Prepare(
            Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
            FixedPointBackend? backend = null,
            Step? step = null)
        {
            Steps[(method.ToString(), scheme.Name)] = step;
            Prepared[(method.ToString(), scheme.Name)] = settings;
            return new((_, _, _, _) =>
            {
                Trained.Add(policy?.Accumulator.Bits ?? 0);
                return (new TrainingCurve(0.1, 0.2, [], []), policy is null ? null : new NumericsResult([], 0, 0, [])
                {
                    OverflowedBeside = policy.Accumulator.Bits >= ExactFrom ? 0 : 1,
                });
            });
        }
    }
}
