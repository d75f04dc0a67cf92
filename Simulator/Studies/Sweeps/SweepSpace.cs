using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// The points of a study. All combinations are numbered, the last of profile, knobs, network, batch, method and scheme counting
/// fastest, so
/// that a point is a number and a million of them are eight megabytes; what a number stands for is made when it is asked.
/// </summary>
public sealed class SweepSpace
{
    /// <summary>Most points of a study.</summary>
    public const int MostPoints = 10_000_000;

    /// <summary>Accelerators that are kept at a time: work that goes on with so many of them makes each once.</summary>
    internal const int MostProfiles = 4096;

    private const int MostFaults = 3, DrawsPerPoint = 1000;

    private readonly ImmutableArray<HardwareProfile> bases;
    private readonly ImmutableArray<ImmutableArray<ImmutableArray<ProfileSetting>>> axes; // axis, place on it, settings
    private readonly ImmutableArray<SweepTask> tasks;
    private readonly ImmutableArray<Condition> where, skip;
    private readonly bool skipsImpossible;
    private readonly ConcurrentDictionary<long, HardwareProfile> profiles = []; // by variant
    private readonly Dictionary<string, int> faults = [];
    private (long Variant, string? Fault) last = (-1, null);
    private int impossible;

    private SweepSpace(Sweep asked)
    {
        Asked = asked = asked.WithLists();
        bases = Distinct(asked.Profiles.Select(ShippedProfiles.Find), p => p.Name, "profile");
        Knobs = [.. asked.Vary.OrEmpty().Select(Knob.Parse)];
        axes = asked.Points.OrEmpty() is { Length: > 0 } points ? [[.. points.Select(Settings)]]
            : [.. Knobs.Select(k => Enumerable.Range(0, k.Values.Length).Select(k.At).ToImmutableArray())];
        if (!Knobs.IsEmpty && asked.Points.OrEmpty().Length > 0)
            throw new InputException("points are listed and keys are varied; accepted is one of them.");
        Paths = [.. axes.SelectMany(a => a).SelectMany(s => s).Select(s => s.Path).Distinct()];
        if (Knobs.SelectMany(k => k.Paths).GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            throw new InputException($"{twice} is varied twice; accepted is once, with all its values.");
        tasks = Tasks(asked);
        Combinations = axes.Aggregate((long)bases.Length * tasks.Length, (n, axis) => n > long.MaxValue / axis.Length / 2
            ? throw new InputException("the study has more combinations than 63 bits count.") : n * axis.Length);
        where = [.. asked.Where.OrEmpty().Select(Condition.Parse)];
        skip = [.. asked.Skip.OrEmpty().Where(s => s != Sweep.Impossible).Select(Condition.Parse)];
        skipsImpossible = asked.Skip.OrEmpty().Contains(Sweep.Impossible);
    }

    /// <summary>What was asked.</summary>
    public Sweep Asked { get; }

    /// <summary>What varies; empty for a list of points.</summary>
    public ImmutableArray<Knob> Knobs { get; }

    /// <summary>Every key that some point sets.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>All combinations, whether they are points or not.</summary>
    public long Combinations { get; }

    /// <summary>The points, in the order of their numbers.</summary>
    public ImmutableArray<long> Points { get; private set; }

    /// <summary>Combinations that a condition left out.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Combinations that were left out because their accelerator breaks a rule.</summary>
    public int Impossible => impossible;

    /// <summary>Everything that runs on the accelerators of the study.</summary>
    public ImmutableArray<SweepTask> AllTasks => tasks;

    /// <summary>The points of a study.</summary>
    /// <param name="asked">The study.</param>
    /// <exception cref="InputException">
    /// It names what there is not, a key does not take a value, an accelerator breaks a rule, a network has nothing that a scheme
    /// trains, or nothing is
    /// left.
    /// </exception>
    public static SweepSpace Of(Sweep asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        SweepSpace space = new(asked);
        space.RequireSettings();
        space.Points = asked.Random > 0 && asked.Random < space.Combinations ? space.Drawn() : space.All();
        if (space.faults.Count > 0 && !space.skipsImpossible)
        {
            string named = string.Join("; ", space.faults.Take(MostFaults).Select(f => $"{f.Key} ({f.Value})"));
            throw new InputException(
                $"{space.impossible} of {space.Points.Length + space.impossible} points are no accelerators: "
                + $"{named}{(space.faults.Count > MostFaults ? "; …" : "")}. "
                + $"'{Sweep.Impossible}' among the conditions to skip leaves them out.");
        }

        return space.Points.IsEmpty
            ? throw new InputException(
                $"no point is left of {space.Combinations} combinations: {space.LeftOut} meet no condition, {space.impossible} "
                    + $"are no accelerators.")
            : space;
    }

    /// <summary>A point.</summary>
    /// <param name="index">One of <see cref="Points"/>.</param>
    public SweepPoint this[long index]
    {
        get
        {
            (long variant, long task) = Math.DivRem(index, tasks.Length);
            (HardwareProfile from, List<ProfileSetting> settings) = Variant(variant);
            return new(index, from, settings, Made(variant, from, settings), tasks[(int)task]);
        }
    }

    /// <summary>The accelerator that several points share, by number.</summary>
    /// <param name="index">One of <see cref="Points"/>.</param>
    public long VariantOf(long index) => index / tasks.Length;

    /// <summary>Which of <see cref="AllTasks"/> a point is.</summary>
    /// <param name="index">One of <see cref="Points"/>.</param>
    public int TaskOf(long index) => (int)(index % tasks.Length);

    private static ImmutableArray<SweepTask> Tasks(Sweep asked)
    {
        ImmutableArray<Method> methods = Distinct(asked.Methods.Select(Method.Parse), m => m.ToString(), "method");
        TuningScheme?[] schemes = [.. Distinct(asked.Schemes, s => s, "scheme")
            .Select(s => s == Sweep.Inference ? null : TuningScheme.Parse(s))];
        var tasks = ImmutableArray.CreateBuilder<SweepTask>();
        foreach (SweepNetwork network in Distinct(asked.Networks.Select(SweepNetwork.Find), n => n.Name, "network"))
        {
            foreach (TuningScheme scheme in schemes.OfType<TuningScheme>())
                RequireTrains(network, scheme);
            Method[] configured = [.. methods.Select(network.Configure)];
            foreach (int batch in asked.Batches.OrEmpty() is { Length: > 0 } given ? Distinct(given, b => $"{b}", "batch")
                : [network.DefaultBatch])
            {
                if (batch is < 1 or > 1 << 20)
                    throw new InputException($"batch {batch}: accepted is 1 to {1 << 20}.");
                // inferences differ in their formats alone
                tasks.AddRange(from method in configured
                               from scheme in schemes
                               where scheme is not null || configured.First(m => m.Operands == method.Operands) == method
                               select new SweepTask(network, batch, method, scheme));
            }
        }

        return tasks.Count > 0 ? tasks.ToImmutable()
            : throw new InputException("nothing runs in the study; accepted is at least one network, one method and one scheme.");
    }

    private static void RequireTrains(SweepNetwork network, TuningScheme scheme)
    {
        try
        {
            scheme.Tune(network.At(1));
        }
        catch (GraphException nothing)
        {
            throw new InputException($"{network.Name}: {nothing.Message}", nothing);
        }
    }

    private static ImmutableArray<T> Distinct<T>(IEnumerable<T> items, Func<T, string> name, string what)
    {
        ImmutableArray<T> all = [.. items];
        string? twice = all.GroupBy(name).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null ? all : throw new InputException($"{what} '{twice}' is given twice.");
    }

    private static ImmutableArray<ProfileSetting> Settings(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Knob.Parse)
            .SelectMany(k => k.Values.Length == 1 ? k.At(0)
            : throw new InputException($"'{text}': a listed point has one value for each key.")),
    ];

