using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>What a loss landscape is asked for.</summary>
/// <param name="Methods">Methods to train with, at least one; the plane goes through the end of the first.</param>
/// <param name="Scheme">Which parameters train.</param>
/// <param name="Seed">Seed of the trainings and of the samples.</param>
/// <param name="Every">Steps from one point of a trajectory to the next.</param>
/// <param name="Samples">Training samples that the loss is measured on.</param>
/// <param name="Grid">Points of the grid along each side, at least 2.</param>
/// <param name="Threads">Trainings or points of the grid at the same time; no result depends on it.</param>
public sealed record LandscapeRequest(
    ImmutableArray<LandscapeMethod> Methods, TuningScheme Scheme, ulong Seed, int Every, int Samples, int Grid, int Threads);

/// <summary>One training of a loss landscape.</summary>
/// <param name="Method">The method.</param>
/// <param name="Settings">Step sizes.</param>
/// <param name="Policy">Arithmetic; null in floating point.</param>
/// <param name="Step">The step on an accelerator, at whose addresses it runs; null: one is laid out for the host.</param>
public sealed record LandscapeMethod(Method Method, TrainingSettings Settings, NumericPolicy? Policy, Step? Step = null);

/// <summary>
/// Trains by several methods from the same weights, keeps the weights on the way, and measures the loss over the plane that shows
/// these ways best (<see cref="LandscapePlane"/>).
/// </summary>
/// <param name="bench">Network, weights and data.</param>
/// <param name="request">What is asked.</param>
public sealed class LandscapeStudy(TrainingBench bench, LandscapeRequest request)
{
    private const double Margin = 0.2; // around the trajectories, of the longer side

    private ParallelOptions Options(CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation };

    /// <summary>Training steps and evaluations of the whole study, for a progress bar.</summary>
    public long TotalSteps => request.Methods.Sum(m => (long)m.Settings.Steps) + ((long)request.Grid * request.Grid);

    /// <summary>Runs the study.</summary>
    /// <param name="progress">Called after each training step and each point of the grid, from several threads.</param>
    /// <param name="cancellation">Ends the study early.</param>
    /// <exception cref="InputException">The trainings span no plane, there are fewer samples, or weights are no finite
    /// numbers.</exception>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    public LandscapeResult Run(Action? progress, CancellationToken cancellation)
    {
        LossProbe probe = bench.Probe(request.Scheme, request.Samples, request.Seed);
        Way[] ways = new Way[request.Methods.Length];
        Parallel.For(0, ways.Length, Options(cancellation), i => ways[i] = Train(request.Methods[i], progress, cancellation));

        float[] origin = ways[0].Points[^1].Weights;
        LandscapePlane plane = LandscapePlane.Through(origin, [.. ways.SelectMany(w => w.Points).Select(p => p.Weights)]);
        TrajectoryPoint[][] points = [.. ways.Select(w =>
            w.Points.Select(p => Point(p.Step, plane.Project(p.Weights))).ToArray())];
        Parallel.For(0, ways.Length, Options(cancellation), i =>
        {
            for (int p = 0; p < points[i].Length; p++)
                points[i][p] = points[i][p] with { Loss = probe.Loss(ways[i].Named(ways[i].Points[p].Weights)) };
        });

        (ImmutableArray<double> xs, ImmutableArray<double> ys) = Axes([.. points.SelectMany(p => p)]);
        double[,] losses = new double[xs.Length, ys.Length];
        Parallel.For(0, losses.Length, Options(cancellation), i =>
        {
            (int column, int row) = (i / ys.Length, i % ys.Length);
            losses[column, row] = probe.Loss(ways[0].Named(plane.At(xs[column], ys[row])));
            progress?.Invoke();
        });
        return new(xs, ys, losses, [.. ways.Select((w, i) => TrajectoryOf(w, [.. points[i]], origin))]);
    }

    /// <summary>Keeps what trainings come to, and their ways; null: nothing is kept.</summary>
    public RunStore? Store { get; init; }

