using System.CommandLine;
using System.CommandLine.Completions;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>What shells offer where a name is taken: by the option's name, or by command and argument, so that no command can
/// leave it out.</summary>
internal static class Completions
{
    private static readonly Dictionary<string, Func<IEnumerable<string>>> Offers = new()
    {
        ["--workload"] = () => ShippedWorkloads.Names,
        ["--profile"] = () => ShippedProfiles.Names,
        ["--method"] = () => Method.All.Select(m => m.ToString()),
        ["--scheme"] = () => TuningSchemes.All.Select(f => f.Form.Split('[')[0]),
        ["--model"] = () => ModelCatalog.Names,
        ["--network"] = () => [.. ShippedWorkloads.Names, .. ModelCatalog.Names],
        ["--like"] = () => ShippedProfiles.Names,
        ["--images"] = () => ImageSets.All.Select(s => s.Name),
        ["--kind"] = () => YamlWords.All<CorruptionKind>().Skip(1), // without none
        ["npusim profile show name"] = () => ShippedProfiles.Names,
        ["npusim workload show name"] = () => ShippedWorkloads.Names,
        ["npusim pretrain workload"] = () => ShippedWorkloads.Names,
    };

    private static readonly string[] PathOptions =
        ["--baseline", "--checkpoint", "--data", "--graph", "--images", "--journal", "--junit", "--like", "--network", "--out",
            "--profile",
            "--trace", "--workload"];

    private static readonly string[] PathArguments =
    [
        "npusim check results", "npusim diff before", "npusim pretrain workload", "npusim profile show name",
            "npusim profile validate file",
        "npusim report study", "npusim vectors check file", "npusim workload show name", "npusim workload validate file",
    ];

    /// <summary>The options of a command and of those below it that take the path of a file or folder, with their short
    /// forms.</summary>
    public static IEnumerable<string> OptionsOfPaths(Command command) => command.Options.Where(o => PathOptions.Contains(o.Name))
        .SelectMany(o => o.Aliases.Prepend(o.Name)).Concat(command.Subcommands.SelectMany(OptionsOfPaths)).Distinct()
            .Order(StringComparer.Ordinal);

    /// <summary>The commands, as "npusim profile show", of which an argument is the path of a file or folder.</summary>
    public static IEnumerable<string> CommandsOfPaths(Command command) => command.Arguments
        .Where(a => PathArguments.Contains($"{Usage.Path(command)} {a.Name}")).Select(_ => Usage.Path(command))
            .Concat(command.Subcommands.SelectMany(CommandsOfPaths));

    /// <summary>Makes every option and argument of a command and of those below it offer its names.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in command.Options)
        {
            if (Offers.TryGetValue(option.Name, out Func<IEnumerable<string>>? names))
            {
                option.HelpName ??= option.Name.TrimStart('-'); // help would list all names in its left column
                option.CompletionSources.Add(_ => Items(names));
            }
        }
        foreach (Argument argument in command.Arguments)
        {
            if (Offers.TryGetValue($"{Usage.Path(command)} {argument.Name}", out Func<IEnumerable<string>>? names))
            {
                argument.HelpName ??= argument.Name;
                argument.CompletionSources.Add(_ => Items(names));
            }
        }
        foreach (Command below in command.Subcommands)
            AddTo(below);
    }

    private static IEnumerable<CompletionItem> Items(Func<IEnumerable<string>> names) => names()
        .Select(name => new CompletionItem(name));
}
