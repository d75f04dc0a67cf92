using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>What shells offer after options that take a name.</summary>
internal static class Completions
{
    /// <summary>Offers the shipped profiles.</summary>
    public static void Profiles(Option option) => Offer(option, ShippedProfiles.Names);

    /// <summary>Offers the shipped workloads.</summary>
    public static void Workloads(Option option) => Offer(option, ShippedWorkloads.Names);

    /// <summary>Offers the models of the catalog.</summary>
    public static void Models(Option option) => Offer(option, ModelCatalog.Names);

    /// <summary>Offers every method, without switches.</summary>
    public static void Methods(Option option) => Offer(option, Method.All.Select(m => m.ToString()));

    /// <summary>Offers the schemes that take no options, and the names of the others.</summary>
    public static void Schemes(Option option) => Offer(option, TuningScheme.Forms.Select(f => f.Form.Split('[')[0]));

    private static void Offer(Option option, IEnumerable<string> names)
    {
        string[] all = [.. names];
        option.CompletionSources.Add(_ => all.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
    }
}
