using FsCheck;
using FsCheck.Fluent;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Tests.Memory;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Rules that hold for any accelerator and any plan.</summary>
public abstract class CostModelProperties
{
    private const double Tolerance = 1 - 1e-9;

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void More_scratchpad_never_costs_cycles(DoNotSize<int> any, PositiveInt factor)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        Plan plan = Any(seed);
        HardwareProfile larger = profile with
        {
            Memory = profile.Memory with
            {
                Scratchpad = profile.Memory.Scratchpad with
                {
                    SizeBytes = profile.Memory.Scratchpad.SizeBytes + (profile.Memory.Scratchpad.SizeBytes * factor.Get / 8)
                }
            }
        };
        Assert.That(CostModel.Price(plan, larger).Cycles * Tolerance,
            Is.LessThanOrEqualTo(CostModel.Price(plan, profile).Cycles));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void More_accumulator_buffer_never_costs_cycles(DoNotSize<int> any, PositiveInt more)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        if (profile.Memory.Accumulators is not { } accumulators)
            return;
        Plan plan = Any(seed);
        HardwareProfile larger = profile with
        {
            Memory = profile.Memory with
            {
                Accumulators = accumulators with
                {
                    SizeBytes = accumulators.SizeBytes + more.Get
                }
            }
        };
        Assert.That(CostModel.Price(plan, larger).Cycles * Tolerance,
            Is.LessThanOrEqualTo(CostModel.Price(plan, profile).Cycles));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void More_bandwidth_of_any_memory_never_costs_cycles(DoNotSize<int> any, byte which, PositiveInt factor)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        Plan plan = Any(seed);
        double more = 1 + (factor.Get / 4.0);
        MemorySystem memory = profile.Memory;
        HardwareProfile faster = profile with
        {
            Memory = (which % 4) switch
            {
                0 => memory with { Scratchpad = Faster(memory.Scratchpad)! },
                1 => memory with { Dram = Faster(memory.Dram) },
                2 => memory with { Weights = Faster(memory.Weights) },
                _ => memory with { Accumulators = Faster(memory.Accumulators) },
            }
        };
        Assert.That(CostModel.Price(plan, faster).Cycles * Tolerance,
            Is.LessThanOrEqualTo(CostModel.Price(plan, profile).Cycles));

