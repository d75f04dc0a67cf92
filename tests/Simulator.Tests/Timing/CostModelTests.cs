using System.Collections.Immutable;
using System.Reflection;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Timing;

public sealed class CostModelTests
{
    [Test]
    public void A_product_with_everything_on_chip_costs_its_engine_cycles()
    {
        HardwareProfile profile = TestProfiles.Small with { Memory = TestProfiles.Small.Memory with { Dram = null } };
        OpCost op = CostModel.Price(GemmPlan.Create(16, 8, 8), profile).Ops[0];
        // one fold; requantising 128 results takes 16 cycles beside it
        Assert.That(op.ComputeCycles, Is.EqualTo((2 * 8) + 8 + 16 - 2));
        Assert.That(op.Cycles, Is.EqualTo(op.ComputeCycles));
        Assert.That(op.Traffic.ScratchpadRead, Is.EqualTo((16 * 8) + (8 * 8)));
        Assert.That(op.Traffic.ScratchpadWritten, Is.EqualTo(16 * 8));
    }

    [Test]
    public void A_product_whose_weights_stream_from_DRAM_waits_for_them()
    {
        MemorySystem memory = TestProfiles.Small.Memory with { Scratchpad = TestProfiles.Memory(4096, 64) };
        HardwareProfile profile = TestProfiles.Small with { Memory = memory };
        PlanCost cost = CostModel.Price(GemmPlan.Create(1, 512, 512), profile);
        Assert.That(cost.Traffic.DramRead, Is.EqualTo(512 * 512));
        Assert.That(cost.Cycles, Is.GreaterThan(512 * 512)); // one byte a cycle
        Assert.That(cost.Ops[0].IsMemoryBound);
        Assert.That(cost.Ops[0].MacsPerExternalByte, Is.EqualTo(1));
    }

    [Test]
    public void Frozen_weights_come_from_their_own_memory_and_trained_ones_do_not()
    {
        HardwareProfile profile = TestProfiles.Small with
        {
            Memory = TestProfiles.Small.Memory with
            {
                Dram = null,
                Weights = TestProfiles.Memory(1 << 20, 0.5)
            }
        };
        Assert.That(CostModel.Price(GemmPlan.Create(4, 16, 16, TensorRole.FrozenWeight), profile).Traffic.WeightsRead,
            Is.EqualTo(256));
        Assert.That(CostModel.Price(GemmPlan.Create(4, 16, 16), profile).Traffic.WeightsRead, Is.Zero);
    }

    [Test]
    public void An_arena_larger_than_the_scratchpad_spills_to_DRAM()
    {
        Plan plan = GemmPlan.Create(1024, 128, 128);
        PlanCost cost = CostModel.Price(plan, TestProfiles.Small);
        Assert.That(cost.Residency.SpilledBytes, Is.EqualTo(2 * 1024 * 128));
        Assert.That(cost.NoSpillBytes, Is.EqualTo(2 * 1024 * 128));
        Assert.That(cost.Traffic.DramWritten, Is.EqualTo(1024 * 128));
    }

    [Test]
    public void Without_DRAM_what_does_not_fit_the_scratchpad_is_not_runnable()
    {
        HardwareProfile profile = TestProfiles.Small with { Memory = TestProfiles.Small.Memory with { Dram = null } };
        Assert.That(
            () => CostModel.Price(GemmPlan.Create(1024, 128, 128), profile),
            Throws.TypeOf<NotRunnableException>().With.Message.Contains("262144 bytes").And.Message.Contains("65536"));
    }

    [Test]
    public void Formats_that_the_engine_lacks_are_not_runnable() =>
        Assert.That(
            () => CostModel.Price(GemmPlan.Create(4, 4, 4, format: NumberFormat.Int16), TestProfiles.Small),
            Throws.TypeOf<NotRunnableException>()
                .With.Message.Contains("'linear0' (linear) multiplies int16 weights by int16 activations"));

