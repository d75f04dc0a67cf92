using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>One value that was tried, and what came of it.</summary>
/// <param name="Value">The value of the key, as YAML.</param>
/// <param name="Row">The point.</param>
/// <param name="Holds">Whether the conditions hold there.</param>
/// <param name="Figures">The figures that the conditions speak of, as "accuracy 86.5".</param>
public sealed record LeastTrial(string Value, SweepRow Row, bool Holds, string Figures);

/// <summary>The least value of a key with which the conditions hold, all else being given.</summary>
/// <param name="Given">All else, as "systolic-int8-16x16, engine.rows=8, glyphs-cnn, batch 32, bp:8w8a lp".</param>
/// <param name="Least">The trial of the least value; null: they hold with none that was tried.</param>
/// <param name="Trials">Everything that was tried, by value.</param>
/// <param name="Values">How many values there are.</param>
/// <param name="IsMonotone">False where they hold with a value and not with a greater one, among those tried: the least of all is
/// then not certain.</param>
/// <param name="IsOnFront">With two keys: no other value of the second key, as small or smaller, needs as little of the
/// first.</param>
public sealed record LeastAnswer(
    string Given, LeastTrial? Least, ImmutableArray<LeastTrial> Trials, int Values, bool IsMonotone, bool IsOnFront = true);

/// <summary>
/// The least that works. Figures that need no training are known of every point, so all values are looked at; where a condition
/// speaks of accuracy,
/// values are bisected and only those trained that the search comes to, the neighbours of the answer too.
/// </summary>
public sealed class LeastSearch
{
    private const string Best = "best", Fits = "fits";

    private readonly SweepStudy study;
    private readonly SweepTrainings? trainings;
    private readonly ImmutableArray<Condition> conditions;
    private readonly ImmutableArray<string> keys;
    private readonly Dictionary<long, SweepRow> rows;
    private readonly Dictionary<string, int> methods = [];

    /// <summary>Sets up a search.</summary>
    /// <param name="study">The study, all of whose points are priced; its keys and conditions are those asked for.</param>
    /// <param name="trainings">Trains where a condition speaks of accuracy; null: nothing can be trained.</param>
    /// <exception cref="InputException">As <see cref="Require"/>.</exception>
    public LeastSearch(SweepStudy study, SweepTrainings? trainings)
    {
        ArgumentNullException.ThrowIfNull(study);
        (this.study, this.trainings) = (study, trainings);
        Require(study.Space);
        (keys, conditions) = (study.Space.Asked.Least, [.. study.Space.Asked.SuchThat.Select(Condition.Parse)]);
        if (Trains && trainings is null)
            throw new ArgumentNullException(nameof(trainings));
        rows = study.Rows().ToDictionary(r => r.Point.Index);
        foreach ((int i, SweepTask task) in study.Space.AllTasks.Index())
            methods.TryAdd(task.Method.ToString(), i);
    }

    private bool Trains => conditions.Any(c => c.Names.Any(PointFigures.IsTrained));

    /// <summary>Refuses a question that cannot be answered, before anything runs.</summary>
    /// <param name="space">The study that asks.</param>
    /// <exception cref="InputException">A key does not vary, a condition is none or speaks of what there is not, or of accuracy
    /// and nothing trains.</exception>
    public static void Require(SweepSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        (ImmutableArray<string> keys, ImmutableArray<string> conditions) = (space.Asked.Least.OrEmpty(),
            space.Asked.SuchThat.OrEmpty());
        if (keys.IsEmpty && conditions.IsEmpty)
            return;
        if (keys.Length is 0 or > 2 || conditions.IsEmpty)
            throw new InputException(
                "the least value is sought of one key or two, and needs a condition: --least KEY --such-that 'accuracy >= "
                    + "bp:fp32 - 1'.");
        if (keys.FirstOrDefault(k => !space.Paths.Contains(k)) is { } other)
            throw new InputException(
                $"--least {other}: accepted are keys that vary: "
                    + $"{string.Join(", ", space.Paths)}{Suggestion.For(other, space.Paths)}.");
        SweepPoint first = space[space.Points[0]];
        PointNames names = new(first.Profile, first.Task);
        string[] known = [.. PointFigures.Names, Best, Fits, "true", "false", .. space.AllTasks.Select(t => t.Method.ToString())
            .Distinct()];
        foreach (string condition in conditions)
        {
            string[] spoken = [.. Condition.Parse(condition).Names];
            if (spoken.FirstOrDefault(n => !known.Contains(n) && names.Find(n) is null) is { } unknown)
                throw new InputException(
                    $"--such-that '{condition}': there is no '{unknown}'{Suggestion.For(unknown, known)}; accepted are "
                        + $"{string.Join(", ", known)} and keys.");
            if (space.Asked.Seeds == 0 && spoken.Any(PointFigures.IsTrained))
                throw new InputException(
                    $"--such-that '{condition}': nothing trains in this study; accepted with --seeds 1 or more.");
        }
    }

    /// <summary>An answer for each combination of all else.</summary>
    /// <param name="threads">Searches at the same time.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <param name="first">Where it begins, as a share of the searches, 0..1: so that processes that share a folder seldom
    /// meet.</param>
    /// <exception cref="InputException">A condition speaks of what there is not, or a key has no numbers.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what is trained stands.</exception>
    public ImmutableArray<LeastAnswer> Run(int threads, CancellationToken cancellation, double first = 0)
    {
        (string Given, SweepRow[] Rows)[] groups =
            [.. rows.Values.OrderBy(r => r.Point.Index).GroupBy(r => Given(r, keys[..1]))
                .Select(g => (g.Key, g.OrderBy(r => Number(r, keys[0])).ToArray()))];
        LeastAnswer[] answers = new LeastAnswer[groups.Length];
        Parallel.For(0, groups.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            i =>
            {
                int group = (i + (int)(first * groups.Length)) % groups.Length;
                answers[group] = Search(groups[group].Given, groups[group].Rows, cancellation);
            });
        return keys.Length == 1 ? [.. answers] : WithFront([.. answers.Zip(groups, (a, g) => (a, g.Rows[0]))]);
    }

