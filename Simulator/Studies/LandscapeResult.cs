using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies;

/// <summary>The loss over a plane of weight space and the ways that trainings took.</summary>
/// <param name="Xs">First coordinates of the grid, rising; distances in weight space.</param>
/// <param name="Ys">Second coordinates of the grid, rising.</param>
/// <param name="Losses">Mean loss in fp32, [column of <paramref name="Xs"/>, row of <paramref name="Ys"/>]; not finite where it
/// overflows.</param>
/// <param name="Trajectories">One per method, in the order asked.</param>
public sealed record LandscapeResult(
    ImmutableArray<double> Xs, ImmutableArray<double> Ys, double[,] Losses, ImmutableArray<Trajectory> Trajectories);

/// <summary>The way of one training through weight space.</summary>
/// <param name="Method">The method.</param>
/// <param name="ZeroShot">Accuracy before training, in the method's own arithmetic, 0..1.</param>
/// <param name="Final">Accuracy after training, 0..1.</param>
/// <param name="Points">Where it was, from the first step to the last.</param>
/// <param name="Travelled">Sum of the distances from each point to the next.</param>
/// <param name="Displacement">Distance of the last point from the first.</param>
/// <param name="InPlane">Share of its squared distances from the plane's origin that the plane shows, 0..1; 1 where it never
/// leaves the origin.</param>
public sealed record Trajectory(
    string Method, double ZeroShot, double Final, ImmutableArray<TrajectoryPoint> Points, double Travelled, double Displacement,
    double InPlane);

/// <summary>One point of a trajectory.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="X">First coordinate of its projection onto the plane.</param>
/// <param name="Y">Second coordinate of its projection.</param>
/// <param name="Loss">Mean loss in fp32 at the point itself, not at its projection.</param>
public readonly record struct TrajectoryPoint(int Step, double X, double Y, double Loss);