    [Test]
    public void Float_operations_without_a_host_are_not_runnable() =>
        Assert.That(
            () => CostModel.Price(GemmPlan.Create(4, 4, 4, format: NumberFormat.Fp16, unit: Unit.Host), TestProfiles.Small),
            Throws.TypeOf<NotRunnableException>().With.Message.Contains("linear in fp16").And.Message.Contains("no host core"));

    [Test]
    public void Float_operations_run_on_the_host_and_their_tensors_travel()
    {
        HardwareProfile profile = TestProfiles.Small with { Host = TestProfiles.Host };
        OpCost op = CostModel.Price(GemmPlan.Create(8, 4, 2, format: NumberFormat.Fp32, unit: Unit.Host), profile).Ops[0];
        int bytes = 4 * ((8 * 2) + (4 * 2) + (8 * 4));
        Assert.That(op.ComputeCycles, Is.EqualTo(8 * 4 * 2 * 8 / 4.0)); // 8 host cycles per MAC, a host clock four times as fast
        Assert.That(op.Traffic.HostLink, Is.EqualTo(bytes));
        Assert.That(op.ExposedTransferCycles, Is.EqualTo(bytes / 2.0)); // 2 bytes a cycle
    }

    [Test]
    public void A_forward_gradient_update_pays_for_drawing_every_direction_again()
    {
        double Cycles(int directions)
        {
            PlanWriter plan = new();
            int loss = plan.Tensor([1], TensorRole.Input, NumberFormat.Int32),
                w = plan.Tensor([64], TensorRole.TrainedWeight, NumberFormat.Int16);
            plan.Op(new ForwardGradientUpdate(new Estimate(new Probe(0), directions)), w, [w, loss, loss], Phase.Update);
            return CostModel.Price(plan.Build(), TestProfiles.Small).ComputeCycles;
        }

        Assert.That(Cycles(1), Is.EqualTo(64 + (64 * 2 / 4.0))); // one draw a cycle; 16-bit weights count twice, at 4 a cycle
        Assert.That(Cycles(3), Is.EqualTo((3 * 64) + (64 * 2 / 4.0)));
    }

    [Test]
    public void Perturbing_pays_for_drawing_and_for_adding()
    {
        PlanWriter plan = new();
        int w = plan.Tensor([64], TensorRole.TrainedWeight, NumberFormat.Int16),
            p = plan.Tensor([64], TensorRole.Perturbation, NumberFormat.Int16);
        plan.Op(new Perturb(new Probe(0), 1), p, [w], Phase.Perturb);
        Assert.That(CostModel.Price(plan.Build(), TestProfiles.Small).ComputeCycles, Is.EqualTo(64 + (64 * 2 / 4.0)));
    }

    [Test]
    public void Of_a_table_the_rows_that_are_looked_up_are_read()
    {
        Assert.That(Moved(1000), Is.EqualTo(Moved(10)));

        static double Moved(int rows)
        {
            PlanWriter plan = new();
            int indices = plan.Tensor([2, 5], TensorRole.Input), table = plan.Tensor([rows, 8], TensorRole.FrozenWeight);
            plan.Op(new Lookup(), plan.Tensor([2, 5, 8]), [indices, table]);
            return CostModel.Price(plan.Build(), TestProfiles.Small).Cycles;
        }
    }

