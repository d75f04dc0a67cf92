using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;
using NpuSim.Yaml;

namespace NpuSim.Cli.Explanations;

/// <summary>Everything that has a name of its own and can be explained, from the declarations that make it.</summary>
internal static class Topics
{
    /// <summary>Figures of reports.</summary>
    public static IEnumerable<Topic> Figures => FigureMeaning.All.Select(f => new Topic(
        f.Name, "a figure of reports", f.Meaning, ("unit", f.Unit), ("formula", f.Formula),
        ("results", f.Key is null ? null : $"{f.Key} in results.json"), ("column", f.Title),
        ("check", f.IsChecked ? $"npusim check --tolerance {f.Name}=…" : null), ("docs", f.Docs))
    {
        Aliases = f.Key is null ? [f.Title] : [f.Title, f.Key],
    });

    /// <summary>Families of methods; one name may have two.</summary>
    public static IEnumerable<Topic> Methods => MethodFamily.All.Select(f => new Topic(
        f.Name, $"a training method in {string.Join(", ", f.Formats)}", f.Summary,
        ("estimate", $"{f.Estimate}; update w ← w − η·g"), ("passes", f.Passes), ("source", f.Source),
        ("docs", "docs/methods.md#methods"))
    {
        Aliases = [.. f.Formats.Select(format => $"{f.Name}:{format}")],
    });

    /// <summary>Formats of floats that methods train in.</summary>
    public static IEnumerable<Topic> Formats => FloatFormat.All.Select(f => new Topic(
        f.Name, "a format of methods in floating point", f.Summary,
        ("kept", $"{YamlWords.Of(f.Operands.Stored)}: weights that train, optimiser state"),
        ("loss", f.LossScale == 1 ? null : $"multiplied by {f.LossScale} before its gradient is taken"), ("source", f.Source),
        ("docs", "docs/methods.md#formats-of-floats")));

    /// <summary>Switches of methods.</summary>
    public static IEnumerable<Topic> Switches => MethodSwitches.All.Select(s => new Topic(
        $"+{s.Usage}", "a switch of methods", s.Summary, ("formula", s.Detail),
        ("takes", s.Argument is null ? null : $"{s.Argument.Letter}, {s.Argument}"), ("adds", s.Adds), ("source", s.Source),
        ("docs", "docs/methods.md#switches"))
    {
        Aliases = [s.Usage, s.Name, $"+{s.Name}"],
    });

    /// <summary>Tuning schemes.</summary>
    public static IEnumerable<Topic> Schemes => TuningSchemes.All.Select(f => new Topic(
        f.Form, "a tuning scheme: which parameters train", f.Description, ("docs", "docs/schemes.md"))
    {
        Aliases = [f.Name],
    });

    /// <summary>All of them.</summary>
    public static ImmutableArray<Topic> All => [.. Figures, .. Methods, .. Formats, .. Switches, .. Schemes];

    /// <summary>What a text names: topics of that name, or the method and the switches it consists of; empty where it names
    /// none.</summary>
    public static ImmutableArray<Topic> Called(string text)
    {
        ImmutableArray<Topic> named = [.. All.Where(t => t.IsCalled(text))];
        if (!named.IsEmpty || text.StartsWith('+') || text.AsSpan().IndexOfAny(':', '+') < 0)
            return named;
        Method method = Method.Parse(text);
        return
        [
            .. Methods.Where(t => t.IsCalled($"{method.Name}:{method.Format}")), .. Formats.Where(t => t.IsCalled(method.Format)),
            .. MethodSwitches.All.Where(s => s.Text(method).Length > 0).SelectMany(s => Switches.Where(t => t.IsCalled(s.Name))),
        ];
    }
}
