using NpuSim.Random;
using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class ObjectivesTests
{
    private const int Count = 20;

    private static readonly double[] Told = Vectors.Normal(Count, new(1, "told"));
    private static readonly double[][] Directions =
        [.. Enumerable.Range(0, 7).Select(i => Vectors.Normal(Count, new(2, $"z {i}")))];

    private static IEnumerable<TestCaseData> All()
    {
        double[] slopes = Array.ConvertAll(Directions, z => Vectors.Dot(z, Told));
        yield return new TestCaseData(Objectives.Nearest(Told)).SetArgDisplayNames("nearest");
        yield return new TestCaseData(Objectives.Angle(Told)).SetArgDisplayNames("angle");
        yield return new TestCaseData(Objectives.Slopes(Directions, slopes)).SetArgDisplayNames("slopes");
        yield return new TestCaseData(Objectives.Signs(Directions, Array.ConvertAll(slopes, s => (double)Math.Sign(s))))
            .SetArgDisplayNames("signs");
    }

    [TestCaseSource(nameof(All))]
    public void The_slope_is_the_derivative(object distance)
    {
        var objective = (Objective)distance;
        double[] p = Vectors.Normal(Count, new RandomStream(3, "p")), slope = new double[Count], unused = new double[Count];
        objective(p, slope);
        for (int i = 0; i < Count; i++)
        {
            double centre = p[i];
            p[i] = centre + 1e-6;
            double plus = objective(p, unused);
            p[i] = centre - 1e-6;
            double minus = objective(p, unused);
            p[i] = centre;
            Assert.That(slope[i], Is.EqualTo((plus - minus) / 2e-6).Within(1e-7));
        }
    }

    [Test]
    public void What_was_told_is_at_distance_zero_and_the_angle_does_not_see_the_length()
    {
        double[] slope = new double[Count], twice = Array.ConvertAll(Told, t => 2 * t);
        Assert.Multiple(() =>
        {
            Assert.That(Objectives.Nearest(Told)(Told, slope), Is.Zero);
            Assert.That(slope, Has.All.Zero);
            Assert.That(Objectives.Nearest(Told)(twice, slope), Is.EqualTo(1).Within(1e-12));
            Assert.That(Objectives.Angle(Told)(twice, slope), Is.Zero.Within(1e-12));
        });
    }
}
