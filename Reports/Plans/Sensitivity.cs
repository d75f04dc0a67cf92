using System.Globalization;
using System.Text.RegularExpressions;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Plans;

/// <summary>What one number of a profile decides: elasticities, the share by which a figure grows per share of the
/// number.</summary>
/// <param name="Key">Path of the number.</param>
/// <param name="Value">As printed.</param>
/// <param name="Cycles">Of cycles.</param>
/// <param name="Energy">Of energy.</param>
/// <param name="Arena">Of the memory laid out.</param>
/// <param name="IsAssumed">True: the number has no published source.</param>
internal sealed partial record Sensitivity(string Key, string Value, double Cycles, double Energy, double Arena, bool IsAssumed)
{
    private static readonly double[] Steps = [1.1, 2];

    /// <summary>Largest of the three, whichever sign.</summary>
    public double Largest => Math.Max(Math.Abs(Cycles), Math.Max(Math.Abs(Energy), Math.Abs(Arena)));

    /// <summary>
    /// Every number of the run's profile, the largest elasticity first. Each is raised by a tenth – by one where it is a small
    /// whole number, doubled where nothing less is accepted – and the plan is read again: ln(figure after / before) / ln(number
    /// after / before). Numbers that cannot change alone are left out, and so is 0.
    /// </summary>
    public static IReadOnlyList<Sensitivity> Of(PlannedRun run)
    {
        HardwareProfile profile = run.Reading.Profile;
        if (run.Reading.Cost is null)
            return [];
        string[] lines = ProfileWriter.ToYaml(profile).TrimEnd('\n').Split('\n');
        List<Sensitivity> all = [];
        foreach ((int line, string key) in Keys(lines))
        {
            if (Number().Match(lines[line]) is { Success: true } match
                && Changed(run, profile, lines, line, match, key) is { } result)
                all.Add(result);
        }

        return [.. all.OrderByDescending(s => s.Largest).ThenBy(s => s.Key, StringComparer.Ordinal)];
    }

    private static Sensitivity? Changed(
        PlannedRun run, HardwareProfile profile, string[] lines, int line, Match match, string key)
    {
        double before = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        foreach (double after in Steps.SelectMany(s => new[] { before * s, Math.Ceiling(before * s) }).Where(v => v != before))
        {
            if (before <= 0)
                return null;
            string[] changed = [.. lines];
            changed[line] =
                $"{match.Groups["key"].Value}{after.ToString("R", CultureInfo.InvariantCulture)}{match.Groups["unit"].Value}";
            HardwareProfile other;
            try
            {
                other = ProfileReader.Read(string.Join('\n', changed), "profile");
            }
            catch (InputException)
            {
                continue; // a whole number, a power of two, or a number that stands for others
            }

            PlanReading now = PlanReading.Of(Step.Of(other, run.Reading.Plan), other, run.Place);
            if (now.Cost is not { } cost)
                return null;
            double step = Math.Log(after / before);
            double Elasticity(double a, double b) => a > 0 && b > 0 && a != b ? Math.Round(Math.Log(a / b) / step, 6) : 0;
            return new(
                key, match.Groups["number"].Value + match.Groups["unit"].Value,
                Elasticity(cost.Cycles, run.Reading.Cost!.Cycles), Elasticity(cost.EnergyJoules, run.Reading.Cost.EnergyJoules),
                Elasticity(now.Layout.ArenaBytes, run.Reading.Layout.ArenaBytes),
                profile.SourceOf(key)?.StartsWith("assumed", StringComparison.Ordinal) == true);
        }

        return null;
    }

    // Paths of the lines of a printed profile: two spaces a level, a dash for each item of a list.
    private static IEnumerable<(int Line, string Key)> Keys(string[] lines)
    {
        List<string> path = [];
        int item = -1;
        for (int i = 0; i < lines.Length; i++)
        {
            string text = lines[i].TrimStart(' ');
            int level = (lines[i].Length - text.Length) / 2;
            if (text.StartsWith("- ", StringComparison.Ordinal))
            {
                item++;
                text = text[2..];
                path = [$"{path[0].Split('[')[0]}[{item}]"];
                level++;
            }

            else if (level == 0)
            {
                item = -1;
            }

            int depth = item >= 0 ? level - 1 : level;
            path = [.. path.Take(Math.Max(depth, item >= 0 ? 1 : 0)), text.Split(':')[0]];
            if (path[0] != "sources")
                yield return (i, string.Join('.', path));
        }
    }

    [GeneratedRegex(@"^(?<key>\s*(- )?[a-z0-9-]+: )(?<number>-?[0-9][0-9.]*(E[+-]?[0-9]+)?)(?<unit>( [A-Za-z/]+)?)$")]
    private static partial Regex Number();
}
