using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>What the accuracy of a point rests on.</summary>
/// <param name="Of">The point whose trainings these are: itself, or one that provably gives the same run.</param>
/// <param name="Records">One for each seed.</param>
public sealed record SweepValues(UInt128 Of, ImmutableArray<RunRecord> Records)
{
    /// <summary>Trainings that diverged.</summary>
    public int Diverged => Records.Count(r => r.Divergence is not null);

    /// <summary>Mean accuracy before any training, in this arithmetic, 0..1; null where all diverged.</summary>
    public double? ZeroShot => Accuracy is null ? null : Ended.Average(r => r.ZeroShot);

    /// <summary>Accuracy over the seeds that ended; null where all diverged.</summary>
    public AccuracyResult? Accuracy => Ended is [var first, ..] all
        ? new([.. all.Select(r => r.ZeroShot)], [.. all.Select(r => r.Final)], [.. all.Select(r => r.Losses)], first.Steps)
        : null;

    /// <summary>
    /// Share of the accumulations of the trainings whose partial sum left the accumulator, 0..1; null in floating point.
    /// </summary>
    public double? OverflowedShare => Records.Any(r => r.Numerics is null) ? null
        : (double)Records.Sum(r => r.Numerics!.Layers.Sum(l => l.Overflowed)) / Math.Max(1,
            Records.Sum(r => r.Numerics!.Layers.Sum(l => l.Accumulations)));

    private ImmutableArray<RunRecord> Ended => [.. Records.Where(r => r.Divergence is null)];
}

