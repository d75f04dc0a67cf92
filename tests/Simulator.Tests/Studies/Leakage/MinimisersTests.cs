using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class MinimisersTests
{
    [Test]
    public void Lbfgs_ends_at_the_floor_of_a_curved_valley()
    {
        double[] point = [-1.2, 1];
        (double value, _) = Lbfgs.Minimise(Rosenbrock, point, 200, 1e-16, default);
        Assert.That(point, Is.EqualTo(new[] { 1.0, 1 }).Within(1e-6));
        Assert.That(value, Is.LessThan(1e-12));
    }

    [Test]
    public void Lbfgs_never_ends_higher_than_it_began()
    {
        double[] point = [-1.2, 1];
        for (int steps = 0; steps < 10; steps++)
        {
            double[] from = [.. point];
            Assert.That(Lbfgs.Minimise(Rosenbrock, from, steps, 0, default).Value, Is.LessThanOrEqualTo(Rosenbrock(point, [])));
        }
    }

    [Test]
    public void Adam_stays_within_0_and_1_and_keeps_the_best_point()
    {
        double[] point = [0.9, 0.1];
        (double value, _) = Adam.Minimise(
            (p, slope) =>
            {
                if (!slope.IsEmpty)
                    (slope[0], slope[1]) = (2 * (p[0] - 0.3), 2 * (p[1] - 5));
                return Math.Pow(p[0] - 0.3, 2) + Math.Pow(p[1] - 5, 2);
            }, point, 300, default);
        Assert.That(point, Is.EqualTo(new[] { 0.3, 1 }).Within(1e-3));
        Assert.That(value, Is.EqualTo(16).Within(1e-3));
    }

    private static double Rosenbrock(ReadOnlySpan<double> p, Span<double> slope)
    {
        double a = 1 - p[0], b = p[1] - (p[0] * p[0]);
        if (!slope.IsEmpty)
            (slope[0], slope[1]) = ((-2 * a) - (400 * p[0] * b), 200 * b);
        return (a * a) + (100 * b * b);
    }
}
