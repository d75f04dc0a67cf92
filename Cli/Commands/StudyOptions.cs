using System.Collections.Immutable;
using System.CommandLine;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Cli.Commands;

/// <summary>Options that say what a study compares.</summary>
internal sealed class StudyOptions
{
    public Option<string> Workload { get; } = new("--workload", "-w")
    {
        Description = "Shipped workload or path of a workload file (npusim workload list).",
        DefaultValueFactory = _ => "glyphs-cnn",
    };

    public Option<string[]> Profiles { get; } = new("--profile", "-p")
    {
        Description =
            "Hardware profiles: shipped names or paths of YAML files; default: those of the default study; all: every shipped "
            + "one (npusim profile list).",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Settings { get; } = SetOption.Create();

    public Option<string[]> Methods { get; } = new("--method", "-m")
    {
        Description = $"Training methods with switches, as qzo-ff:16w8a+m3. Methods: {string.Join(", ", Method.All)}. Switches: "
            + $"{string.Join("; ", MethodSwitches.All.Select(s => $"{s.Usage} – {s.Summary}"))} (docs/methods.md).",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["bp:fp32", "bp:8w8a", "qzo-ff:16w8a"],
    };

    public Option<string[]> Schemes { get; } = new("--scheme", "-s")
    {
        Description =
            $"Which parameters train: {string.Join("; ", TuningSchemes.All.Select(f => $"{f.Form} – {f.Description}"))}; "
            + "joined by '+' they add up (docs/schemes.md).",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ["ft", "lp"],
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Folder of the data sets; default: the environment variable NPUSIM_DATA.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Workload);
        command.Options.Add(Profiles);
        command.Options.Add(Settings);
        command.Options.Add(Methods);
        command.Options.Add(Schemes);
        command.Options.Add(Data);
    }

    public ImmutableArray<HardwareProfile> ReadProfiles(ParseResult parsed)
    {
        IReadOnlyList<string> names = parsed.GetValue(Profiles) switch
        {
            null or [] => ShippedProfiles.Default,
            ["all"] => ShippedProfiles.Names,
            var given when given.Contains("all") =>
                throw new InputException("--profile all is given with others; accepted is it alone."),
            var given => given,
        };
        return Distinct(names.Select(n => SetOption.Find(n, parsed.GetValue(Settings))), p => p.Name, "profile");
    }

    public ImmutableArray<Method> ReadMethods(ParseResult parsed) =>
        Distinct(parsed.GetValue(Methods)!.Select(Method.Parse), m => m.ToString(), "method");

    public ImmutableArray<TuningScheme> ReadSchemes(ParseResult parsed) =>
        Distinct(parsed.GetValue(Schemes)!.Select(TuningScheme.Parse), s => s.Name, "scheme");

    /// <summary>The items, none of which may be given twice.</summary>
    /// <exception cref="InputException">One is.</exception>
    public static ImmutableArray<T> Distinct<T>(IEnumerable<T> items, Func<T, string> name, string what)
    {
        ImmutableArray<T> all = [.. items];
        string? twice = all.GroupBy(name).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null ? all : throw new InputException($"{what} '{twice}' is given twice.");
    }
}
