using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tests.Data;

public sealed class StrokeTests
{
    [TestCase(2, 3, 9, 3)]
    [TestCase(1.5f, 2.25f, 8.75f, 10.5f)]
    [TestCase(6, 6, 6, 6)]          // a dot
    [TestCase(-5, 4, 20, 7)]        // beyond both borders
    [TestCase(30, 30, 40, 40)]      // outside
    public void Coverage_falls_from_full_to_none_within_one_pixel_of_the_edge(float x0, float y0, float x1, float y1)
    {
        const double halfWidth = 1.25, ink = 0.8;
        float[] image = new float[12 * 12];
        Stroke.Draw(image, 12, x0, y0, x1, y1, (float)halfWidth, (float)ink);
        for (int row = 0; row < 12; row++)
        {
            for (int column = 0; column < 12; column++)
            {
                double expected = ink * Math.Clamp(halfWidth + 0.5 - Distance(column, row, x0, y0, x1, y1), 0, 1);
                Assert.That(image[(row * 12) + column], Is.EqualTo(expected).Within(1e-5), $"({column}, {row})");
            }
        }
    }

    [Test]
    public void A_stroke_never_darkens_what_is_there()
    {
        float[] image = Enumerable.Repeat(0.9f, 144).ToArray();
        Stroke.Draw(image, 12, 0, 0, 11, 11, 2, 0.5f);
        Assert.That(image, Is.All.EqualTo(0.9f));
    }

    // Distance to a segment by sampling it finely.
    private static double Distance(double x, double y, double x0, double y0, double x1, double y1) =>
        Math.Sqrt(Enumerable.Range(0, 100_001).Min(i =>
        {
            double t = i / 100_000.0, dx = x - (x0 + (t * (x1 - x0))), dy = y - (y0 + (t * (y1 - y0)));
            return (dx * dx) + (dy * dy);
        }));
}
