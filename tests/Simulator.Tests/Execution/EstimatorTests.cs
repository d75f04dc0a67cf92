using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Each estimator against its theory, on a quadratic.</summary>
public class EstimatorTests
{
    private const int Steps = 20_000;

    private static readonly Quadratic Loss = new();

    private static double Dot(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Direction(uint step, uint direction)
    {
        float[] z = new float[Quadratic.Weights];
        GaussianDraw.Fill(new RandomAddress(17, step, direction, 0), z);
        return [.. z.Select(v => (double)v)];
    }

    [TestCase("spsa:fp32")]
    [TestCase("jvp:fp32")]
    [TestCase("spsa:fp32+m4")]
    [TestCase("spsa:fp32+rademacher")]
    [TestCase("spsa:fp32+lfsr")]
    [TestCase("afg:fp32")]
    public void The_mean_of_an_estimate_with_magnitude_is_the_gradient(string method)
    {
        (double[] mean, double[] variance) = Loss.Moments(method, Steps);
        for (int i = 0; i < mean.Length; i++)
            Assert.That(mean[i], Is.EqualTo(Loss.Gradient[i]).Within(4.5 * Math.Sqrt(variance[i] / Steps)), $"element {i}");
    }

    [TestCase("spsa:fp32", 1)]
    [TestCase("jvp:fp32", 1)]
    [TestCase("spsa:fp32+rademacher", -1)]
    public void The_variance_of_an_element_is_the_squared_norm_and_for_normal_directions_its_own_square_more(string method,
        int sign)
    {
        (_, double[] variance) = Loss.Moments(method, Steps);
        for (int i = 0; i < variance.Length; i++)
            Assert.That(variance[i], Is.EqualTo(Loss.SquaredNorm + (sign * Loss.Gradient[i] * Loss.Gradient[i]))
                .Within(8).Percent, $"element {i}");
    }

    [TestCase("spsa:fp32")]
    [TestCase("jvp:fp32")]
    [TestCase("ff:fp32")]
    [TestCase("afg:fp32")]
    public void The_variance_falls_as_one_over_m(string method)
    {
        double one = Loss.Moments(method, Steps).Variance.Sum();
        foreach (int m in new[] { 2, 8 })
            Assert.That(Loss.Moments($"{method}+m{m}", Steps / m).Variance.Sum(), Is.EqualTo(one / m)
                .Within(8).Percent, $"m = {m}");
    }

    [TestCase("ff:fp32")]
    [TestCase("ff:fp32+m3")]
    public void The_mean_of_the_sign_estimate_is_the_unit_gradient_times_the_root_of_two_over_pi(string method)
    {
        (double[] mean, double[] variance) = Loss.Moments(method, Steps);
        double factor = Math.Sqrt(2 / Math.PI / Loss.SquaredNorm);
        for (int i = 0; i < mean.Length; i++)
            Assert.That(mean[i], Is.EqualTo(factor * Loss.Gradient[i]).Within(4.5 * Math.Sqrt(variance[i] / Steps)),
                $"element {i}");
    }

    [Test]
    public void A_forward_derivative_is_the_gradient_times_the_direction()
    {
        uint step = 0;
        foreach (double[] g in Loss.Estimates("jvp:fp32").Take(100))
        {
            double[] z = Direction(step++, 0);
            double slope = Dot(Loss.Gradient, z), size = Math.Sqrt(Loss.SquaredNorm * Dot(z, z));
            Assert.That(Dot(g, z) / Dot(z, z), Is.EqualTo(slope).Within(1e-6 * size), $"step {step}");
        }
    }

    [Test]
    public void Two_losses_on_a_quadratic_tell_the_same_slope_as_the_derivative()
    {
        foreach ((double[] probed, double[] exact) in Loss.Estimates("spsa:fp32").Zip(Loss.Estimates("jvp:fp32")).Take(100))
            Assert.That(probed, Is.EqualTo(exact).Within(2e-4 * Loss.SquaredNorm));
    }

    [TestCase("jvp:fp32", 1)]
    [TestCase("jvp:fp32", 5)]
    [TestCase("spsa:fp32", 5)]
    public void An_orthogonal_combination_is_the_projection_of_the_gradient_onto_the_span_of_its_directions(string method, int m)
    {
        uint step = 0;
        foreach (double[] g in Loss.Estimates($"{method}+m{m}+orthogonal").Take(50))
        {
            double[] rest = [.. Loss.Gradient.Zip(g, (a, b) => a - b)];
            for (uint d = 0; d < m; d++)
                Assert.That(Dot(rest, Direction(step, d)), Is.EqualTo(0).Within(2e-3 * Loss.SquaredNorm),
                    $"step {step}, direction {d}");
            Assert.That(Dot(g, rest), Is.EqualTo(0).Within(2e-3 * Loss.SquaredNorm));
            step++;
        }
    }

    [TestCase("jvp:fp32+m12+orthogonal")]
    [TestCase("jvp:fp32+m30+orthogonal", Description = "18 directions depend on the others")]
    public void Directions_that_span_the_space_give_the_gradient_itself(string method)
    {
        foreach (double[] g in Loss.Estimates(method).Take(20))
            Assert.That(g, Is.EqualTo(Loss.Gradient).Within(0.02 * Math.Sqrt(Loss.SquaredNorm)));
    }
}