    private Way Train(LandscapeMethod method, Action? progress, CancellationToken cancellation)
    {
        Way way = new(method.Method.ToString());
        PreparedTraining prepared =
            bench.Prepare(method.Method, request.Scheme, method.Settings, method.Policy, threads: 1, step: method.Step);
        if (Store is null)
        {
            way.Curve = Trained();
        }
        else
        {
            string identity = RunIdentity.Of(bench, method.Method, request.Scheme, method.Settings, method.Policy, request.Seed)
                + FormattableString.Invariant($"\nway: every {request.Every} steps");
            string file = Store.FileOf(identity, ".way");
            if (Store.Has(identity) && !way.Load(file))
                _ = Kept(file);
            way.Curve = Store.Run(
                new($"{method.Method} {request.Scheme.Name}", request.Seed), identity, _ => (Kept(file), null),
                cancellation).Curve;
        }

        return way.Curve.Divergence is not { } divergence ? way : throw new InputException(
            $"{method.Method}: {divergence}: {divergence.Reason}; accepted are step sizes at which training does not diverge.");

        TrainingCurve Trained() =>
            prepared.Run(request.Seed, progress, cancellation, new Checkpoints(request.Every, Save: null, Watch: way.Add)).Curve;

        TrainingCurve Kept(string file)
        {
            TrainingCurve curve = Trained();
            if (curve.Divergence is null)
                way.Save(file);
            return curve;
        }
    }

    private static TrajectoryPoint Point(int step, (double X, double Y) place) => new(step, place.X, place.Y, double.NaN);

    private static Trajectory TrajectoryOf(Way way, ImmutableArray<TrajectoryPoint> points, float[] origin)
    {
        float[][] weights = [.. way.Points.Select(p => p.Weights)];
        double all = weights.Sum(w => Math.Pow(LandscapePlane.Distance(w, origin), 2)),
            shown = points.Sum(p => (p.X * p.X) + (p.Y * p.Y));
        return new(
            way.Method, way.Curve!.ZeroShot, way.Curve.Final, points, weights.Zip(weights.Skip(1), LandscapePlane.Distance).Sum(),
            LandscapePlane.Distance(weights[0], weights[^1]), all > 0 ? shown / all : 1);
    }

    private (ImmutableArray<double> Xs, ImmutableArray<double> Ys) Axes(TrajectoryPoint[] points)
    {
        (double left, double right, double bottom, double top) =
            (points.Min(p => p.X), points.Max(p => p.X), points.Min(p => p.Y), points.Max(p => p.Y));
        double margin = Margin * Math.Max(right - left, top - bottom);
        return (Axis(left - margin, right + margin), Axis(bottom - margin, top + margin));

        ImmutableArray<double> Axis(double from, double to) =>
            [.. Enumerable.Range(0, request.Grid).Select(i => from + ((to - from) * i / (request.Grid - 1)))];
    }

    // Weights of one training, all tensors in one vector by name.
    private sealed class Way(string method)
    {
        private KeyValuePair<string, int>[] tensors = [];

        public string Method => method;

        public TrainingCurve? Curve { get; set; }

        public List<(int Step, float[] Weights)> Points { get; } = [];

        public void Add(int step, Workloads.Formats.Weights weights)
        {
            tensors = [.. weights.Tensors.Select(t => KeyValuePair.Create(t.Key, t.Value.Values.Length))];
            float[] all = [.. weights.Tensors.SelectMany(t => t.Value.Values.ToArray())];
            Points.Add((step, all));
        }

        // Every point's tensors under "STEP NAME", the step in nine digits.
        public void Save(string file) => Safetensors.Write(file,
            Workloads.Formats.Weights.Create(Points.SelectMany(p => Named(p.Weights).Select(t =>
            KeyValuePair.Create($"{p.Step.ToString("D9", CultureInfo.InvariantCulture)} {t.Key}",
                new WeightTensor([t.Value.Length], t.Value))))));

        public bool Load(string file)
        {
            try
            {
                foreach (var point in Safetensors.Read(file).Tensors.GroupBy(t =>
                    int.Parse(t.Key[..9], CultureInfo.InvariantCulture)))
                    Add(point.Key, Workloads.Formats.Weights.Create(point.Select(t =>
                        KeyValuePair.Create(t.Key[10..], t.Value))));
                return Points.Count > 1;
            }
            catch (Exception fault) when (fault is InputException or FormatException or ArgumentOutOfRangeException)
            {
                Points.Clear();
                return false;
            }
        }

        public IEnumerable<KeyValuePair<string, float[]>> Named(float[] all)
        {
            int offset = 0;
            foreach ((string name, int length) in tensors)
            {
                yield return KeyValuePair.Create(name, all[offset..(offset + length)]);
                offset += length;
            }
        }
    }
}
