using NpuSim.Simulator.Studies;

namespace NpuSim.Simulator.Tests.Studies;

public class LandscapePlaneTests
{
    private static readonly float[] Origin = [1, 2, 3, 4];

    // Farthest along the second axis, then the fourth, little along the first.
    private static readonly LandscapePlane Plane =
        LandscapePlane.Through(Origin, [[1, 12, 3, 4], [1, -8, 3, 4], [1.5f, 2, 3, 4], [1, 2, 3, -1]]);

    [Test]
    public void The_directions_are_those_in_which_the_points_lie_farthest()
    {
        (double x, double y) = Plane.Project([9, 5, 7, 2]);
        Assert.Multiple(() =>
        {
            Assert.That(x, Is.EqualTo(-3).Within(1e-12), "the first point lies at x ≤ 0");
            Assert.That(y, Is.EqualTo(2).Within(1e-12), "the last point lies at y ≥ 0");
        });
    }

    [Test]
    public void A_point_of_the_plane_is_found_again()
    {
        LandscapePlane oblique = LandscapePlane.Through(Origin, [[2, 3, 1, 8], [5, -2, 3, 1], [3, 3, 3, 3]]);
        (double x, double y) = oblique.Project(oblique.At(1.25, -0.5));
        Assert.That((x, y), Is.EqualTo((1.25, -0.5)).Using<(double X, double Y)>((a, b) => Math.Abs(a.X - b.X)
            + Math.Abs(a.Y - b.Y) < 1e-6));
        Assert.That(oblique.At(0, 0), Is.EqualTo(Origin));
        Assert.That(LandscapePlane.Distance(oblique.At(3, 4), Origin), Is.EqualTo(5).Within(1e-5), "orthogonal and of length 1");
    }

    [Test]
    public void Points_on_a_line_span_no_plane() => Assert.That(
        () => LandscapePlane.Through(Origin, [[2, 3, 4, 5], [0, 1, 2, 3], [1, 2, 3, 4]]),
        Throws.TypeOf<InputException>().With.Message.Contains("on a line"));
}
