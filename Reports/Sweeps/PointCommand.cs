using System.Text.RegularExpressions;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Workloads.Models;
using NpuSim.Yaml;

namespace NpuSim.Reports.Sweeps;

/// <summary>
/// A point in the words of a user: what of its profile differs from the one it starts from, and the commands that give it alone.
/// </summary>
internal static partial class PointCommand
{
    /// <summary>Every key that differs from the base, as "engine.rows 16 → 8".</summary>
    public static string Difference(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return string.Join(", ",
            point.Settings.Select(s => (s.Path, Before: Text(point.Base, s.Path), After: Text(point.Profile, s.Path)))
                .Where(s => s.Before != s.After).Select(s => $"{s.Path} {s.Before} → {s.After}"));

        static string Text(HardwareProfile profile, string path) => YamlRecord.Find(profile, path)?.Text ?? "none";
    }

    /// <summary>A point in a line: what of its profile differs, method and scheme.</summary>
    public static string Short(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        string settings = string.Join(", ", point.Settings.Select(s =>
            $"{s.Path[(s.Path.LastIndexOf('.') + 1)..]} {YamlRecord.Find(point.Profile, s.Path)?.Text ?? "none"}"));
        return string.Join(", ", new[] { point.Base.Name, settings, $"{point.Task.Method} {point.Task.SchemeName}" }
            .Where(t => t.Length > 0));
    }

    /// <summary>The command that prices the point alone, to the last digit of the study.</summary>
    public static string Plan(SweepPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        SweepTask task = point.Task;
        string network = task.Network.Workload is not null ? "--workload" : ModelCatalog.Names.Contains(task.Network.Name)
            ? "--model" : "--graph";
        string what = task.Scheme is null ? "--inference" : $"--scheme {ShellWord.Of(task.SchemeName)}";
        return FormattableString.Invariant(
            $"npusim plan {network} {ShellWord.Of(task.Network.Name)} --batch {task.Batch} {Rest(point)} {what}");
    }

    /// <summary>The command that trains the point alone with one of its seeds.</summary>
    /// <param name="point">The point.</param>
    /// <param name="steps">Steps of the study; 0: the workload's.</param>
    public static string Run(SweepPoint point, int steps)
    {
        ArgumentNullException.ThrowIfNull(point);
        string workload = ShellWord.Of(point.Task.Network.Name), scheme = ShellWord.Of(point.Task.SchemeName);
        return $"npusim run --workload {workload} {Rest(point)} --scheme {scheme} --seed 1"
            + (steps > 0 ? FormattableString.Invariant($" --steps {steps}") : "");
    }

    private static string Rest(SweepPoint point)
    {
        string set = point.Settings.Count == 0 ? "" : $" --set {string.Join(' ', point.Settings.Select(Setting))}";
        return $"--profile {ShellWord.Of(point.Base.Name)}{set} --method {ShellWord.Of(point.Task.Method.ToString())}";
    }

    private static string Setting(ProfileSetting setting)
    {
        string value = setting.Value;
        return ShellWord.Of($"{setting.Path}={(Measured().IsMatch(value) ? value.Replace(" ", "", StringComparison.Ordinal) : value)}");
    }

    // A quantity is the same without the blank before its unit.
    [GeneratedRegex(@"\A[0-9.]+ [A-Za-z/]+\z")]
    private static partial Regex Measured();
}
