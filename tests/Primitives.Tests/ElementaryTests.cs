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

    [Test]
    public void Inverses_and_hyperbolic_functions_follow_the_machines_own()
    {
        foreach (double x in Enumerable.Range(-4000, 8001).Select(i => i / 333.0)
            .Concat([1e-9, -3e-4, 0.999e-3, 1.001e-3, 1e5, -1e120]))
        {
            Assert.That(Elementary.Atan(x), Is.EqualTo(Math.Atan(x))
                .Within(1e-15 + (1e-14 * Math.Abs(Math.Atan(x)))), $"atan {x}");
            Assert.That(Elementary.Asinh(x), Is.EqualTo(Math.Asinh(x)).Within(1e-12 * Math.Abs(Math.Asinh(x))), $"asinh {x}");
            if (Math.Abs(x) < 700)
                Assert.That(Elementary.Sinh(x), Is.EqualTo(Math.Sinh(x)).Within(1e-12 * Math.Abs(Math.Sinh(x))), $"sinh {x}");
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
