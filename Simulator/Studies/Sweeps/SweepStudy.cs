using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A point with all that is known of it.</summary>
/// <param name="Point">The point.</param>
/// <param name="Id">What identifies it, whatever study asks.</param>
/// <param name="Price">What it costs.</param>
/// <param name="Values">What its accuracy rests on; null: it is only priced.</param>
public sealed record SweepRow(SweepPoint Point, UInt128 Id, SweepPrice Price, SweepValues? Values = null)
{
    /// <summary>Whether it is on the front of the study's goals; null where there are none or it lacks one.</summary>
    public bool? IsOnFront { get; init; }
}

/// <summary>
/// Prices the points of a study. Points of one task share its plan, and of one alignment its layout; work is cut into blocks of
/// points of one task, of
/// which any number of threads and processes take one after another. No result depends on who does what.
/// </summary>
public sealed class SweepStudy
{
    private const int BlockPoints = 256, PlansAtATime = 16, Samples = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SweepStore store;
    private readonly ImmutableArray<ImmutableArray<int>> blocks; // of places in Points
    private readonly UInt128[] ids;
    private readonly Plans plans;

    /// <summary>Sets up a study: every point is identified, and every task planned once.</summary>
    /// <param name="space">The points.</param>
    /// <param name="store">What is known already, and where to keep what comes.</param>
    /// <exception cref="InputException">A task cannot be planned.</exception>
    public SweepStudy(SweepSpace space, SweepStore store)
    {
        (Space, this.store) = (space, store);
        plans = new Plans(space.AllTasks);
        (int Task, string Identity, int Ops)[] tasks = [.. space.Points.Select(space.TaskOf).Distinct().Order()
            .Select(t => plans.Describe(t))];
        Dictionary<int, string> identities = tasks.ToDictionary(t => t.Task, t => t.Identity);
        ids = Identify(space, identities);
        blocks = [.. Stretches(space).SelectMany(stretch => Blocks(space, stretch, tasks))];
    }

    /// <summary>The points.</summary>
    public SweepSpace Space { get; }

    /// <summary>Points that nothing is known of yet.</summary>
    public int Missing => ids.Count(id => store.Find(id) is null);

    /// <summary>The identity of each point, in the order of <see cref="SweepSpace.Points"/>.</summary>
    public IReadOnlyList<UInt128> Ids => ids;

    /// <summary>Seconds that what is missing takes on so many threads, by pricing some of it now.</summary>
    /// <param name="threads">At least 1.</param>
    public double EstimateSeconds(int threads)
    {
        int[] missing = [.. Enumerable.Range(0, ids.Length).Where(i => store.Find(ids[i]) is null)];
        if (missing.Length == 0)
            return 0;
        int[] sample = [.. Enumerable.Range(0, Math.Min(Samples, missing.Length))
            .Select(i => missing[(long)i * missing.Length / Math.Min(Samples, missing.Length)])];
        foreach (int place in sample)
            Price(place); // plans, and machine code
        long start = Stopwatch.GetTimestamp();
        foreach (int place in sample)
            Price(place);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / sample.Length * missing.Length / threads;
    }

