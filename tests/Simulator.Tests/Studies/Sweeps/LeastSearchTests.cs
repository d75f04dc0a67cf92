using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class LeastSearchTests
{
    private string folder = "";

    private static Sweep Sizes => new(
        ["systolic-int8-16x16"], ["cnn-small", "vit-small"], ["bp:fp16", "qzo-ff:8w8a", "bp:8w8a"], ["ft", "lp"],
        ["memory.scratchpad.size=4KiB..512KiB*2", "engine.{rows,columns}=4,8,16,32"], Least: ["memory.scratchpad.size"]);

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_least_scratchpad_that_fits_is_the_first_that_holds_the_arena()
    {
        ImmutableArray<LeastAnswer> answers = Search(Sizes with { SuchThat = ["fits == true"] });
        Assert.That(answers, Has.Length.EqualTo(2 * 3 * 2 * 4));
        foreach (LeastAnswer answer in answers)
        {
            long arena = answer.Trials[0].Row.Price.ArenaBytes;
            long[] sizes = [.. Enumerable.Range(0, 8).Select(i => 4096L << i)];
            Assert.That(answer.Least?.Row.Point.Profile.Memory.Scratchpad.SizeBytes ?? 0,
                Is.EqualTo(sizes.FirstOrDefault(s => s >= arena)));
            Assert.That((answer.IsMonotone, answer.Trials.Length), Is.EqualTo((true, 8)), "prices are known of all");
        }
    }

    [Test]
    public void A_condition_may_speak_of_the_best_and_of_another_method_at_the_same_point()
    {
        Sweep asked = Sizes with { SuchThat = ["cycles <= 1.1 * best", "energy < 4 * qzo-ff:8w8a"] };
        SweepStudy study = Priced(asked);
        SweepRow[] rows = [.. study.Rows()];
        ImmutableArray<LeastAnswer> answers = new LeastSearch(study, null).Run(2, default);
        Assert.That(answers.Count(a => a.Least is null), Is.InRange(1, answers.Length - 1));
        foreach (LeastAnswer answer in answers)
        {
            SweepRow any = answer.Trials[0].Row;
            SweepRow[] group = [.. rows.Where(r => r.Point.Task == any.Point.Task
                && r.Point.Profile.Engine == any.Point.Profile.Engine)];
            double? best = group.Min(r => r.Price.Cost?.Cycles);
            SweepRow? least = group.FirstOrDefault(r => r.Price.Cost?.Cycles <= 1.1 * best
                && r.Price.Cost.EnergyJoules < 4 * rows.Single(o =>
                o.Point.Profile == r.Point.Profile && o.Point.Task == (r.Point.Task with { Method = o.Point.Task.Method })
                    && o.Point.Task.Method.Name == "qzo-ff").Price.Cost?.EnergyJoules);
            Assert.That(answer.Least?.Row.Id, Is.EqualTo(least?.Id), answer.Given);
        }
    }

    [Test]
    public void With_two_keys_the_front_has_the_pairs_that_no_smaller_pair_replaces()
    {
        Sweep asked = Sizes with
        {
            Vary = ["memory.scratchpad.size=4KiB..512KiB*2", "engine.{rows,columns}=2..32*2"],
            Methods = ["bp:8w8a"],
            Least = ["engine.rows", "memory.scratchpad.size"],
            SuchThat = ["cycles <= 400000"],
        };
        ImmutableArray<LeastAnswer> answers = Search(asked);
        foreach (var task in answers.GroupBy(a => a.Trials[0].Row.Point.Task))
        {
            (long Size, int Rows, bool Front)[] pairs = [.. task.Where(a => a.Least is not null).Select(a => (
                a.Least!.Row.Point.Profile.Memory.Scratchpad.SizeBytes, ((SystolicArray)a.Least.Row.Point.Profile.Engine).Rows,
                    a.IsOnFront))];
            foreach ((long size, int rows, bool front) in pairs)
                Assert.That(front, Is.EqualTo(!pairs.Any(p => p.Size <= size && p.Rows <= rows
                    && (p.Size, p.Rows) != (size, rows))), $"{size} {rows}");
            Assert.That(task.Where(a => a.Least is null).Any(a => a.IsOnFront), Is.False);
        }

        Assert.That(answers.Count(a => a.IsOnFront), Is.InRange(2, answers.Length - 1));
    }

    [Test]
    public void Bisection_over_trainings_finds_what_training_all_finds_with_fewer()
    {
        Sweep asked = new(["systolic-int8-16x16"], ["glyphs-cnn"], ["bp:8w8a", "bp:fp32"], ["lp"],
            ["numerics.accumulator.bits=16..31"],
            Seeds: 1, Steps: 2, DropPairs: true, Least: ["numerics.accumulator.bits"],
                SuchThat: ["accuracy >= bp:fp32 - 1 and overflowed < 100"]);
        SweepStudy study = Priced(asked);
        SweepBench bench = new(w => WorkloadSetup.Open(w, null, null, default).Bench, asked.Steps);
        SweepTrainings few = new(study, bench, TrainingStore.Open(Path.Combine(folder, "few"))),
            all = new(study, bench, TrainingStore.Open(Path.Combine(folder, "all")));
        LeastAnswer found = new LeastSearch(study, few).Run(2, default)
            .Single(a => a.Given.Contains("8w8a", StringComparison.Ordinal));
        all.Run(2, null, default);
        SweepRow[] rows = [.. study.Rows(all.Values())];
        double reference = 100 * rows.First(r => r.Point.Task.Method.Format == "fp32").Values!.Accuracy!.Mean;
        SweepRow? least = rows.Where(r => r.Point.Task.Method.Format == "8w8a")
            .FirstOrDefault(r => 100 * r.Values!.Accuracy!.Mean >= reference - 1);
        Assert.That(found.IsMonotone, Is.True);
        Assert.That(found.Least?.Row.Id, Is.EqualTo(least?.Id));
        Assert.That(found.Trials.Length, Is.LessThan(16));
        Assert.That(found.Trials.Select(t => t.Row.Values!.Accuracy!.Mean),
            Is.EqualTo(found.Trials.Select(t => rows.Single(r => r.Id == t.Row.Id).Values!.Accuracy!.Mean)));
    }

    [TestCase("engine.rowz", "fits == true", "did you mean 'engine.rows'?")]
    [TestCase("engine.rows", "acuracy >= 3", "did you mean 'accuracy'?")]
    [TestCase("engine.rows", "accuracy >= 3", "nothing trains")]
    [TestCase("engine.rows", "cycles", "a comparison")]
    [TestCase("engine.rows", null, "needs a condition")]
    public void A_question_that_has_no_answer_is_refused_before_anything_runs(string key, string? condition, string says) =>
        Assert.That(
        () => LeastSearch.Require(SweepSpace.Of(Sizes with { Least = [key], SuchThat = condition is null ? [] : [condition] })),
        Throws.TypeOf<InputException>().With.Message.Contains(says));

    private ImmutableArray<LeastAnswer> Search(Sweep asked) => new LeastSearch(Priced(asked), null).Run(2, default);

    private SweepStudy Priced(Sweep asked)
    {
        SweepStudy study = new(SweepSpace.Of(asked), SweepStore.Open(folder, Assert.Fail));
        study.Run(2, null, default);
        return study;
    }
}