/// <summary>
/// Trains what differs. Points with the same function train once. Of functions that differ in their accumulator alone, the
/// narrowest is searched by
/// bisection in whose run no partial sum ever leaves it: it proves the runs of all wider ones (<see cref="RunFamily"/>), which are
/// not trained; all narrower ones are.
/// </summary>
public sealed class SweepTrainings
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SweepBench bench;
    private readonly TrainingStore store;
    private readonly SweepClaims? claims;
    private readonly int seeds;
    private readonly Dictionary<SweepFunction, UInt128> firsts = []; // function → its first point
    private readonly ImmutableArray<ImmutableArray<SweepFunction>> families; // by width, then in the order of the points
    private readonly SweepFunction?[] functions;

    /// <summary>Sets up the trainings of a study.</summary>
    /// <param name="study">The study, all of whose points are priced.</param>
    /// <param name="bench">Trains.</param>
    /// <param name="store">What is known already, and where to keep what comes.</param>
    /// <param name="claims">The claims of a folder in which other processes train the same study; null: there are none.</param>
    public SweepTrainings(SweepStudy study, SweepBench bench, TrainingStore store, SweepClaims? claims = null)
    {
        ArgumentNullException.ThrowIfNull(study);
        (this.bench, this.store, this.claims, seeds) = (bench, store, claims, study.Space.Asked.Seeds);
        functions = [.. study.Rows().Select(FunctionOf)];
        foreach ((int i, SweepFunction? function) in functions.Index())
        {
            if (function is not null)
                firsts.TryAdd(function, study.Ids[i]);
        }

        families = [.. firsts.Keys.GroupBy(f => f.AnyWidth).Select(g => g.OrderBy(WidthOf).ToImmutableArray())];
    }

    /// <summary>Functions that the points have.</summary>
    public int Functions => firsts.Count;

    /// <summary>Most functions that the points of a study can have, before it is known which of them run.</summary>
    public static int MostFunctions(SweepSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Asked.Seeds == 0 ? 0 : space.Points.Select(i => space[i])
            .Where(p => Trains(p.Task)).Select(p => FunctionOf(p.Task, p.Profile.Numerics)).Distinct().Count();
    }

    /// <summary>Points that have values when all is trained.</summary>
    public int Points => functions.Count(f => f is not null);

    /// <summary>Trainings that are known, all seeds together, of functions of the study.</summary>
    public int Known => firsts.Keys.Sum(f => Seeds.Count(s => store.Find(bench.Identity(f, s)) is not null));

    /// <summary>True when every point has its values.</summary>
    public bool IsWhole => Values().Count(v => v is not null) == Points;

    /// <summary>True: <see cref="Require"/> trains nothing that is not known, and says so by <see cref="Lacks"/>.</summary>
    public bool OnlyKnown { get; init; }

    /// <summary>True once <see cref="Require"/> was asked for what is not known and was not trained.</summary>
    public bool Lacks { get; private set; }

    /// <summary>Name of the file of every training that the study can have.</summary>
    internal IEnumerable<string> Files =>
        firsts.Keys.SelectMany(f => Seeds.Select(s => TrainingStore.NameOf(bench.Identity(f, s))));

    private IEnumerable<ulong> Seeds => Enumerable.Range(1, seeds).Select(s => (ulong)s);

    /// <summary>Trains until every point has its values.</summary>
    /// <param name="threads">Trainings at the same time.</param>
    /// <param name="progress">Called with the trainings done since.</param>
    /// <param name="cancellation">Ends it early; what is finished stands.</param>
    /// <returns>True when nothing is missing.</returns>
    /// <exception cref="InputException">A training is refused, or the store cannot be written.</exception>
    public bool Run(int threads, Action<int>? progress, CancellationToken cancellation)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        try
        {
            while (families.SelectMany(Wanted).SelectMany(f => Seeds.Select(s => (Function: f, Seed: s)))
                .Where(t => store.Find(bench.Identity(t.Function, t.Seed)) is null)
                .ToArray() is { Length: > 0 } round)
            {
                int done = 0;
                Parallel.ForEach(round, options, t =>
                {
                    string identity = bench.Identity(t.Function, t.Seed);
                    using IDisposable? claim = claims?.Take(ClaimOf(identity));
                    if ((claims is not null && claim is null) || store.Find(identity) is not null)
                        return;
                    store.Add(bench.Train(t.Function, t.Seed, cancellation));
                    Interlocked.Increment(ref done);
                    progress?.Invoke(1);
                });
                if (done == 0 && cancellation.WaitHandle.WaitOne(Patience))
                    return false;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What the accuracy of each point rests on, in their order; null where it has none, or none yet.</summary>
    public ImmutableArray<SweepValues?> Values()
    {
        Dictionary<SweepFunction, SweepValues> values = [];
        foreach (ImmutableArray<SweepFunction> family in families)
        {
            SweepFunction? exact = family.FirstOrDefault(IsExact);
            foreach (SweepFunction function in family)
            {
                SweepFunction source = Source(function, exact);
                if (Records(source) is { } records)
                    values.Add(function, new(firsts[source], records));
            }
        }

        return [.. functions.Select(f => f is null ? null : values.GetValueOrDefault(f))];
    }

    /// <summary>
    /// What the accuracy of a point rests on; it is trained now where nothing that is known proves it. Any thread may call.
    /// </summary>
    /// <param name="row">A point of the study.</param>
    /// <param name="cancellation">Ends the training.</param>
    /// <returns>Null where it has no values, and where <see cref="OnlyKnown"/> has it not trained.</returns>
    /// <exception cref="InputException">A training is refused, or the store cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SweepValues? Require(SweepRow row, CancellationToken cancellation)
    {
        if (FunctionOf(row) is not { } function)
            return null;
        ImmutableArray<SweepFunction> family = families.First(f => f.Contains(function));
        // Of those as wide the first stands for all where nothing leaves it: whichever is asked for first decides nothing.
        SweepFunction source = Source(family.First(f => WidthOf(f) == WidthOf(function)), family.FirstOrDefault(IsExact));
        if (!Train(source, cancellation))
            return null;
        if (!IsExact(source) && !Train(source = function, cancellation))
            return null;
        return new(firsts[source], Records(source)!.Value);
    }

    // False: not all of it is known, and it is not to be trained.
    private bool Train(SweepFunction function, CancellationToken cancellation)
    {
        foreach (ulong seed in Seeds)
        {
            string identity = bench.Identity(function, seed);
            while (store.Find(identity) is null)
            {
                if (OnlyKnown)
                {
                    Lacks = true;
                    return false;
                }

                using IDisposable? claim = claims?.Take(ClaimOf(identity));
                if (claims is not null && claim is null)
                    cancellation.WaitHandle.WaitOne(Patience); // another process trains it
                else if (store.Find(identity) is null)
                    store.Add(bench.Train(function, seed, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
        }

        return true;
    }

    private static string ClaimOf(string identity) => $"t{RunIdentity.Hash(identity)}";

    private static SweepFunction Source(SweepFunction function, SweepFunction? exact) =>
        exact is not null && WidthOf(function) >= WidthOf(exact) ? exact : function;

    // In floating point there is one function of a family.
    private bool IsExact(SweepFunction function) =>
        function.Policy is null || (Records(function) is { } records && records.All(r => r.Numerics?.NothingOverflowed == true));

    private static int WidthOf(SweepFunction function) => RunFamily.Width(function.Policy);

    private static bool Trains(SweepTask task) => task is { Network.Workload: not null, Scheme: not null }
        && task.Batch == task.Network.DefaultBatch;

    // Integers that the accelerator cannot multiply have no values to follow; floating point has the same everywhere.
    private static SweepFunction? FunctionOf(SweepRow row)
    {
        SweepFunction function = FunctionOf(row.Point.Task, row.Point.Profile.Numerics);
        return Trains(row.Point.Task) && (row.Price.NotRunnable is null || function.Policy is null) ? function : null;
    }

    private static SweepFunction FunctionOf(SweepTask task, NumericPolicy policy) => new(
        task, !task.Method.Operands.IsFixedPoint ? null
            : policy is { Accumulator: { BlockMacs: 0 } one }
                ? policy with { Accumulator = one with { OuterBits = 64 } } // ignored there
            : policy);

    // What has to be trained next of a family: the probe of the search, or once that has ended all that it does not prove.
    private IEnumerable<SweepFunction> Wanted(ImmutableArray<SweepFunction> family)
    {
        (int? least, int? probe) = LeastExact(family);
        if (probe is int next)
            return [family[next]];
        return family.Where((f, i) => least is not int exact || WidthOf(f) < WidthOf(family[exact]) || i == exact);
    }

    // Bisection over widths: a run in which nothing overflows stays the same at every greater width, so that the widths that have
    // such a run end
    // the list. Probe: what the next step of the search needs and is not known; null: it has ended, with the narrowest of them,
    // if any.
    private (int? Least, int? Probe) LeastExact(ImmutableArray<SweepFunction> family)
    {
        if (family[0].Policy is null)
            return (0, null);
        int[] widths = [.. Enumerable.Range(0, family.Length).Where(i => i == 0 || WidthOf(family[i]) > WidthOf(family[i - 1]))];
        int low = 0, high = widths.Length; // the least exact one is in low..high; high: none
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (Records(family[widths[middle]]) is null)
                return (null, widths[middle]);
            if (IsExact(family[widths[middle]]))
                high = middle;
            else
                low = middle + 1;
        }

        return (low < widths.Length ? widths[low] : null, null);
    }

    private ImmutableArray<RunRecord>? Records(SweepFunction function)
    {
        RunRecord?[] records = [.. Seeds.Select(s => store.Find(bench.Identity(function, s)))];
        return records.Contains(null) ? null : [.. records.Select(r => r!)];
    }
}
