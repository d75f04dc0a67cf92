using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A point of a front and what is nearest behind it.</summary>
/// <param name="Row">A point of the front.</param>
/// <param name="Behind">A point that it dominates.</param>
/// <param name="Goal">The goal in which that is farthest behind.</param>
/// <param name="Factor">How many times, above 1.</param>
public sealed record Neighbour(SweepRow Row, SweepRow Behind, string Goal, double Factor);

/// <summary>
/// The points that no other point of their network and batch is at least as good as in every goal and better in one. Goals are
/// figures
/// (<see cref="PointFigures"/>) or keys of the profile with numbers: less is better, but for accuracy and utilization.
/// </summary>
public static class ParetoFront
{
    private static readonly string[] Most = ["accuracy", "accuracy-before", "utilization"];

    /// <summary>Refuses goals that are none, before anything runs.</summary>
    /// <param name="space">The study.</param>
    /// <exception cref="InputException">A goal is no figure and no key with a number, or speaks of accuracy and nothing
    /// trains.</exception>
    public static void Require(SweepSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        SweepPoint first = space[space.Points[0]];
        foreach (string goal in space.Asked.Goals.OrEmpty())
        {
            if (!PointFigures.Names.Contains(goal) && YamlRecord.Find(first.Profile, goal)?.Number is null)
                throw new InputException(
                    $"--goal {goal}: accepted are "
                        + $"{string.Join(", ", PointFigures.Names)}{Suggestion.For(goal, PointFigures.Names)} and keys with "
                        + $"numbers.");
            if (PointFigures.IsTrained(goal) && space.Asked.Seeds == 0)
                throw new InputException($"--goal {goal}: nothing trains in this study; accepted with --seeds 1 or more.");
        }
    }

    /// <summary>A goal's value at a point; null where it has none.</summary>
    public static double? Value(SweepRow row, string goal)
    {
        ArgumentNullException.ThrowIfNull(row);
        return PointFigures.IsTrained(goal) ? row.Values is { } values ? PointFigures.Of(values, goal) : null
            : PointFigures.Names.Contains(goal) ? PointFigures.Of(row, goal)
            : YamlRecord.Find(row.Point.Profile, goal)?.Number;
    }

    /// <summary>True where more of a goal is better.</summary>
    public static bool IsMost(string goal) => Most.Contains(goal);

    /// <summary>Whether each point is on the front of its network and batch; null where it lacks a goal's value.</summary>
    /// <param name="rows">The points.</param>
    /// <param name="goals">At least one.</param>
    public static ImmutableArray<bool?> Of(IReadOnlyList<SweepRow> rows, IReadOnlyList<string> goals)
    {
        bool?[] isOn = new bool?[rows.Count];
        var groups = Enumerable.Range(0, rows.Count).Select(i => (Place: i, Goals: Costs(rows[i], goals)))
            .Where(p => p.Goals is not null)
            .GroupBy(p => (rows[p.Place].Point.Task.Network.Name, rows[p.Place].Point.Task.Batch));
        foreach (var group in groups)
        {
            // In lexicographic order whoever dominates a point comes before it: the front so far decides.
            List<double[]> front = [];
            foreach ((int place, double[]? costs) in group.OrderBy(p => p.Goals, Comparer<double[]?>.Create(Compare)))
            {
                bool dominated = front.Any(f => Dominates(f, costs!));
                isOn[place] = !dominated;
                if (!dominated && (front.Count == 0 || Compare(front[^1], costs) != 0))
                    front.Add(costs!);
            }
        }

        return [.. isOn];
    }

    /// <summary>
    /// For each point of the front the dominated point of its network and batch that is least far behind it; none for a point
    /// that dominates nobody.
    /// </summary>
    /// <param name="rows">The points.</param>
    /// <param name="front">Which are on the front (<see cref="Of"/>).</param>
    /// <param name="goals">At least one.</param>
    public static ImmutableArray<Neighbour> Neighbours(
        IReadOnlyList<SweepRow> rows, IReadOnlyList<bool?> front, IReadOnlyList<string> goals)
    {
        var groups = Enumerable.Range(0, rows.Count).Where(i => front[i] is not null)
            .Select(i => (Row: rows[i], IsOn: front[i] == true, Costs: Costs(rows[i], goals)!))
            .GroupBy(p => (p.Row.Point.Task.Network.Name, p.Row.Point.Task.Batch));
        return
        [
            .. from @group in groups
               let behind = @group.Where(p => !p.IsOn).ToArray()
               from point in @group.Where(p => p.IsOn)
               let nearest = behind.Where(b => Dominates(point.Costs, b.Costs))
                   .Select(b => (b.Row, Farthest: Farthest(point.Costs, b.Costs))).DefaultIfEmpty()
                   .MinBy(b => b.Farthest.Factor)
               where nearest.Row is not null && double.IsFinite(nearest.Farthest.Factor)
               select new Neighbour(point.Row, nearest.Row, goals[nearest.Farthest.Goal], nearest.Farthest.Factor),
        ];
    }

    // In which goal one is farthest behind, and how many times; costs of goals of which more is better are negative.
    private static (int Goal, double Factor) Farthest(double[] ahead, double[] behind) =>
        ahead.Select((a, i) => (i, Factor: a == behind[i] ? 1 : a > 0 ? behind[i] / a : behind[i] < 0 ? a / behind[i]
            : double.PositiveInfinity)).MaxBy(g => g.Factor);

    // Lexicographic: of two points one of which dominates the other, that one is first.
    private static int Compare(double[]? a, double[]? b)
    {
        for (int i = 0; i < a!.Length; i++)
        {
            if (a[i] != b![i])
                return a[i].CompareTo(b[i]);
        }

        return 0;
    }

    private static bool Dominates(double[] a, double[] b)
    {
        bool better = false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i])
                return false;
            better |= a[i] < b[i];
        }

        return better;
    }

    private static double[]? Costs(SweepRow row, IReadOnlyList<string> goals)
    {
        double[] costs = new double[goals.Count];
        for (int i = 0; i < costs.Length; i++)
        {
            if (Value(row, goals[i]) is not double value)
                return null;
            costs[i] = IsMost(goals[i]) ? -value : value;
        }

        return costs;
    }
}