    // Each value of each knob on each base alone: a wrong path or value is found in as many steps as there are values.
    private void RequireSettings()
    {
        foreach (HardwareProfile from in bases)
        {
            foreach (ImmutableArray<ImmutableArray<ProfileSetting>> axis in axes)
            {
                foreach (ImmutableArray<ProfileSetting> settings in axis)
                {
                    try
                    {
                        ProfileSetting.On(from, settings);
                    }
                    catch (InputException fault)
                    {
                        throw new InputException(
                            $"{from.Name}: {fault.Message.TrimEnd('.')}; {Combinations / bases.Length / axis.Length} of "
                                + $"{Combinations} combinations have it.", fault);
                    }
                }
            }
        }
    }

    private ImmutableArray<long> All()
    {
        if (Combinations > MostPoints && where.IsEmpty && skip.IsEmpty)
            throw new InputException(
                $"the study has {Combinations} combinations; accepted are at most {MostPoints}, or so many at random.");
        var points = ImmutableArray.CreateBuilder<long>();
        for (long index = 0; index < Combinations; index++)
        {
            if (IsPoint(index))
                points.Add(index);
            if (points.Count > MostPoints)
                throw new InputException(
                    $"the study has more than {MostPoints} points; accepted are at most as many, or so many at random.");
        }

        return points.DrainToImmutable();
    }

