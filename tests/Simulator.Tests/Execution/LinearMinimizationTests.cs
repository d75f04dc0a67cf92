using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Least values of linear functions over sets, against all their corners and many of their points.</summary>
public class LinearMinimizationTests
{
    private const int Rows = 3, Columns = 4, Count = Rows * Columns, Entries = 3;
    private const double Radius = 1.5;

    private static readonly FrankWolfeSet[] Sets = Enum.GetValues<FrankWolfeSet>();

    private static int EntriesOf(FrankWolfeSet set) =>
        set switch { FrankWolfeSet.Cross => 1, FrankWolfeSet.Top => Entries, _ => Count };

    private static float[] Normal(string name)
    {
        RandomStream random = new(3, name);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextNormal())];
    }

    private static float[] Vertex(FrankWolfeSet set, float[] d)
    {
        float[] s = new float[Count];
        LinearMinimization.Vertex(set, d, Rows, EntriesOf(set), Radius, s);
        return s;
    }

    private static double Norm(FrankWolfeSet set, float[] x) => LinearMinimization.Norm(set, x, Rows, EntriesOf(set));

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    [TestCaseSource(nameof(Sets))]
    public void No_point_of_the_set_is_lower_and_the_vertex_lies_on_its_border(FrankWolfeSet set)
    {
        for (int trial = 0; trial < 40; trial++)
        {
            float[] d = Normal($"d{trial}"), s = Vertex(set, d);
            Assert.That(Norm(set, s), Is.EqualTo(Radius).Within(1e-5));
            double least = Dot(d, s);
            for (int i = 0; i < 200; i++)
            {
                float[] x = Normal($"x{trial}-{i}");
                float scale = (float)(Radius / Norm(set, x));
                Assert.That(Dot(d, [.. x.Select(v => v * scale)]), Is.GreaterThanOrEqualTo(least - (1e-3 * Math.Abs(least))));
            }
        }
    }

    // −r times the dual norm: of the box the sum of |d|, of the cross the largest, of the k-sparse the sum of the k largest.
    [Test]
    public void The_least_value_is_that_of_the_best_of_all_corners()
    {
        for (int trial = 0; trial < 2; trial++)
        {
            float[] d = Normal($"d{trial}");
            double[] sizes = [.. d.Select(v => (double)Math.Abs(v)).OrderDescending()];
            Assert.That(Dot(d, Vertex(FrankWolfeSet.Box, d)), Is.EqualTo(-Radius * sizes.Sum()).Within(1e-5));
            Assert.That(Dot(d, Vertex(FrankWolfeSet.Cross, d)), Is.EqualTo(-Radius * sizes[0]).Within(1e-6));
            Assert.That(Dot(d, Vertex(FrankWolfeSet.Top, d)), Is.EqualTo(-Radius * sizes[..Entries].Sum()).Within(1e-5));
            Assert.That(Dot(d, Vertex(FrankWolfeSet.Ball, d)), Is.EqualTo(-Radius * Math.Sqrt(Dot(d, d))).Within(1e-5));
            Assert.That(Corners(Entries).Min(s => Dot(d, s)), Is.EqualTo(Dot(d, Vertex(FrankWolfeSet.Top, d))).Within(1e-5));
            Assert.That(Corners(1).Min(s => Dot(d, s)), Is.EqualTo(Dot(d, Vertex(FrankWolfeSet.Cross, d))).Within(1e-6));
        }

        // Every vector of so many entries ±r.
        static IEnumerable<float[]> Corners(int entries)
        {
            for (int code = 0; code < 531_441; code++) // 3¹²
            {
                float[] s = new float[Count];
                int filled = 0;
                for (int i = 0, rest = code; i < Count && filled <= entries; i++, rest /= 3)
                {
                    s[i] = (rest % 3) switch { 1 => (float)Radius, 2 => -(float)Radius, _ => 0 };
                    filled += s[i] == 0 ? 0 : 1;
                }

                if (filled == entries)
                    yield return s;
            }
        }
    }

    [Test]
    public void A_nuclear_vertex_has_rank_one_and_the_value_of_the_largest_singular_value()
    {
        for (int trial = 0; trial < 20; trial++)
        {
            // A matrix whose singular values are known: two rank-one parts with orthogonal factors, 3 and 1.
            double angle = trial * 0.3;
            double[] u = [Math.Cos(angle), Math.Sin(angle), 0], other = [-Math.Sin(angle), Math.Cos(angle), 0];
            double[] v = [0.6, 0, 0.8, 0], second = [0, 1, 0, 0];
            float[] d = [.. from r in Enumerable.Range(0, Rows)
                            from c in Enumerable.Range(0, Columns)
                            select (float)((3 * u[r] * v[c]) + (other[r] * second[c]))];
            float[] s = Vertex(FrankWolfeSet.Nuclear, d);
            Assert.That(Dot(d, s), Is.EqualTo(-3 * Radius).Within(1e-5));
            Assert.That(Norm(FrankWolfeSet.Nuclear, d), Is.EqualTo(4).Within(1e-5));
            Assert.That(s, Is.EqualTo(from r in Enumerable.Range(0, Rows)
                                      from c in Enumerable.Range(0, Columns)
                                      select -Radius * u[r] * v[c]).Within(1e-5));
            for (int r = 1; r < Rows; r++) // minors
                Assert.That((s[0] * s[(r * Columns) + 2]) - (s[2] * s[r * Columns]), Is.EqualTo(0).Within(1e-5));
        }
    }

    [TestCase(FrankWolfeSet.Cross, new float[] { 0, 0, -1.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [TestCase(FrankWolfeSet.Top, new float[] { 1.5f, 0, -1.5f, -1.5f, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Of_equals_the_first_is_taken(FrankWolfeSet set, float[] expected) =>
        Assert.That(Vertex(set, [-1, 1, 2, 2, 0, 1, -1, 0, 0, 0, 0, 0]), Is.EqualTo(expected));

    [TestCaseSource(nameof(Sets))]
    public void Nothing_points_nowhere(FrankWolfeSet set) =>
        Assert.That(Vertex(set, new float[Count]), Is.EqualTo(new float[Count]));
}
