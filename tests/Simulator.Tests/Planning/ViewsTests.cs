using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Tests.Planning;

/// <summary>A plan whose views are not parts of their owners' memory is never built.</summary>
public sealed class ViewsTests
{
    private static readonly Named View = new("reshape", Views: true);

    private static PlanWriter With(out int owner)
    {
        PlanWriter plan = new();
        owner = plan.Tensor([4, 6]);
        plan.Op(new Named("make"), owner, []);
        return plan;
    }

    [Test]
    public void A_view_of_as_many_elements_in_its_owners_format_is_one()
    {
        PlanWriter plan = With(out int owner);
        int view = plan.Tensor([24], viewOf: owner), further = plan.Tensor([2, 12], viewOf: view);
        plan.Op(View, view, [owner]);
        plan.Op(View, further, [view]);
        Assert.That(plan.Build().Owner(further).Id, Is.EqualTo(owner));
    }

    [TestCase(NumberFormat.Int16)]
    [TestCase(NumberFormat.Fp32)]
    [TestCase(NumberFormat.Bit)]
    public void A_view_in_another_format_is_an_internal_error(NumberFormat format)
    {
        PlanWriter plan = With(out int owner);
        plan.Tensor([24], format: format, viewOf: owner);
        Assert.That(() => plan.Build(), Throws.InvalidOperationException.With.Message.Contains("is no view of"));
    }

    [Test]
    public void A_view_beyond_its_owners_elements_is_an_internal_error()
    {
        PlanWriter plan = With(out int owner);
        plan.Tensor([25], viewOf: owner);
        Assert.That(() => plan.Build(), Throws.InvalidOperationException.With.Message.Contains("24 elements"));
    }

    [Test]
    public void A_view_of_part_of_what_it_reads_or_of_something_else_is_an_internal_error()
    {
        PlanWriter part = With(out int owner);
        part.Op(View, part.Tensor([12], viewOf: owner), [owner]);
        Assert.That(() => part.Build(), Throws.InvalidOperationException.With.Message.Contains("24 bytes"));

        PlanWriter elsewhere = With(out owner);
        elsewhere.Op(View, elsewhere.Tensor([24]), [owner]);
        Assert.That(() => elsewhere.Build(), Throws.InvalidOperationException.With.Message.Contains("is no view of"));
    }

    [Test]
    public void A_view_of_a_later_tensor_is_an_internal_error()
    {
        PlanWriter plan = new();
        plan.Tensor([4], viewOf: 1);
        plan.Tensor([4]);
        Assert.That(() => plan.Build(), Throws.InvalidOperationException);
    }
}