    /// <summary>Prices what is missing. What is done when it is cancelled stands.</summary>
    /// <param name="threads">At least 1.</param>
    /// <param name="progress">Called with the number of points done since, from several threads.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>True when nothing is missing.</returns>
    /// <exception cref="InputException">The store cannot be written.</exception>
    public bool Run(int threads, Action<int>? progress, CancellationToken cancellation)
    {
        try
        {
            Parallel.ForEach(
                Partitioner.Create(blocks, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                block =>
                {
                    int done = Run(block);
                    progress?.Invoke(done);
                });
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return true;
    }

    /// <summary>
    /// Prices what is missing together with other processes that do the same in the same folder: each claims a block before it
    /// prices it, and ends when
    /// nothing is missing, whoever did it. What a process that died had claimed is done by the others.
    /// </summary>
    /// <param name="claims">The claims of the folder.</param>
    /// <param name="first">Where this process begins, as a share of the work, 0..1: so that they seldom meet.</param>
    /// <param name="threads">At least 1.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>True when nothing is missing.</returns>
    /// <exception cref="InputException">The store cannot be written.</exception>
    public bool RunShared(SweepClaims claims, double first, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(claims);
        int start = (int)(first * blocks.Length);
        ImmutableArray<int>[] order = [.. blocks[start..], .. blocks[..start]];
        while (true)
        {
            int done = 0;
            try
            {
                Parallel.ForEach(
                    Partitioner.Create(order, EnumerablePartitionerOptions.NoBuffering),
                    new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
                    block => Interlocked.Add(ref done, RunClaimed(block, claims)));
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            Refresh();
            if (Missing == 0)
                return true;
            if (done == 0 && cancellation.WaitHandle.WaitOne(Patience))
                return false;
        }
    }

    /// <summary>Reads what other processes wrote meanwhile.</summary>
    /// <exception cref="InputException">The store cannot be read.</exception>
    public void Refresh()
    {
        lock (store)
            store.Refresh();
    }

    /// <summary>
    /// Removes from the folder what this study does not need: blocks of points and trainings of other studies and versions,
    /// what is damaged, what killed processes left.
    /// </summary>
    /// <param name="results">The study's folder.</param>
    /// <param name="trainings">The trainings of a study that trains; null: none is needed.</param>
    /// <returns>How many blocks of points and trainings were removed.</returns>
    /// <exception cref="InputException">Other processes work on the study, or a file cannot be removed.</exception>
    public (int Blocks, int Trainings) Clean(string results, SweepTrainings? trainings)
    {
        if (new SweepClaims(results).AreHeld())
            throw new InputException($"{results}: tasks work on the study; it can be cleaned once they have ended.");
        return (store.Clean(ids.ToHashSet()), TrainingStore.Open(results).Clean((trainings?.Files ?? []).ToHashSet()));
    }

    /// <summary>Every point that something is known of, in order.</summary>
    /// <param name="values">What the accuracy of each point rests on (<see cref="SweepTrainings.Values"/>); null: nothing was
    /// trained.</param>
    public IEnumerable<SweepRow> Rows(ImmutableArray<SweepValues?>? values = null)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (store.Find(ids[i]) is { } price)
                yield return new(Space[Space.Points[i]], ids[i], price, values?[i]);
        }
    }

    // Places of points of as many accelerators as the space keeps.
    private static IEnumerable<List<int>> Stretches(SweepSpace space)
    {
        List<int> stretch = [];
        int accelerators = 0;
        long last = -1;
        for (int i = 0; i < space.Points.Length; i++)
        {
            if (space.VariantOf(space.Points[i]) != last && ++accelerators > SweepSpace.MostProfiles)
            {
                yield return stretch;
                (stretch, accelerators) = ([], 1);
            }

            last = space.VariantOf(space.Points[i]);
            stretch.Add(i);
        }

        yield return stretch;
    }

    private static IEnumerable<ImmutableArray<int>> Blocks(
        SweepSpace space, List<int> stretch, (int Task, string Identity, int Ops)[] tasks)
    {
        ILookup<int, int> byTask = stretch.ToLookup(i => space.TaskOf(space.Points[i]));
        return tasks.OrderByDescending(t => t.Ops).ThenBy(t => t.Task) // long ones first
            .SelectMany(t => byTask[t.Task].Chunk(BlockPoints)).Select(b => b.ToImmutableArray());
    }

    private int RunClaimed(ImmutableArray<int> block, SweepClaims claims)
    {
        lock (store)
        {
            if (block.All(i => store.Find(ids[i]) is not null))
                return 0;
        }

        using IDisposable? claim = claims.Take($"{ids[block[0]]:x32}");
        if (claim is null)
            return 0;
        Refresh(); // it may have been done a moment ago
        return Run(block);
    }

    private int Run(ImmutableArray<int> block)
    {
        int[] missing;
        lock (store)
            missing = [.. block.Where(i => store.Find(ids[i]) is null)];
        (UInt128, SweepPrice)[] done = [.. missing.Select(i => (ids[i], Price(i))).DistinctBy(p => p.Item1)];
        if (done.Length > 0)
        {
            lock (store)
                store.Add(done);
        }

        return missing.Length;
    }

    private SweepPrice Price(int place)
    {
        long index = Space.Points[place];
        return plans[Space.TaskOf(index)].Price(Space[index].Profile);
    }

    // A point comes after others of its accelerator: each accelerator is identified once.
    private static UInt128[] Identify(SweepSpace space, Dictionary<int, string> identities)
    {
        UInt128[] ids = new UInt128[space.Points.Length];
        (long Variant, UInt128 Id) last = (-1, 0);
        for (int i = 0; i < ids.Length; i++)
        {
            long index = space.Points[i];
            if (space.VariantOf(index) != last.Variant)
                last = (space.VariantOf(index), SweepStore.Identify(space[index].Profile));
            ids[i] = SweepStore.Identify(identities[space.TaskOf(index)], last.Id);
        }

        return ids;
    }

    // Plans in use: of a study with many batches not all are kept.
    private sealed class Plans(ImmutableArray<SweepTask> tasks)
    {
        private readonly Lock gate = new();
        private readonly LinkedList<(int Task, Lazy<TaskSteps> Steps)> recent = new();

        public TaskSteps this[int task]
        {
            get
            {
                Lazy<TaskSteps> steps;
                lock (gate)
                {
                    var node = recent.First;
                    while (node is not null && node.Value.Task != task)
                        node = node.Next;
                    if (node is null)
                        node = new((task, new(() => Make(tasks[task]))));
                    else
                        recent.Remove(node);
                    recent.AddFirst(node);
                    if (recent.Count > PlansAtATime)
                        recent.RemoveLast();
                    steps = node.Value.Steps;
                }

                return steps.Value;
            }
        }

        public (int Task, string Identity, int Ops) Describe(int task) => (task, this[task].Identity, this[task].Plan.Ops.Length);

        private static TaskSteps Make(SweepTask task)
        {
            try
            {
                return TaskSteps.Of(task);
            }
            catch (Exception fault) when (fault is InputException or NpuSim.Workloads.Graphs.GraphException)
            {
                throw new InputException($"{task}: {fault.Message}", fault);
            }
        }
    }
}
