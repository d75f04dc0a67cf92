using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>
/// What says which points a design study has: a file, options, or a file with options instead of some of its keys.
/// </summary>
internal sealed class SweepOptions
{
    private static readonly Sweep Default = new(["systolic-int8-16x16"], ["glyphs-cnn"],
        ["bp:fp32", "bp:fp16", "qzo-ff:16w8a", "qzo-ff:8w8a"], ["ft"]);

    private readonly StudyFile<Sweep> file =
        new("Path of a STUDY.yaml; default: the one in the folder of results, else all is said by options.");

    private readonly Option<string[]> profiles = StudyFile.Several("--profile",
        "Hardware profiles to start from: shipped names or paths of YAML files.", "-p");
    private readonly Option<string[]> vary = StudyFile.Several("--vary",
        $"Keys of the profile that vary, all combinations: {Knob.Accepted}.");
    private readonly Option<string[]> points = StudyFile.Several("--point",
        "Instead of --vary, one accelerator: 'engine.rows=8 engine.columns=32'.");
    private readonly Option<string[]> networks = StudyFile.Several("--network", "Workloads, models of the catalog, or files of either.",
        "-n");
    private readonly Option<int[]> batches = new("--batch", "-b")
    {
        Description = "Samples per step; default: the workload's, 1 for other networks.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> methods = StudyFile.Several("--method",
        $"Training methods with switches: {string.Join(", ", Method.All)} (docs/methods.md).", "-m");
    private readonly Option<string[]> schemes = StudyFile.Several("--scheme",
        $"What trains, as ft or lp; {Sweep.Inference}: a forward pass.", "-s");
    private readonly Option<string[]> where = StudyFile.Several("--where",
        "Conditions that every point meets, as 'engine.rows <= engine.columns and batch > 1'.");
    private readonly Option<string[]> skip = StudyFile.Several(
        "--skip", $"Conditions that no point meets; {Sweep.Impossible}: accelerators that break a rule are left out.");
    private readonly Option<int?> random = WholeNumber.Option(["--random"], "So many points drawn from all combinations.", 1,
        SweepSpace.MostPoints);
    private readonly Option<int?> seed = WholeNumber.Option(["--seed"], "Decides which points --random draws; default: 1.", 0);

    private readonly Option<int?> seeds = WholeNumber.Option(["--seeds"],
        "Train too, so many times: seeds 1, 2, …; default: points are only priced.", 0, 1000);
    private readonly Option<int?> steps = WholeNumber.Option(["--steps"], "Steps of a training; default: the workload's.", 1);
    private readonly Option<bool> dropPairs = new(
        "--drop-pairs")
    { Description = "Leave out formats whose products an accumulator does not hold." };

    private readonly Option<string[]> least = StudyFile.Several("--least",
        "Keys whose least values are sought: the first for each value of the second.");
    private readonly Option<string[]> suchThat = StudyFile.Several(
        "--such-that",
        $"Conditions that the least value meets, as 'accuracy >= bp:fp32 - 1' or 'cycles <= 1.1 * best' or 'fits == true'. "
            + $"Figures: {string.Join(", ", PointFigures.Names)}.");

    private readonly Option<string[]> goals = StudyFile.Several("--goal",
        "Figures, or keys with numbers, whose front is marked, as energy cycles memory.scratchpad.size.");

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All =>
        [profiles, vary, points, networks, batches, methods, schemes, where, skip, random, seed, seeds, steps, dropPairs, least,
        suchThat, goals];

    /// <summary>Adds argument and options to a command.</summary>
    public void AddTo(Command command)
    {
        file.AddTo(command);
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>The study that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The folder of results, whose study counts where the command line says nothing.</param>
    /// <exception cref="InputException">A file cannot be read, or has faults.</exception>
    public Sweep Read(ParseResult parsed, string folder)
    {
        Sweep basis = file.Read(parsed, All, folder, Default);
        return basis with
        {
            Profiles = Given(parsed, profiles, basis.Profiles),
            Networks = Given(parsed, networks, basis.Networks),
            Methods = Given(parsed, methods, basis.Methods),
            Schemes = Given(parsed, schemes, basis.Schemes),
            Vary = Given(parsed, vary, basis.Vary),
            Points = Given(parsed, points, basis.Points),
            Batches = Given(parsed, batches, basis.Batches),
            Where = Given(parsed, where, basis.Where),
            Skip = Given(parsed, skip, basis.Skip),
            Random = parsed.GetValue(random) ?? basis.Random,
            Seed = (ulong?)parsed.GetValue(seed) ?? basis.Seed,
            Seeds = parsed.GetValue(seeds) ?? basis.Seeds,
            Steps = parsed.GetValue(steps) ?? basis.Steps,
            Least = Given(parsed, least, basis.Least),
            SuchThat = Given(parsed, suchThat, basis.SuchThat),
            Goals = Given(parsed, goals, basis.Goals),
            DropPairs = parsed.GetValue(dropPairs) || basis.DropPairs,
        };
    }

    private static ImmutableArray<T> Given<T>(ParseResult parsed, Option<T[]> option, ImmutableArray<T> otherwise) =>
        StudyFile.Given(parsed, option) ?? (otherwise.IsDefault ? [] : otherwise);
}