    private ImmutableArray<long> Drawn()
    {
        RandomStream random = new(Asked.Seed, "sweep");
        SortedSet<long> points = [];
        HashSet<long> seen = [];
        for (long draws = 0; points.Count < Asked.Random; draws++)
        {
            if (draws > (long)DrawsPerPoint * Asked.Random || seen.Count == Combinations)
                throw new InputException(
                    $"only {points.Count} points were found of the {Asked.Random} asked for; the conditions leave out too many.");
            ulong word = ((ulong)random.NextUInt32() << 32) | random.NextUInt32();
            long index = (long)Math.BigMul(word, (ulong)Combinations, out _);
            if (seen.Add(index) && IsPoint(index))
                points.Add(index);
        }

        return [.. points];
    }

    private bool IsPoint(long index)
    {
        if (!Meets(index))
        {
            LeftOut++;
            return false;
        }

        if (FaultOf(VariantOf(index)) is not { } fault)
            return true;
        impossible++;
        faults[fault] = faults.GetValueOrDefault(fault) + 1;
        return false;
    }

    private bool Meets(long index)
    {
        if (where.IsEmpty && skip.IsEmpty)
            return true;
        PointNames names = new(this[index].Profile, tasks[TaskOf(index)]);
        return where.All(c => c.Holds(names.Find)) && !skip.Any(c => c.Holds(names.Find));
    }

    // The first rule that an accelerator breaks; several points in a row have the same.
    private string? FaultOf(long variant)
    {
        if (last.Variant != variant)
        {
            (HardwareProfile from, List<ProfileSetting> settings) = Variant(variant);
            last = (variant,
                YamlRecord.Problems(Made(variant, from, settings)) is [var problem, ..] ? $"{from.Name}: {problem}" : null);
        }

        return last.Fault;
    }

    private HardwareProfile Made(long variant, HardwareProfile from, List<ProfileSetting> settings)
    {
        if (profiles.TryGetValue(variant, out HardwareProfile? made))
            return made;
        if (profiles.Count >= MostProfiles)
            profiles.Clear();
        return profiles[variant] = Made(from, settings);
    }

    private HardwareProfile Made(HardwareProfile from, List<ProfileSetting> settings)
    {
        HardwareProfile made = ProfileSetting.On(from, settings);
        if (!Asked.DropPairs)
            return made;
        int bits = made.Numerics.Accumulator.Bits;
        OperandPair[] held = [.. made.Formats.Where(p => p.Weights.Bits() + p.Activations.Bits() <= bits)];
        return held.Length == made.Formats.Length || held.Length == 0 ? made
            : new ProfileSetting("formats", $"[{string.Join(", ", held.Select(OnOneLine))}]").On(made);

        static string OnOneLine(OperandPair pair) =>
            $"{{{YamlRecord.Print(pair).TrimEnd('\n').Replace("\n", ", ", StringComparison.Ordinal)}}}";
    }

    private (HardwareProfile From, List<ProfileSetting> Settings) Variant(long variant)
    {
        List<ProfileSetting> settings = [];
        for (int axis = axes.Length - 1; axis >= 0; axis--)
        {
            (variant, long place) = Math.DivRem(variant, axes[axis].Length);
            settings.InsertRange(0, axes[axis][(int)place]);
        }

        return (bases[(int)variant], settings);
    }
}
