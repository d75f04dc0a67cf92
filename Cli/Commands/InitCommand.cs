using System.CommandLine;
using System.Text;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Starters;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Text;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>npusim init: a profile and a workload to start from, every key with a comment, ready to run.</summary>
internal sealed class InitCommand
{
    private readonly Option<string> like = new("--like")
    {
        Description = "Profile that yours starts from: a shipped name or the path of a YAML file.",
        DefaultValueFactory = _ => "systolic-int8-16x16",
    };

    private readonly Option<string> network = new("--network")
    {
        Description = "What is trained: a network file (.onnx, .tflite, .json), a model of the catalog, or a shipped workload.",
        DefaultValueFactory = _ => ShippedWorkloads.Default,
    };

    private readonly Option<string[]> input = new("--input")
    {
        Description = "Inputs of the network file, NAME or NAME=SHAPE, where it has several or leaves sizes open.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> output =
        new("--output") { Description = "The output of the network file, where it has several." };
    private readonly Option<string?> images = new("--images")
    {
        Description = "Image set, or the path of a YAML file that describes your own; default: one with the network's channels.",
    };

    private readonly Option<string> name = new("--name")
    {
        Description = "Name of the profile; the workload is NAME-task.",
        DefaultValueFactory = _ => "my-npu",
    };

    private readonly Option<string> folder = new("--out", "-o")
    {
        Description = "Folder of both files.",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the files if they exist." };

    public static Command Create()
    {
        InitCommand init = new();
        Command command = new("init", "Writes a profile and a workload to start from, every key with a comment, ready to run.");
        foreach (Option option in new Option[]
            { init.like, init.network, init.input, init.output, init.images, init.name, init.folder, init.overwrite })
            command.Options.Add(option);
        command.SetAction(init.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        string chip = parsed.GetValue(name)!, task = $"{chip}-task";
        if (!ItemName.IsValid(task))
            throw new InputException($"--name '{chip}': {ItemName.Accepted} with -task behind.");
        string at = OutputFolder.Of(parsed.GetValue(folder)!).ToString();
        (string profileFile, string workloadFile) = (In(at, chip), In(at, task));
        bool replaces = parsed.GetValue(overwrite);
        OutputFile.Require(profileFile, replaces);
        OutputFile.Require(workloadFile, replaces);

        string basis = parsed.GetValue(like)!, trained = parsed.GetValue(network)!;
        HardwareProfile profile = ShippedProfiles.Find(basis);
        profile = profile with { Name = chip, Description = $"Started from {profile.Name}: {profile.Description}" };
        Workload workload = StarterWorkload.Of(task, trained, Ports(parsed), parsed.GetValue(images));

        string profileText = $"""
            # An accelerator of your own. Change a number, and beside it its source at the end of the file;
            # npusim profile validate checks both, npusim explain {chip}.yaml.KEY tells more of a key.

            {YamlRecord.PrintCommented(profile)}
            """;
        string workloadText = $"""
            # A training task of your own{(ImportedNetwork.IsFile(trained)
                ? ". The network file brings its weights: pretrain only says which images it has seen." : ".")}
            # npusim workload validate checks it.

            {YamlRecord.PrintCommented(Below(workload, at))}
            """;
        Directory.CreateDirectory(at);
        Write(profileFile, replaces, profileText);
        Write(workloadFile, replaces, workloadText);
        string given = $"--profile {ShellWord.Of(profileFile)} --workload {ShellWord.Of(workloadFile)}";
        Console.WriteLine($"written: {profileFile}, {workloadFile}");
        Console.WriteLine($"next: npusim plan {given}");
        string data = ImageSets.Get(workload.Adapt.Images).Files.IsEmpty ? "" : " --data DIR";
        Console.WriteLine($"      npusim compare {given}{data} --out {ShellWord.Of($"{chip}-study")}");
        return ExitCode.Done;
    }

    private FilePorts? Ports(ParseResult parsed)
    {
        string[] inputs = parsed.GetValue(input) ?? [];
        string? chosen = parsed.GetValue(output);
        if (inputs.Length == 0 && chosen is null)
            return null;
        FilePorts ports = new([.. inputs], chosen);
        return ports.Problems().ToArray() is [var problem, ..]
            ? throw new InputException($"--input: {problem.Text}.") : ports;
    }

    // Paths in a workload file start from its folder.
    private static Workload Below(Workload workload, string folder)
    {
        string images = ImageSets.IsPath(workload.Adapt.Images) ? From(workload.Adapt.Images) : workload.Adapt.Images;
        return workload with
        {
            Model = ImportedNetwork.IsFile(workload.Model) ? From(workload.Model) : workload.Model,
            Pretrain = workload.Pretrain with
            {
                Images = workload.Pretrain.Images == workload.Adapt.Images ? images : workload.Pretrain.Images,
            },
            Adapt = workload.Adapt with { Images = images },
        };

        string From(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
    }

    private static string In(string folder, string name) =>
        $"{(folder == "." ? "" : folder.TrimEnd('/') + "/")}{name}.yaml";

    private static void Write(string path, bool overwrite, string text) =>
        OutputFile.Write(path, overwrite,
            stream => stream.Write(new UTF8Encoding(false).GetBytes(text.ReplaceLineEndings("\n"))));
}