        Accelerators.Profiles.Memory? Faster(Accelerators.Profiles.Memory? m) => m is null ? null
            : m with { BytesPerSecond = m.BytesPerSecond * more };
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Double_buffering_never_costs_cycles(DoNotSize<int> any)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        Plan plan = Any(seed);
        double Cycles(bool doubled) =>
            CostModel.Price(plan, profile with { Memory = profile.Memory with { DoubleBuffered = doubled } }).Cycles;
        Assert.That(Cycles(true) * Tolerance, Is.LessThanOrEqualTo(Cycles(false)));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Stalls_are_never_negative_and_every_bound_holds(DoNotSize<int> any)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        PlanCost cost = CostModel.Price(Any(seed), profile);
        foreach (OpCost op in cost.Ops)
        {
            Assert.That(op.ExposedTransferCycles, Is.GreaterThanOrEqualTo(0));
            Assert.That(op.HiddenTransferCycles, Is.GreaterThanOrEqualTo(0));
            AtLeast(op.Traffic.Dram, profile.Memory.Dram);
            AtLeast(op.Traffic.WeightsRead, profile.Memory.Weights);
            AtLeast(op.Traffic.Scratchpad, profile.Memory.Scratchpad);
            AtLeast(op.Traffic.AccumulatorRead + op.Traffic.AccumulatorWritten, profile.Memory.Accumulators);

            void AtLeast(double bytes, Accelerators.Profiles.Memory? memory)
            {
                if (bytes > 0)
                    Assert.That(op.Cycles, Is.GreaterThanOrEqualTo(bytes / memory!.BytesPerSecond * profile.ClockHz * Tolerance),
                        op.Name);
            }
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void A_bigger_product_never_takes_fewer_cycles(
        DoNotSize<int> any, PositiveInt m, PositiveInt n, PositiveInt k, NonNegativeInt moreM, NonNegativeInt moreN,
            NonNegativeInt moreK)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        PlanCost small = CostModel.Price(GemmPlan.Create(9 * m.Get, 7 * n.Get, 11 * k.Get), profile);
        PlanCost big = CostModel.Price(
            GemmPlan.Create((9 * m.Get) + moreM.Get, (7 * n.Get) + moreN.Get, (11 * k.Get) + moreK.Get), profile);
        Assert.That(big.Cycles, Is.GreaterThanOrEqualTo(small.Cycles * Tolerance));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void A_bigger_vector_never_takes_fewer_cycles(DoNotSize<int> any, PositiveInt length, NonNegativeInt more)
    {
        int seed = any.Item;
        HardwareProfile profile = Profile(seed);
        Assert.That(CostModel.Price(Sum(length.Get + more.Get), profile).Cycles,
            Is.GreaterThanOrEqualTo(CostModel.Price(Sum(length.Get), profile).Cycles * Tolerance));

        static Plan Sum(int length)
        {
            PlanWriter plan = new();
            int x = plan.Tensor([length], TensorRole.Input), w = plan.Tensor([length], TensorRole.TrainedWeight),
                y = plan.Tensor([length]);
            plan.Op(new Add(), y, [x, w]);
            return plan.Build();
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void The_same_plan_costs_the_same_cycles(DoNotSize<int> any)
    {
        int seed = any.Item;
        PlanCost once = CostModel.Price(Any(seed), Profile(seed)),
            again = CostModel.Price(Any(seed), Profile(seed));
        Assert.That(again.Ops, Is.EqualTo(once.Ops));
    }

    // Found by the properties above: staying in a slow scratchpad is worse for a core than spilling.
    [Test]
    public void Cores_with_a_scratchpad_slower_than_their_DRAM_keep_the_rules()
    {
        More_scratchpad_never_costs_cycles(DoNotSize<int>.NewDoNotSize(-11383095), PositiveInt.NewPositiveInt(1));
        A_bigger_vector_never_takes_fewer_cycles(
            DoNotSize<int>.NewDoNotSize(-842100308), PositiveInt.NewPositiveInt(19), NonNegativeInt.NewNonNegativeInt(19));
    }

    // Found by the properties above: of a product filled up to whole tiles, a tile must not shrink as the product grows.
    [Test]
    public void Tiles_of_a_product_that_is_filled_up_are_filled_up_too() =>
        A_bigger_product_never_takes_fewer_cycles(DoNotSize<int>.NewDoNotSize(-311384665), PositiveInt.NewPositiveInt(8),
            PositiveInt.NewPositiveInt(3), PositiveInt.NewPositiveInt(4), NonNegativeInt.NewNonNegativeInt(2),
            NonNegativeInt.NewNonNegativeInt(0), NonNegativeInt.NewNonNegativeInt(0));

    // Found by the properties above: the rows of every fold leave before those of the last, not of the fold before alone.
    [Test]
    public void Rows_of_all_folds_before_leave_first() =>
        A_bigger_product_never_takes_fewer_cycles(DoNotSize<int>.NewDoNotSize(152581423), PositiveInt.NewPositiveInt(1),
            PositiveInt.NewPositiveInt(1), PositiveInt.NewPositiveInt(2), NonNegativeInt.NewNonNegativeInt(0),
            NonNegativeInt.NewNonNegativeInt(0), NonNegativeInt.NewNonNegativeInt(1));

    private protected abstract HardwareProfile Profile(int seed);

    // A product, or a plan of many operations whose stand-ins become operations with a timing model.
    internal static Plan Any(int seed)
    {
        if (seed % 2 == 0)
        {
            NpuSim.Random.RandomStream random = new((ulong)seed, "sizes");
            return GemmPlan.Create(1 + random.NextInt32(600), 1 + random.NextInt32(600), 1 + random.NextInt32(600),
                random.NextInt32(2) == 0 ? TensorRole.TrainedWeight : TensorRole.FrozenWeight);
        }

        Plan plan = RandomPlans.Create(seed, 30);
        return plan with
        {
            Ops = [.. plan.Ops.Select(o => o.Op.Name switch
            {
                "mix" => o with
                {
                    Op = new Product(new(ContractionKind.MatMul, 1, 1 + (o.Index * 7 % 50), plan.Tensors[o.Output].Shape[0], 40)),
                    Unit = Unit.Engine,
                    Inputs = [.. o.Inputs.Select(i => plan.Tensors[i].Format == NumberFormat.Int8 ? i : 0)],
                },
                "add" or "requantize" => o with { Op = new Add() },
                "update" => o with { Op = new ForwardGradientUpdate(new Estimate(new Probe(0), 2)) },
                _ => o,
            })],
        };
    }
}
