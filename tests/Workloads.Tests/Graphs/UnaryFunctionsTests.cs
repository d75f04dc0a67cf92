using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Tests.Graphs;

/// <summary>What is promised of every function of each element, whichever are registered.</summary>
public sealed class UnaryFunctionsTests
{
    private static readonly double[] Points = [.. Enumerable.Range(-400, 801).Select(i => (i / 50.0) + 0.003)];

    private static IEnumerable<UnaryFunction> All => UnaryFunctions.All;

    [Test]
    public void Every_kind_is_registered_once_under_a_name_of_its_own()
    {
        Type[] kinds = [.. typeof(UnaryFunction).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(UnaryFunction)))];
        Assert.That(UnaryFunctions.All.Select(f => f.GetType()), Is.EquivalentTo(kinds));
        Assert.That(UnaryFunctions.All.Select(f => f.Name), Is.Unique.And.Ordered);
        Assert.That(UnaryFunctions.Operators.Select(o => o.Name), Is.Unique);
    }

    [TestCaseSource(nameof(All))]
    public void Its_slope_is_that_of_the_function(UnaryFunction f)
    {
        const double h = 1e-6;
        if (f is Narrow or NarrowBrain) // whose steps training looks through
        {
            Assert.That(Points.Select(f.Slope), Is.All.EqualTo(1));
            return;
        }

        foreach (double x in Points.Where(x => double.IsFinite(f.Of(x - h))))
        {
            double expected = (f.Of(x + h) - f.Of(x - h)) / (2 * h);
            Assert.That(f.Slope(x), Is.EqualTo(expected).Within(1e-6 * (1 + (x * x)) * (1 + Math.Abs(expected))), $"f'({x})");
        }
    }

    [TestCaseSource(nameof(All))]
    public void It_is_below_0_somewhere_unless_it_says_that_it_is_not(UnaryFunction f) =>
        Assert.That(Points.Any(x => f.Of(x) < 0), Is.EqualTo(!f.IsNonNegative));

    // A step of an 8-bit table of ±8 is 1/16: what moves by more than e⁸ allows between its halves has no table.
    [TestCaseSource(nameof(All))]
    public void It_has_a_table_where_it_is_finite_and_jumps_nowhere(UnaryFunction f)
    {
        bool isSmooth = Enumerable.Range(-8000, 16001).Select(i => i / 1000.0)
            .All(x => double.IsFinite(f.Of(x)) && Math.Abs(f.Of(x + 1e-9) - f.Of(x - 1e-9)) < 1e-4);
        Assert.That(f.HasTable, Is.EqualTo(isSmooth));
    }

    [TestCaseSource(nameof(All))]
    public void Its_operators_make_it_from_what_a_file_leaves_out(UnaryFunction f)
    {
        foreach (FunctionOperator op in f.Operators)
            Assert.That(op.Of([.. op.Attributes.Select(a => a.Default)]), Is.TypeOf(f.GetType()), op.Name);
    }
}