    [Test]
    public void An_operation_without_a_timing_model_is_an_error_that_names_it()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([4], TensorRole.Input), y = plan.Tensor([4]);
        plan.Op(new Named("fft"), y, [x]);
        Assert.That(
            () => CostModel.Price(plan.Build(), TestProfiles.Small),
            Throws.TypeOf<InputException>().With.Message.Contains("'fft0' (fft) has no timing model"));
    }

    [Test]
    public void Every_operation_of_the_project_is_a_view_a_product_or_has_a_vector_class()
    {
        string[] products = ["Conv2d", "Conv2dInputGradient", "Conv2dWeightGradient", "ConvTranspose2d", "Linear", "MatMul"];
        IEnumerable<Type> operations = new[] { typeof(Op).Assembly, typeof(TrainingOp).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract && !products.Contains(t.Name));
        PlanWriter plan = new();
        int x = plan.Tensor([2, 4, 4, 3]), y = plan.Tensor([2, 4, 4, 3]);
        Assert.Multiple(() =>
        {
            foreach (Type type in operations)
            {
                Op op = (Op)Create(type);
                ImmutableArray<VectorPass> passes = VectorPass.Of(plan.Build(),
                    new PlannedOp(0, "it", op, [x, x], y, Phase.Forward, Unit.Vector));
                Assert.That(op.IsView ? passes.IsEmpty : passes.Sum(p => p.Elements) > 0, type.Name);
            }
        });

        static object Create(Type type)
        {
            ConstructorInfo constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
            return constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType))]);
        }

        static object? Value(Type type) =>
            type == typeof(int) ? 1 : type == typeof(long) ? 1L : type == typeof(UnaryFunction) ? new Sigmoid()
            : type.IsSubclassOf(typeof(Op)) || type == typeof(Probe) || type == typeof(Estimate) || type == typeof(CompressedForm)
                ? Create(type)
            : type == typeof(Shape) ? Shape.Create([1])
            : type == typeof(Taps) ? new Taps(4, [[(0, 1)]])
            : type.IsValueType ? Activator.CreateInstance(type) : null;
    }

    [Test]
    public void Only_views_are_free()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([4], TensorRole.Input), view = plan.Tensor([2, 2], viewOf: x), y = plan.Tensor([2, 2]);
        plan.Op(new Reshape([2, 2]), view, [x]);
        plan.Op(new Relu(), y, [view]);
        ImmutableArray<OpCost> ops = CostModel.Price(plan.Build(), TestProfiles.Small).Ops;
        Assert.That(ops[0].Cycles, Is.Zero);
        Assert.That(ops[0].EnergyJoules, Is.Zero);
        Assert.That(ops[1].Cycles, Is.EqualTo(0.5));
    }

    [Test]
    public void Energy_is_arithmetic_and_bytes_and_leakage()
    {
        HardwareProfile profile = TestProfiles.Small with { Memory = TestProfiles.Small.Memory with { Dram = null } };
        OpCost op = CostModel.Price(GemmPlan.Create(16, 8, 8), profile).Ops[0];
        double picojoules = (1024 * 1) + (128 * 0.5) + ((128 + 64) * 1) + (128 * 2);
        Assert.That(op.EnergyJoules, Is.EqualTo((picojoules * 1e-12) + (1e-3 * op.Cycles / 1e6)).Within(1e-15));
    }

    [Test]
    public void Sixteen_bit_weights_at_half_the_rate_stream_twice_as_long()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([100, 8], TensorRole.Input), w = plan.Tensor([8, 8], TensorRole.TrainedWeight, NumberFormat.Int16);
        int y = plan.Tensor([100, 8], format: NumberFormat.Int32);
        plan.Op(new Linear(), y, [x, w], unit: Unit.Engine);
        Assert.That(CostModel.Price(plan.Build(), TestProfiles.Small).ComputeCycles, Is.EqualTo(8 + 200 + 8 + 8 - 2));
    }

    [Test]
    public void Phases_sum_to_the_whole()
    {
        Plan plan = GemmPlan.Create(64, 64, 64);
        PlanCost cost = CostModel.Price(plan, TestProfiles.Small);
        Assert.That(CostResult.Of(cost, plan).CyclesByPhase.Values.Sum(), Is.EqualTo(cost.Cycles));
        Assert.That(cost.Utilization, Is.InRange(0.01, 1));
        Assert.That(cost.Ops[0].PeakShare, Is.EqualTo(cost.Utilization).Within(1e-12));
    }

    [Test]
    public void More_multiply_accumulates_than_64_bits_count_are_an_input_error()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([4], TensorRole.Input), y = plan.Tensor([4]);
        plan.Op(new Product(new(ContractionKind.MatMul, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue)), y, [x, x],
            unit: Unit.Engine);
        Assert.That(() => CostModel.Price(plan.Build(), TestProfiles.Small),
            Throws.TypeOf<InputException>().With.Message.Contains("64 bits"));
    }
}
