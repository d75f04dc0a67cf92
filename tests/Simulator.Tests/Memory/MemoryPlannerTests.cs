using FsCheck;
using FsCheck.Fluent;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class MemoryPlannerTests
{
    private static readonly Named Relu = new("relu", Overwrites: true), Mix = new("mix"), Reshape = new("reshape", Views: true);

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void No_operation_ever_reads_what_another_tensor_wrote(DoNotSize<int> any, PositiveInt ops, byte alignment)
    {
        int seed = any.Item;
        Plan plan = RandomPlans.Create(seed, ops.Get % 80);
        MemoryLayout layout = MemoryPlanner.Lay(plan, 1 << (alignment % 7));
        Assert.That(MemoryMachine.Faults(plan, layout), Is.Empty);
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void The_arena_lies_between_the_lower_bound_and_the_sum_of_all_buffers(DoNotSize<int> any, PositiveInt ops)
    {
        int seed = any.Item;
        MemoryLayout layout = MemoryPlanner.Lay(RandomPlans.Create(seed, ops.Get % 80), 1);
        Assert.That(layout.ArenaBytes, Is.InRange(layout.PeakLiveBytes, layout.Buffers.Sum(b => b.Bytes)));
        Assert.That(layout.Timeline.DefaultIfEmpty().Max(), Is.EqualTo(layout.PeakLiveBytes));
        Assert.That(layout.PeakByRole.Values.Sum(), Is.EqualTo(layout.PeakLiveBytes));
    }

    [Test]
    public void The_same_plan_has_the_same_layout()
    {
        Plan plan = RandomPlans.Create(5, 300);
        MemoryLayout once = MemoryPlanner.Lay(plan, 16), again = MemoryPlanner.Lay(plan, 16);
        Assert.That(again.Offsets, Is.EqualTo(once.Offsets));
    }

    [Test]
    public void Random_plans_need_at_most_five_percent_more_than_the_lower_bound_in_the_median()
    {
        double[] excess = [.. Enumerable.Range(0, 50).Select(seed => MemoryPlanner.Lay(RandomPlans.Create(seed, 200), 1))
            .Select(l => (l.ArenaBytes / (double)l.PeakLiveBytes) - 1).Order()];
        TestContext.Out.WriteLine($"median {excess[25]:P2}, worst {excess[^1]:P2}");
        Assert.That(excess[25], Is.LessThanOrEqualTo(0.05));
    }

    [Test]
    public void A_result_takes_the_memory_of_an_operand_that_dies()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([100], TensorRole.Input), a = plan.Tensor([100]), b = plan.Tensor([100]);
        plan.Op(Mix, a, [x]);
        plan.Op(Relu, b, [a]);
        MemoryLayout layout = MemoryPlanner.Lay(plan.Build(), 1);
        Assert.That(layout.InPlace, Is.EqualTo(new[] { new InPlaceResult(1, a, b) }));
        Assert.That(layout.Offsets[b], Is.EqualTo(layout.Offsets[a]));
        Assert.That(layout.ArenaBytes, Is.EqualTo(200));
    }

    [Test]
    public void An_operand_is_not_overwritten_while_a_view_of_it_is_read_later()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([100], TensorRole.Input), view = plan.Tensor([10, 10], viewOf: x), y = plan.Tensor([100]),
            z = plan.Tensor([100]);
        plan.Op(Reshape, view, [x]);
        plan.Op(Relu, y, [x]);
        plan.Op(Mix, z, [view, y]);
        Assert.That(MemoryPlanner.Lay(plan.Build(), 1).InPlace, Is.Empty);
    }

    [Test]
    public void A_weight_is_never_overwritten_by_an_activation()
    {
        PlanWriter plan = new();
        int w = plan.Tensor([100], TensorRole.TrainedWeight), y = plan.Tensor([100]);
        plan.Op(Relu, y, [w]);
        MemoryLayout layout = MemoryPlanner.Lay(plan.Build(), 1);
        Assert.That(layout.InPlace, Is.Empty);
        Assert.That(layout.PersistentBytes, Is.EqualTo(100));
        Assert.That(layout.ArenaBytes, Is.EqualTo(100));
    }

    [Test]
    public void An_operand_that_is_read_twice_by_the_operation_is_not_overwritten()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([100], TensorRole.Input), y = plan.Tensor([100]);
        plan.Op(Relu, y, [x, x]);
        Assert.That(MemoryPlanner.Lay(plan.Build(), 1).InPlace, Is.Empty);
    }

    [Test]
    public void A_result_of_another_width_does_not_overwrite()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([100], TensorRole.Input, NumberFormat.Int32), y = plan.Tensor([100]);
        plan.Op(Relu, y, [x]);
        Assert.That(MemoryPlanner.Lay(plan.Build(), 1).InPlace, Is.Empty);
    }

    [Test]
    public void An_update_writes_the_weight_itself_and_takes_no_scratch()
    {
        PlanWriter plan = new();
        int w = plan.Tensor([100], TensorRole.TrainedWeight), g = plan.Tensor([100], TensorRole.WeightGradient);
        plan.Op(Mix, g, [w], Phase.Backward);
        plan.Op(new GradientDescentUpdate(0), w, [w, g], Phase.Update);
        MemoryLayout layout = MemoryPlanner.Lay(plan.Build(), 1);
        Assert.That(layout.Timeline, Is.EqualTo(new long[] { 100, 100 }));
        Assert.That(layout.PeakByRole, Is.EqualTo(new[] { KeyValuePair.Create(TensorRole.WeightGradient, 100L) }));
    }

    [Test]
    public void Inputs_live_from_the_start_of_the_step_to_their_last_reader()
    {
        PlanWriter plan = new();
        int images = plan.Tensor([10], TensorRole.Input), labels = plan.Tensor([3], TensorRole.Input);
        int a = plan.Tensor([20]), loss = plan.Tensor([1], format: NumberFormat.Int32);
        plan.Op(Mix, a, [images]);
        plan.Op(Mix, loss, [a, labels]);
        Assert.That(MemoryPlanner.Lay(plan.Build(), 1).Timeline, Is.EqualTo(new long[] { 33, 27 }));
    }

    [Test]
    public void A_result_that_nobody_reads_lives_to_the_end_of_the_step()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([10], TensorRole.Input), loss = plan.Tensor([4]), a = plan.Tensor([20]), b = plan.Tensor([30]);
        plan.Op(Mix, loss, [x]);
        plan.Op(Mix, a, [x]);
        plan.Op(Mix, b, [a]);
        Assert.That(MemoryPlanner.Lay(plan.Build(), 1).Timeline, Is.EqualTo(new long[] { 14, 34, 54 }));
    }

    [Test]
    public void Local_search_beats_every_greedy_order_somewhere()
    {
        var strategies = Enumerable.Range(0, 60).Select(seed => MemoryPlanner.Lay(RandomPlans.Create(seed, 120), 1).Strategy);
        Assert.That(strategies, Has.Some.EqualTo(ArenaStrategy.LocalSearch));
    }

    [Test]
    public void Sizes_beyond_64_bits_are_an_input_error()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([int.MaxValue, int.MaxValue], TensorRole.Input), y = plan.Tensor([int.MaxValue, int.MaxValue]);
        int z = plan.Tensor([int.MaxValue, int.MaxValue]);
        plan.Op(Mix, y, [x]);
        plan.Op(Mix, z, [x, y]);
        Assert.That(() => MemoryPlanner.Lay(plan.Build(), 1), Throws.TypeOf<InputException>().With.Message.Contains("64 bits"));
    }

    [Test]
    public void An_alignment_that_is_no_power_of_two_is_refused() =>
        Assert.That(() => MemoryPlanner.Lay(RandomPlans.Create(1, 1), 12), Throws.TypeOf<ArgumentOutOfRangeException>());
}