    private LeastAnswer Search(string given, SweepRow[] values, CancellationToken cancellation)
    {
        SortedDictionary<int, LeastTrial> tried = [];
        int low = 0, high = values.Length; // the least one is in low..high; high: none
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = Holds(middle) ? (low, middle) : (middle + 1, high);
        }

        // the bisection saw the answer and the value below it; two below and one above tell whether the conditions go on holding
        for (int i = Trains ? Math.Max(0, low - 2) : 0; i < (Trains ? Math.Min(values.Length, low + 2) : values.Length); i++)
            Holds(i);
        bool isMonotone = true, held = false;
        foreach (LeastTrial trial in tried.Values)
            (isMonotone, held) = (isMonotone && (trial.Holds || !held), held || trial.Holds);
        return new(given, tried.Values.FirstOrDefault(t => t.Holds), [.. tried.Values], values.Length, isMonotone);

        bool Holds(int i)
        {
            if (!tried.TryGetValue(i, out LeastTrial? trial))
                tried.Add(i, trial = Try(values[i], values, cancellation));
            return trial.Holds;
        }
    }

    private LeastTrial Try(SweepRow row, SweepRow[] group, CancellationToken cancellation)
    {
        SweepRow now = row;
        List<string> figures = [];
        foreach (string name in conditions.SelectMany(c => c.Names).Distinct()
            .Where(n => n == Fits || PointFigures.Names.Contains(n)))
        {
            if (PointFigures.IsTrained(name))
                now = row with { Values = trainings!.Require(row, cancellation) };
            figures.Add(name == Fits ? $"fits {(row.Price.FitsScratchpad ? "true" : "false")}"
                : string.Create(CultureInfo.InvariantCulture, $"{name} {Figure(row, name, cancellation):G6}"));
        }

        return new(YamlRecord.Find(row.Point.Profile, keys[0])!.Text, now,
            conditions.All(c => c.Holds((name, subject) => Find(row, name, subject, group, cancellation))),
            string.Join(", ", figures));
    }

    // A point that does not run has no figures: nothing holds of them.
    private Operand? Find(SweepRow row, string name, string subject, SweepRow[] group, CancellationToken cancellation)
    {
        if (name == Fits)
            return new(row.Price.FitsScratchpad ? "true" : "false");
        if (PointFigures.Names.Contains(name))
            return new(Figure(row, name, cancellation) ?? double.NaN);
        if (name == Best && PointFigures.Names.Contains(subject) && !PointFigures.IsTrained(subject))
            return new(group.Select(r => PointFigures.Of(r, subject)).Min() ?? double.NaN);
        if (methods.ContainsKey(name) && PointFigures.Names.Contains(subject))
            return new(Figure(Beside(row, name), subject, cancellation) ?? double.NaN);
        return new PointNames(row.Point.Profile, row.Point.Task).Find(name);
    }

    private double? Figure(SweepRow row, string name, CancellationToken cancellation) => !PointFigures.IsTrained(name)
        ? PointFigures.Of(row, name)
        : trainings!.Require(row, cancellation) is { } values ? PointFigures.Of(values, name) : null;

    // The same point with another method.
    private SweepRow Beside(SweepRow row, string method)
    {
        SweepTask task = row.Point.Task;
        int other = study.Space.AllTasks.ToList()
            .FindIndex(t => t.Network == task.Network && t.Batch == task.Batch && t.Scheme == task.Scheme
            && t.Method.ToString() == method);
        long index = (study.Space.VariantOf(row.Point.Index) * study.Space.AllTasks.Length) + other;
        return other >= 0 && rows.TryGetValue(index, out SweepRow? found) ? found
            : throw new InputException($"{method} is no method of the study at {task.Network.Name}, {task.SchemeName}.");
    }

    private string Given(SweepRow row, ImmutableArray<string> but) => string.Join(", ",
        [row.Point.Base.Name, .. study.Space.Paths.Where(p => !Moves(p, but))
            .Select(p => $"{p}={YamlRecord.Find(row.Point.Profile, p)?.Text ?? "none"}"), row.Point.Task.ToString()]);

    // A key that changes together with one that is sought is no part of what is given.
    private bool Moves(string path, ImmutableArray<string> with) =>
        with.Contains(path) || study.Space.Knobs.Any(k => k.Paths.Contains(path) && k.Paths.Intersect(with).Any());

    private static double Number(SweepRow row, string key) => YamlRecord.Find(row.Point.Profile, key)?.Number
        ?? throw new InputException($"--least {key}: accepted are keys with numbers.");

    // Of answers that differ in the second key alone, those that need less of the first than every one with as little or less of
    // the second.
    private ImmutableArray<LeastAnswer> WithFront(ImmutableArray<(LeastAnswer Answer, SweepRow Row)> answers)
    {
        var lookup = answers.ToLookup(a => Given(a.Row, keys));
        return [.. answers.Select(a => a.Answer with
        {
            IsOnFront = a.Answer.Least is { } least
                && !lookup[Given(a.Row, keys)].Any(b => b.Answer.Least is { } other && b.Answer != a.Answer
                && Number(b.Row, keys[1]) <= Number(a.Row, keys[1]) && Number(other.Row, keys[0]) <= Number(least.Row, keys[0])),
        })];
    }
}
