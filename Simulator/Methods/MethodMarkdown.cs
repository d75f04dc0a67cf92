using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Methods;

/// <summary>The tables of docs/methods.md.</summary>
internal static class MethodMarkdown
{
    private const string None = "–";

    /// <summary>A row for each family.</summary>
    public static string Families() => string.Join('\n',
    [
        "| name | formats | what | estimate g; update w ← w − η·g | forward passes | source |", "|---|---|---|---|---|---|",
        .. MethodFamily.All.Select(f =>
            $"| `{f.Name}` | {string.Join(", ", f.Formats)} | {f.Summary} | {f.Estimate} | {f.Passes} | {f.Source} |"),
    ]);

    /// <summary>A row for each switch.</summary>
    public static string Switches() => string.Join('\n',
    [
        "| switch | methods | what it does | what it adds to the plan | source |", "|---|---|---|---|---|",
        .. MethodSwitches.All.Select(s => $"| `{s.Usage}` | {Takers(s)} | {s.Summary}"
            + $"{(s.Detail is null ? "" : $": {s.Detail}")} | {s.Adds ?? None} | {s.Source ?? None} |"),
    ]);

    /// <summary>A row for each way to train in floating point.</summary>
    public static string FloatFormats() => string.Join('\n',
    [
        "| format | what is stored how | weights, activations, gradients | kept between steps | loss scale | source |",
        "|---|---|---|---|---|---|",
        .. FloatFormat.All.Select(f => $"| `{f.Name}` | {f.Summary} | {Text(f.Operands.Weights)}, {Text(f.Operands.Activations)}, "
            + $"{Text(f.Operands.Gradients)} | {Text(f.Operands.Stored)} | {f.LossScale} | {f.Source} |"),
    ]);

    /// <summary>Names of the methods that have a switch.</summary>
    public static IReadOnlyList<string> Having(MethodSwitch wanted) =>
        [.. Method.All.Where(m => MethodSwitches.Of(m).Contains(wanted)).Select(m => m.Name).Distinct()];

    private static string Text(NumberFormat format) => YamlWords.Of(format);

    private static string Takers(MethodSwitch wanted)
    {
        string[] forward = [.. Method.All.OfType<ForwardMethod>().Select(m => m.Name).Distinct()];
        IReadOnlyList<string> having = Having(wanted);
        string[] without = [.. forward.Except(having)];
        string most = without.Length switch
        {
            0 => "all",
            1 => $"all but `{without[0]}`",
            _ => string.Join(", ", forward.Intersect(having).Select(n => $"`{n}`")),
        };
        return string.Join(", ", having.Except(forward).Select(n => $"`{n}`").Append(most).Where(t => t.Length > 0));
    }
}
