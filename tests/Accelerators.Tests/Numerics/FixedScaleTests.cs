using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Numerics;

/// <summary>Scales, weights and step sizes come from users: a factor that fixed point does not hold is their fault, with its
/// origin.</summary>
public sealed class FixedScaleTests
{
    [TestCase(1073741824.0, "1.074E+09")]
    [TestCase(-1.0, "-1")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void A_factor_outside_the_range_names_its_origin(double factor, string shown) =>
        Assert.That(
            Assert.Throws<InputException>(() => FixedScale.FromDouble(factor, "operation 'fc1'"))!.Message,
            Is.EqualTo($"operation 'fc1': {shown} is no factor in fixed point; accepted are 0 to 2^30."));

    [TestCase(1073741823.0, 2147483646, 30)] // just below 2^30
    [TestCase(1.0, 1073741824, 1)]
    [TestCase(2.3283064365386963e-10, 1073741824, -31)] // 2^-32, the least
    [TestCase(1.1641532182693481e-10, 0, 0)] // 2^-33 is nothing
    [TestCase(5e-324, 0, 0)]
    [TestCase(0.0, 0, 0)]
    public void The_ends_of_the_range_are_in_it(double factor, int multiplier, int shift) =>
        Assert.That(FixedScale.FromDouble(factor), Is.EqualTo(new FixedScale(multiplier, shift)));

    [TestCase(-1, 0)]
    [TestCase(2147483648L, 0)]
    [TestCase(1, 31)]
    [TestCase(1, -32)]
    [TestCase(1, long.MaxValue)]
    public void Parts_from_a_file_stay_in_their_range(long multiplier, long shift) =>
        Assert.That(
            Assert.Throws<InputException>(() => FixedScale.OfParts(multiplier, shift, "OUTPUT_MULT, OUTPUT_SHIFT"))!.Message,
            Does.StartWith($"OUTPUT_MULT, OUTPUT_SHIFT: multiplier {multiplier} and shift {shift}; accepted are "));

    [Test]
    public void Stages_say_which_operation_has_scales_too_far_apart()
    {
        Assert.Multiple(() =>
        {
            Refuses(() => AddStage.From(1e30, 1, 1e-30, NumberFormat.Int8, "operation 'sum'"), "operation 'sum'");
            Refuses(() => LayerNormStage.From(1, 1e-30, 1e30, 1, 1e-5, "operation 'norm'"), "operation 'norm'");
            Refuses(() => SoftmaxStage.From(1e30, NumberFormat.Int16, origin: "operation 'soft'"), "operation 'soft'");
        });

        static void Refuses(Func<object> act, string origin) =>
            Assert.That(Assert.Throws<InputException>(() => act())!.Message, Does.StartWith(origin));
    }
}
