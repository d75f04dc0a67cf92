using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class SweepTrainingsTests
{
    private static readonly Sweep Asked = new(
        ["systolic-int8-16x16"], ["glyphs-cnn"], ["qzo-ff:8w8a", "bp:8w8a", "bp:fp32"], ["lp"],
        ["numerics.accumulator.bits=16..40", "numerics.accumulator.overflow=wrap,saturate", "engine.rows=8,16"], Seeds: 1,
            Steps: 2, DropPairs: true);

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Points_that_are_proven_equal_are_equal_to_the_bit_when_they_are_trained_after_all()
    {
        SweepBench bench = Bench();
        SweepStudy study = Priced();
        SweepTrainings trainings = new(study, bench, TrainingStore.Open(folder));
        Assert.That(trainings.Run(2, null, default), Is.True);
        SweepRow[] rows = [.. study.Rows(trainings.Values())];
        Assert.That(rows, Has.Length.EqualTo(300));

        SweepRow[] fixedPoint = [.. rows.Where(r => r.Point.Task.Method.Operands.IsFixedPoint)];
        SweepRow[] proven = [.. fixedPoint.Where(r => r.Values!.Of != r.Id)];
        RandomStream random = new(1, "proven");
        random.Shuffle<SweepRow>(proven);
        foreach (SweepRow row in proven.Take(20))
        {
            RunRecord alone = bench.Train(new(row.Point.Task, row.Point.Profile.Numerics), 1, default),
                promised = row.Values!.Records.Single();
            Assert.That(Outcome(alone), Is.EqualTo(Outcome(promised)), string.Join(' ', row.Point.Settings));
        }

        foreach (var family in fixedPoint.GroupBy(r => r.Point.Task.Method))
        {
            int least = family.Where(r => r.Values!.Records[0].Numerics!.NothingOverflowed).Min(Width);
            Assert.That(least, Is.InRange(17, 40), "narrow accumulators overflow");
            Assert.That(family.Where(r => Width(r) >= least).Select(r => r.Values!.Of).Distinct().Count(), Is.EqualTo(1),
                "one training proves all wider ones");
            Assert.That(family.Where(r => Width(r) < least).Select(r => r.Values!.Of).Distinct().Count(),
                Is.EqualTo(2 * (least - 16)), "each narrower one trains, wrapping and saturating");
        }

        Assert.That(rows.Where(r => r.Point.Task.Method.Name == "bp" && !r.Point.Task.Method.Operands.IsFixedPoint)
            .Select(r => r.Values!.Of).Distinct().Count(),
            Is.EqualTo(1), "floating point is the same everywhere");
    }

    [Test]
    public void What_is_trained_is_not_trained_again_and_an_interrupted_study_ends_the_same()
    {
        Sweep small = Asked with { Methods = ["bp:8w8a"], Vary = ["numerics.accumulator.bits=18..30+2"] };
        SweepStudy study = Priced(small);
        SweepTrainings whole = new(study, Bench(), TrainingStore.Open(folder));
        int trained = 0;
        whole.Run(1, n => trained += n, default);
        Assert.That(trained, Is.InRange(2, 6), "fewer than there are widths");

        string other = Path.Combine(folder, "other");
        using CancellationTokenSource cancel = new();
        SweepTrainings cut = new(study, Bench(), TrainingStore.Open(other));
        Assert.That(cut.Run(1, _ => cancel.Cancel(), cancel.Token), Is.False);
        Assert.That(cut.IsWhole, Is.False);
        int rest = 0;
        SweepTrainings resumed = new(study, Bench(), TrainingStore.Open(other));
        Assert.That(resumed.Run(2, n => Interlocked.Add(ref rest, n), default), Is.True);
        Assert.That(rest, Is.EqualTo(trained - 1));
        Assert.That(resumed.Values().Select(v => (v!.Of, Outcome(v.Records[0]))),
            Is.EqualTo(whole.Values().Select(v => (v!.Of, Outcome(v.Records[0])))));
        foreach (string file in Directory.GetFiles(Path.Combine(other, TrainingStore.FolderName)))
            Assert.That(File.ReadAllText(file),
                Is.EqualTo(File.ReadAllText(Path.Combine(folder, TrainingStore.FolderName, Path.GetFileName(file)))));
    }

    [Test]
    public void A_run_that_was_gone_on_with_proves_nothing()
    {
        var over = NpuSim.Simulator.Execution.NumericsResult.Over([None(0), None(null)]);
        Assert.That((None(0).NothingOverflowed, None(null).NothingOverflowed, None(3).NothingOverflowed, over!.NothingOverflowed),
            Is.EqualTo((true, false, false, false)));

        static NpuSim.Simulator.Execution.NumericsResult None(long? beside) => new([], 0, 0, []) { OverflowedBeside = beside };
    }

    private static int Width(SweepRow row) => row.Point.Profile.Numerics.Accumulator.Bits;

    // All but what names the function.
    private static string Outcome(RunRecord record) => (record with { Identity = "" }).ToLine();

    private static SweepBench Bench() => new(w => WorkloadSetup.Open(w, null, null, default).Bench, Asked.Steps);

    private SweepStudy Priced(Sweep? asked = null)
    {
        SweepStudy study = new(SweepSpace.Of(asked ?? Asked), SweepStore.Open(folder, Assert.Fail));
        study.Run(2, null, default);
        return study;
    }
}
