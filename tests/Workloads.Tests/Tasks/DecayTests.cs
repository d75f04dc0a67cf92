using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class DecayTests
{
    [TestCase(Decay.None, 7, 10, 1)]
    [TestCase(Decay.Linear, 0, 10, 1)]
    [TestCase(Decay.Linear, 7, 10, 0.3)]
    [TestCase(Decay.Linear, 10, 10, 0)]
    [TestCase(Decay.Cosine, 0, 10, 1)]
    [TestCase(Decay.Cosine, 5, 10, 0.5)]
    [TestCase(Decay.Cosine, 10, 10, 0)]
    public void Factors_run_from_one_to_zero(Decay decay, int step, int steps, double expected) =>
        Assert.That(decay.Factor(step, steps), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void The_cosine_agrees_with_the_library()
    {
        for (int step = 0; step <= 1000; step++)
            Assert.That(Decay.Cosine.Factor(step, 1000), Is.EqualTo((1 + Math.Cos(Math.PI * step / 1000)) / 2).Within(4e-16));
    }

    [TestCase(-1, 10)]
    [TestCase(11, 10)]
    [TestCase(0, 0)]
    public void Steps_outside_the_training_are_refused(int step, int steps) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Decay.Linear.Factor(step, steps));
}
