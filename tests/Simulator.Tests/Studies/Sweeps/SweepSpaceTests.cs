using NpuSim.Accelerators.Engines;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class SweepSpaceTests
{
    private static Sweep Asked => new(["systolic-int8-16x16"], ["cnn-small"], ["qzo-ff:8w8a"], ["ft"]);

    [Test]
    public void A_grid_has_every_combination_once_the_last_knob_counting_fastest()
    {
        SweepSpace space = SweepSpace.Of(Asked with
        {
            Vary = ["engine.rows=8,16", "engine.columns=4,8,12"],
            Methods = ["bp:fp32", "qzo-ff:8w8a"]
        });
        Assert.That(space.Points.Select(i => space[i])
            .Select(p => (((SystolicArray)p.Profile.Engine).Rows, ((SystolicArray)p.Profile.Engine).Columns, p.Task.Method.Name)),
            Is.EqualTo(
            from rows in new[] { 8, 16 }
            from columns in new[] { 4, 8, 12 }
            from method in new[] { "bp", "qzo-ff" }
            select (rows,
                columns, method)));
    }

    [Test]
    public void Listed_points_are_those_alone()
    {
        SweepSpace space = SweepSpace.Of(
            Asked with { Points = ["engine.rows=8 engine.columns=32", "memory.scratchpad.size=64KiB"] });
        Assert.That(space.Points.Select(i => string.Join(' ', space[i].Settings)),
            Is.EqualTo(new[] { "engine.rows=8 engine.columns=32", "memory.scratchpad.size=64KiB" }));
        Assert.That(space.Paths, Is.EqualTo(new[] { "engine.rows", "engine.columns", "memory.scratchpad.size" }));
    }

    [Test]
    public void Random_points_are_distinct_the_same_for_the_same_seed_and_of_the_grid()
    {
        Sweep asked = Asked with
        {
            Vary = ["engine.rows=1..100", "engine.columns=1..100", "clock=1MHz..100MHz+1MHz"],
            Random = 200,
            Where = ["rows < columns"]
        };
        SweepSpace one = SweepSpace.Of(asked), again = SweepSpace.Of(asked), other = SweepSpace.Of(asked with { Seed = 2 });
        Assert.Multiple(() =>
        {
            Assert.That(one.Combinations, Is.EqualTo(1_000_000));
            Assert.That(one.Points, Has.Length.EqualTo(200).And.Unique.And.Ordered);
            Assert.That(one.Points, Is.Unique);
            Assert.That(again.Points, Is.EqualTo(one.Points));
            Assert.That(other.Points, Is.Not.EqualTo(one.Points));
            Assert.That(one.Points.All(i => one[i].Profile.Engine is SystolicArray array && array.Rows < array.Columns));
            Assert.That(one.Points.Count(i => i < 500_000), Is.InRange(70, 200),
                "rows below columns lie in the lower half more often");
        });
    }

    [TestCase("rows <= columns", 6)]
    [TestCase("engine.rows <= engine.columns and columns != 8", 4)]
    [TestCase("2 * rows < columns + 1", 3)]
    [TestCase("rows * columns == 64", 3)]
    [TestCase("(rows + columns) / 2 >= 12", 3)]
    [TestCase("memory.scratchpad.size >= 256 KiB", 9)]
    [TestCase("scratchpad.size > 0.25MiB - 1 and rows == 4", 3)]
    [TestCase("engine.dataflow == weight-stationary and method == qzo-ff:8w8a and scheme == ft and network == cnn-small", 9)]
    public void Conditions_choose(string where, int points)
    {
        Sweep asked = Asked with { Vary = ["engine.rows=4,8,16", "engine.columns=4,8,16"] };
        Assert.That(SweepSpace.Of(asked with { Where = [where] }).Points, Has.Length.EqualTo(points));
        int left = points == 9 ? 0 : 9 - points;
        Assert.That(() => SweepSpace.Of(asked with { Skip = [where] }).Points.Length,
            left == 0 ? Throws.TypeOf<InputException>().With.Message.Contains("no point is left") : Is.EqualTo(left));
    }

    [TestCase("rows", "accepted is a comparison")]
    [TestCase("rows <", "the end")]
    [TestCase("rowz < 3", "no number 'rowz'")]
    [TestCase("rows < columns or rows", "'or'")]
    [TestCase("(rows < 3", "')'")]
    [TestCase("size < 3 B", "accepted is the whole path")]
    [TestCase("method < bp:fp32", "no number")]
    [TestCase("rows < 3 parsec", "a unit of")]
    [TestCase("rows < 3 §", "found")]
    public void What_is_no_condition_is_refused(string where, string says) => Assert.That(
        () => SweepSpace.Of(Asked with { Vary = ["engine.rows=4,8"], Where = [where] }), Throws.TypeOf<InputException>()
            .With.Message.Contains(says));

    [Test]
    public void Accelerators_that_break_a_rule_are_refused_with_their_number_or_left_out_when_asked()
    {
        Sweep asked = Asked with { Vary = ["numerics.accumulator.bits=20..27"], Methods = ["bp:fp32", "qzo-ff:8w8a"] };
        Assert.That(Assert.Throws<InputException>(() => SweepSpace.Of(asked))!.Message,
            Does.Contain("8 of 16 points are no accelerators").And.Contains("numerics.accumulator.bits: found 20")
                .And.Contains("(2)"));
        SweepSpace left = SweepSpace.Of(asked with { Skip = [Sweep.Impossible] });
        Assert.That((left.Points.Length, left.Impossible), Is.EqualTo((8, 8)));
    }

    [TestCase("engine.rowz=8", "did you mean 'rows'?")]
    [TestCase("engine.rows=8,0", "2 of 4 combinations have it")]
    [TestCase("engine.rows=8,9 engine.rows", "engine.rows")]
    public void A_wrong_key_or_value_is_refused_before_anything_runs(string vary, string says) => Assert.That(
        () => SweepSpace.Of(Asked with { Vary = [vary], Methods = ["bp:fp32", "qzo-ff:8w8a"] }), Throws.TypeOf<InputException>()
            .With.Message.Contains(says));

    [Test]
    public void What_there_is_not_or_would_be_twice_is_refused()
    {
        Assert.Multiple(() =>
        {
            Refuses(Asked with { Networks = ["resnet81"] }, "did you mean 'resnet8'?");
            Refuses(Asked with { Networks = ["autoencoder"], Schemes = ["visual"] }, "there is no scheme 'visual'");
            Refuses(Asked with { Schemes = ["ft", "ft"] }, "scheme 'ft' is given twice");
            Refuses(Asked with { Profiles = ["systolic-int8-16x16", "systolic-int8-16x16"] }, "given twice");
            Refuses(Asked with { Vary = ["engine.rows=8", "engine.{rows,columns}=8"] }, "engine.rows is varied twice");
            Refuses(Asked with { Vary = ["engine.rows=8"], Points = ["engine.rows=8"] }, "accepted is one of them");
            Refuses(Asked with { Batches = [0] }, "batch 0");
            Refuses(Asked with { Profiles = ["cortex-m4"], Vary = ["engine.rows=8"] }, "cortex-m4: engine.rows=8");
            Refuses(Asked with { Vary = ["engine.rows=1..60000", "engine.columns=1..60000"] }, "at most 10000000");
            Refuses(Asked with { Vary = ["engine.rows=1..60000", "engine.columns=1..60000"], Where = ["rows < 0"], Random = 3 },
                "only 0 points");
        });

        static void Refuses(Sweep asked, string says) =>
            Assert.That(() => SweepSpace.Of(asked), Throws.TypeOf<InputException>().With.Message.Contains(says));
    }

    [Test]
    public void Inferences_of_methods_in_one_format_are_one_point() =>
        Assert.That(SweepSpace.Of(Asked with
        {
            Methods = ["bp:fp32", "ff:fp32", "qzo-ff:8w8a"],
            Schemes = ["ft", Sweep.Inference]
        }).Points, Has.Length.EqualTo(5));
}
