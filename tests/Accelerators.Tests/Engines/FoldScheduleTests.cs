using NpuSim.Accelerators.Engines;

namespace NpuSim.Accelerators.Tests.Engines;

/// <summary>Cycles of arrays of real designs: the formulas that open RTL follows, and each key on its own.</summary>
public sealed class FoldScheduleTests
{
    private static readonly long[] Sizes = [1, 2, 5, 8, 9, 16, 31, 100];

    [Test]
    public void No_overhead_is_the_ideal_pipeline([Values] Dataflow dataflow, [Values] bool pipelined)
    {
        SystolicArray ideal = new(8, 4, dataflow, pipelined);
        foreach (Gemm gemm in Products())
            Assert.That(SystolicCycles.Of(ideal with { Overheads = new() }, gemm),
                Is.EqualTo(SystolicCycles.Of(ideal, gemm)), $"{gemm}");
    }

    // gemm_top: 5W + 4 + M, and for F ≥ 2 also + max(M, W + 2) + (F − 2) · max(M, 2W)
    [Test]
    public void A_shadow_register_that_must_survive_the_commit_keeps_folds_apart()
    {
        const int W = 8;
        SystolicArray array = Array(W,
            new(FoldDistanceCycles: 2 * W, SecondFoldDistanceCycles: W + 2, ProductCycles: (2 * W) + 6));
        foreach (Gemm g in Products())
        {
            long folds = SystolicCycles.Folds(array, g);
            long expected = (5 * W) + 4 + g.M + (folds > 1 ? Math.Max(g.M, W + 2) + ((folds - 2) * Math.Max(g.M, 2 * W)) : 0);
            Assert.That(SystolicCycles.Of(array, g), Is.EqualTo(expected), $"{g}");
        }
    }

    // Weights at a quarter of the pace: the last of F loads ends after 4WF cycles, whatever streams.
    [Test]
    public void Slow_loads_set_the_pace_of_short_folds()
    {
        const int W = 8;
        SystolicArray array = Array(W, new(2 * W, W + 2, LoadCyclesPerRow: 4, ProductCycles: (2 * W) + 6));
        Assert.That(SystolicCycles.Of(array, Gemm.Plain(1, 8, 80)), Is.EqualTo((4 * W) + (4 * W) + 4 + 1 + (9 * 4 * W) - W));
        Assert.That(SystolicCycles.Of(array, Gemm.Plain(100, 8, 80)), Is.EqualTo((4 * W) + (4 * W) + 4 + 100 + (9 * 100)));
    }

    // axis_sa: R + 2C + K′ + (F − 1) · K′, K′ = max(K, R + 2C − 2) for several folds
    [Test]
    public void Folds_whose_results_leave_along_the_row_are_filled_up()
    {
        SystolicArray array = new(4, 8, Dataflow.OutputStationary, true, new(18, FillsShortFolds: true, ProductCycles: 10));
        foreach (Gemm g in Products())
        {
            long folds = SystolicCycles.Folds(array, g), length = folds > 1 ? Math.Max(g.K, 18) : g.K;
            Assert.That(SystolicCycles.Of(array, g), Is.EqualTo(4 + 16 + length + ((folds - 1) * length)), $"{g}");
        }
    }

    // tinyTPU ws: (F − 1) · max(W + 4, M + 4b) + M + 4(b − 1) + W + 20, b = ⌈M/W⌉
    [Test]
    public void Short_instructions_idle_after_each()
    {
        const int W = 8;
        SystolicArray array = Array(W, new(W + 4, ProductCycles: 22 - (2 * W), Instructions: new(W, IdleCycles: 4)));
        foreach (Gemm g in Products())
        {
            long folds = SystolicCycles.Folds(array, g), b = (g.M + W - 1) / W;
            long expected = ((folds - 1) * Math.Max(W + 4, g.M + (4 * b))) + g.M + (4 * (b - 1)) + W + 20;
            Assert.That(SystolicCycles.Of(array, g), Is.EqualTo(expected), $"{g}");
        }
    }

    // tinyTPU long, several K tiles: (b⌈N/W⌉ − 1) · (W⌈K/W⌉ + 10) + W⌈K/W⌉ + 4 + W + 20
    [Test]
    public void Long_instructions_load_the_weights_anew_for_each_block_of_rows()
    {
        const int W = 8;
        SystolicArray array = Array(W, new(W + 4, ProductCycles: 22 - (2 * W), Instructions: new(W, 4, 2, WholeReduction: true)));
        foreach (Gemm g in Products().Where(g => g.K > W))
        {
            long b = (g.M + W - 1) / W, n = (g.N + W - 1) / W, k = (g.K + W - 1) / W;
            Assert.That(SystolicCycles.Of(array, g), Is.EqualTo((((b * n) - 1) * ((W * k) + 10)) + (W * k) + 4 + W + 20), $"{g}");
        }
    }

    [Test]
    public void Results_that_leave_after_the_last_product_add_a_row_a_cycle() => Assert.That(
        SystolicCycles.Of(Array(8, new(DrainCycles: 8, DrainCyclesPerRow: 1)), Gemm.Plain(10, 8, 8)),
        Is.EqualTo(SystolicCycles.Of(Array(8, null), Gemm.Plain(10, 8, 8)) + 8 + 10));

    [TestCase(CommandIssuer.Host, 100, 1000, 7 * 100)] // a command each fold
    [TestCase(CommandIssuer.Sequencer, 100, 1000, 7 * 20)] // one for the product
    [TestCase(CommandIssuer.Sequencer, 100, 1, 7 * 42)] // no fold before the last one ended: 8 + 20 + 8 + 8 − 2
    [TestCase(CommandIssuer.Host, 0, 2, 7 * 21)] // two under way
    public void Commands_keep_folds_apart_by_their_pace_and_by_how_many_are_under_way(
        CommandIssuer by, double cycles, int inFlight, double apart)
    {
        SystolicArray array = Array(8, new(Commands: new(by, cycles, inFlight)));
        Assert.That(SystolicCycles.Of(array, Gemm.Plain(20, 8, 64)), Is.EqualTo(apart + 42 + cycles));
    }

    [Test]
    public void No_product_ends_before_its_operands_have_streamed() =>
        Assert.That(SystolicCycles.Of(Array(8, new(ProductCycles: -1000)), Gemm.Plain(50, 8, 8)), Is.EqualTo(50));

    private static IEnumerable<Gemm> Products() => from m in Sizes from n in Sizes from k in Sizes select Gemm.Plain(m, n, k);

    private static SystolicArray Array(int size, ArrayOverheads? overheads) =>
        new(size, size, Dataflow.WeightStationary, true, overheads);
}
