namespace NpuSim.Primitives.Tests;

public sealed class ElementaryTests
{
    [Test]
    public void Sine_and_cosine_of_pi_follow_the_machines_own()
    {
        for (int i = -4000; i <= 4000; i++)
        {
            double t = i / 999.0;
            Assert.That(Elementary.CosPi(t), Is.EqualTo(Math.Cos(Math.PI * t)).Within(1e-14), $"{t}");
            Assert.That(Elementary.SinPi(t), Is.EqualTo(Math.Sin(Math.PI * t)).Within(1e-14), $"{t}");
        }
    }

    [TestCase(0, 1, 0)]
    [TestCase(0.5, 0, 1)]
    [TestCase(1, -1, 0)]
    [TestCase(-0.5, 0, -1)]
    [TestCase(2.5, 0, 1)]
    [TestCase(-3, -1, 0)]
    public void They_are_exact_at_multiples_of_a_half(double t, double cosine, double sine) =>
        Assert.That((Elementary.CosPi(t), Elementary.SinPi(t)), Is.EqualTo((cosine, sine)));
}
