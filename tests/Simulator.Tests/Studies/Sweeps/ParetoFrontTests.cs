using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class ParetoFrontTests
{
    private static readonly Sweep Asked = new(
        ["systolic-int8-16x16"], ["cnn-small", "ds-cnn"], ["qzo-ff:8w8a", "bp:8w8a"], ["ft"],
        ["engine.{rows,columns}=2..32*2", "memory.scratchpad.size=2KiB..256KiB*2", "energy.leakage=1 mW,30 mW"],
            Goals: ["energy", "cycles", "memory.scratchpad.size"]);

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("energy")]
    [TestCase("energy,cycles")]
    [TestCase("energy,utilization")]
    [TestCase("cycles,energy,memory.scratchpad.size")]
    public void The_front_is_what_comparing_all_pairs_leaves(string goals)
    {
        SweepRow[] rows = Rows(Asked);
        string[] names = goals.Split(',');
        bool?[] front = [.. ParetoFront.Of(rows, names)];
        Assert.That(front.Count(f => f == true), Is.InRange(2, rows.Length / 2));
        for (int i = 0; i < rows.Length; i++)
            Assert.That(front[i], Is.EqualTo(!rows.Any(o => o.Point.Task.Network == rows[i].Point.Task.Network
                && Beats(o, rows[i]))), $"{i}");

        bool Beats(SweepRow a, SweepRow b)
        {
            double[] gains = [.. names.Select(n =>
                (ParetoFront.IsMost(n) ? 1 : -1) * (ParetoFront.Value(a, n)!.Value - ParetoFront.Value(b, n)!.Value))];
            return gains.All(g => g >= 0) && gains.Any(g => g > 0);
        }
    }

    [TestCase("energy,cycles")]
    [TestCase("cycles,utilization,area")]
    public void Nearest_behind_a_point_of_the_front_is_whom_it_beats_by_the_smallest_factor(string goals)
    {
        SweepRow[] rows = Rows(Asked);
        string[] names = goals.Split(',');
        var front = ParetoFront.Of(rows, names);
        Neighbour[] found = [.. ParetoFront.Neighbours(rows, front, names)];
        SweepRow[] leading = [.. rows.Where((_, i) => front[i] == true)];
        Assert.That(found, Has.Length.InRange(1, leading.Length));
        foreach (SweepRow point in leading)
        {
            double[] factors = [.. rows.Where((r, i) => front[i] == false && r.Point.Task.Network == point.Point.Task.Network)
                .Select(r => names.Select(n =>
                    ParetoFront.IsMost(n) ? Of(point, n) / Of(r, n) : Of(r, n) / Of(point, n)).ToArray())
                .Where(f => f.All(x => x >= 1)).Select(f => f.Max())];
            Neighbour? neighbour = found.SingleOrDefault(n => n.Row.Id == point.Id);
            Assert.That(neighbour?.Factor ?? 0, Is.EqualTo(factors.DefaultIfEmpty().Min()).Within(1e-12), point.Point.ToString());
            if (neighbour is not null)
                Assert.That(names, Does.Contain(neighbour.Goal));
        }

        static double Of(SweepRow row, string goal) => ParetoFront.Value(row, goal)!.Value;
    }

    [Test]
    public void A_knob_that_decides_a_figure_alone_has_all_its_variance_and_one_that_does_not_has_none()
    {
        Sweep asked = Asked with
        {
            Networks = ["cnn-small"],
            Methods = ["qzo-ff:8w8a"],
            Goals = ["memory.scratchpad.size", "cycles"]
        };
        SweepSpace space = SweepSpace.Of(asked);
        KnobEffect[] effects = [.. KnobEffects.Of(space, Rows(asked))];
        KnobEffect size = effects.Single(e => e is { Figure: "memory.scratchpad.size", Knob: "memory.scratchpad.size" });
        Assert.That((size.Levels, Math.Round(size.Ratio, 6), Math.Round(size.Share, 12)), Is.EqualTo((8, 128, 1)));
        Assert.That(effects.Where(e => e.Figure == "memory.scratchpad.size" && e != size).Select(e => Math.Round(e.Share, 12)),
            Is.All.Zero);
        Assert.That(effects.Single(e => e is { Figure: "cycles", Knob: "energy.leakage" }).Share, Is.Zero.Within(1e-12));
        Assert.That(effects.Where(e => e.Figure == "cycles").Sum(e => e.Share), Is.InRange(0.5, 1.0000001));
    }

    [Test]
    public void Points_that_are_no_whole_grid_have_no_shares()
    {
        Sweep asked = Asked with { Random = 50 };
        Assert.That(KnobEffects.Of(SweepSpace.Of(asked), Rows(asked)), Is.Empty);
    }

    [TestCase("enregy", "did you mean 'energy'?")]
    [TestCase("accuracy", "nothing trains")]
    [TestCase("engine.dataflow", "keys with numbers")]
    public void A_goal_that_is_none_is_refused(string goal, string says) =>
        Assert.That(() => ParetoFront.Require(SweepSpace.Of(Asked with { Goals = [goal] })), Throws.TypeOf<InputException>()
            .With.Message.Contains(says));

    private SweepRow[] Rows(Sweep asked)
    {
        SweepStudy study = new(SweepSpace.Of(asked), SweepStore.Open(folder, Assert.Fail));
        study.Run(2, null, default);
        return [.. study.Rows()];
    }
}
