using FsCheck;
using NpuSim.Accelerators.Engines;

namespace NpuSim.Accelerators.Tests.Engines;

public sealed class EngineTests
{
    private static readonly Engine[] Engines =
    [
        new SystolicArray(32, 32, Dataflow.WeightStationary),
        new SystolicArray(8, 16, Dataflow.WeightStationary, Pipelined: false),
        new SystolicArray(16, 8, Dataflow.InputStationary),
        new SystolicArray(16, 16, Dataflow.OutputStationary),
        new SystolicArray(1, 1, Dataflow.OutputStationary, Pipelined: false),
        new MacArray(128, 1, 2, 8, 8),
        new MacArray(32, 1, 1, 4, 8),
        new VectorDsp(32, 4, 2, 6),
        new OuterProductUnit(16, 16, 4, 2, 2, 2, 4, 1),
        new OuterProductUnit(4, 8, 2, 1, 3, 1, 7, 0.5),
        new Microcontroller("none", 2, 3, 1.5, 1), new Microcontroller("none", 2, 3, 1.5, 0.25, 17),
    ];

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void A_bigger_product_never_takes_fewer_cycles(
        NonNegativeInt which, PositiveInt m, PositiveInt n, PositiveInt k, NonNegativeInt moreM, NonNegativeInt moreN,
            NonNegativeInt moreK)
    {
        Engine engine = Engines[which.Get % Engines.Length];
        Gemm small = Gemm.Plain(m.Get, n.Get, k.Get), big = Gemm.Plain(m.Get + moreM.Get, n.Get + moreN.Get, k.Get + moreK.Get);
        Assert.That(engine.Cycles(big), Is.GreaterThanOrEqualTo(engine.Cycles(small)));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void No_engine_beats_its_peak(NonNegativeInt which, PositiveInt count, PositiveInt m, PositiveInt n, PositiveInt k)
    {
        Engine engine = Engines[which.Get % Engines.Length];
        Gemm gemm = Gemm.Plain(m.Get, n.Get, k.Get, count.Get);
        Assert.That(engine.Cycles(gemm),
            Is.GreaterThanOrEqualTo(gemm.Macs / engine.PeakMacsPerCycle * (1 - 1e-12)));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Pipelining_never_costs_cycles(PositiveInt rows, PositiveInt columns, PositiveInt m, PositiveInt n, PositiveInt k,
        byte kind)
    {
        SystolicArray pipelined = new(rows.Get, columns.Get, (Dataflow)(kind % 3));
        Gemm gemm = Gemm.Plain(m.Get, n.Get, k.Get);
        Assert.That(
            pipelined.Cycles(gemm), Is.LessThanOrEqualTo((pipelined with { Pipelined = false }).Cycles(gemm)));
    }

    [Test]
    public void Each_result_of_a_microcontroller_costs_its_own_cycles_whatever_it_sums_over() => Assert.That(
        new Microcontroller("none", 2, 3, 1.5, 0.5, OutputCycles: 17).Cycles(new(KernelClass.FullyConnected, 2, 4, 8, 32, 4)),
        Is.EqualTo((2 * 4 * 8 * 32 * 0.5) + (2 * 4 * 8 * 17)));

    [Test]
    // 8 weights per cycle whatever the number of MACs
    public void A_fully_connected_layer_on_a_MAC_array_waits_for_its_weights() =>
        Assert.That(new MacArray(128, 1, 2, 8, 8).Cycles(Gemm.Plain(1, 128, 640)), Is.EqualTo(128 * 640 / 8 / 0.8));

    [Test]
    public void A_convolution_on_a_MAC_array_takes_the_order_with_fewer_steps()
    {
        MacArray array = new(128, 1, 2, 8, 8);
        Gemm deep = new(KernelClass.Convolution, 1, 256, 16, 9 * 64, 16, 16, 9), shallow = deep with { K = 9 * 3 };
        // one kernel element of 32 channels a step
        Assert.That(array.Cycles(deep), Is.EqualTo(4 * 2 * (9 * 2) * 128 / 0.8));
        // four kernel elements of 8 channels a step
        Assert.That(array.Cycles(shallow), Is.EqualTo(4 * 2 * 3 * 128 / 0.8));
    }

    [Test]
    public void A_shallow_product_on_a_MAC_array_waits_for_its_results_to_leave() => // sixteen results in eight cycles
        Assert.That(new MacArray(128, 1, 2, 8, 8).Cycles(Gemm.Plain(1000, 64, 1)), Is.EqualTo(1000 * 64 / 2));

    [Test]
    public void A_depthwise_convolution_on_a_DSP_fills_its_lanes_with_channels() =>
        Assert.That(
            new VectorDsp(32, 4, 1, 0).Cycles(new Gemm(KernelClass.Depthwise, 64, 100, 1, 9, 10, 10, 9)),
            Is.EqualTo(100 * 2 * 9));

    [Test]
    public void A_microcontroller_takes_the_cycles_of_the_kernel_class()
    {
        Microcontroller core = new("CMSIS-NN", 2, 3, 1.5, 1);
        Assert.That(core.Cycles(Gemm.Plain(2, 3, 5)), Is.EqualTo(30));
        Assert.That(core.Cycles(new Gemm(KernelClass.Depthwise, 4, 9, 1, 9, 3, 3, 9)), Is.EqualTo(4 * 81 * 3));
    }
}
