using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Terminal;
using NpuSim.Files;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>npusim eval: how often a network from a file is right, in floating point and in the arithmetic of
/// accelerators.</summary>
internal sealed class EvalCommand
{
    private const int Batch = 4, CalibrationSamples = 256;
    private const ulong DataSeed = 1;

    private static readonly Table<Outcome> Accuracies = new("Accuracy",
        new("Arithmetic", r => r.Arithmetic), new("Format", r => r.Format), new("Scales", r => r.Scales),
        new("Accuracy", r => 100 * r.Accuracy, Unit: "%", Format: "F2"));

    private readonly StudyOptions study = new();
    private readonly Option<string?> graph =
        new("--graph") { Description = "The network: .tflite, .onnx, or .json with .npz beside it." };

    private readonly Option<string?> images = new("--images")
    {
        Description = "Image set, or a YAML file that describes one; its test split is classified (docs/workloads.md).",
    };

    private readonly Option<string?> workload = new("--workload", "-w")
    {
        Description =
            "Instead of --graph and --images a workload whose model is a network file, before it adapts: its head, weights, "
                + "compression and "
            + "preparation, and the test images of its domain.",
    };

    private readonly Option<string[]> input = new("--input")
    {
        Description = "The input of --graph that images feed, NAME or NAME=SHAPE, where it has several or leaves sizes open.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> output =
        new("--output") { Description = "The output of --graph that classifies, where it has several." };

    private readonly Option<string> pixels = new("--pixels")
    {
        Description = "What the network takes for black and white, as 0..255 or -1..1.",
        DefaultValueFactory = _ => "0..1",
    };

    private readonly Option<int?> samples =
        WholeNumber.Option(["--samples"], "Test images, every class equally often; default: all.", 1);
    private readonly Option<bool> json = new("--json") { Description = "JSON on standard output." };

    public static Command Create()
    {
        EvalCommand eval = new();
        Command command = new("eval", "Accuracy of a network from a file as it is: in fp32 and on hardware profiles.");
        Option[] options =
            [eval.graph, eval.input, eval.output, eval.images, eval.workload, eval.study.Data, eval.pixels, eval.samples,
                eval.study.Profiles, eval.json];
        foreach (Option option in options)
            command.Options.Add(option);
        command.SetAction(eval.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        ImmutableArray<HardwareProfile> profiles = study.ReadProfiles(parsed);
        (ImportedNetwork network, ImageSet set, Dataset test, Lazy<Dataset> calibration) = parsed.GetValue(workload) is { } task
            ? OfWorkload(task, parsed) : OfFile(parsed);
        ImmutableArray<Outcome> outcomes = network.Quantization is null
            ? Calibrated(network, test, calibration.Value, profiles) : AsQuantised(network, test, profiles);
        if (parsed.GetValue(json))
        {
            WriteJson(network, set, test.Count, outcomes);
            return ExitCode.Done;
        }

        Graph single = network.Model.Build(1);
        Console.WriteLine($"{network.Model.Name}, {network.Model.Input}: {Quantity.Metric(single.ParameterCount)} parameters, " +
            $"{Quantity.Metric(single.Macs)} MACs; {test.Count} test images of {set.Name}");
        if (network.Remark is { } remark)
            Console.WriteLine($"quantised, but run as real numbers without the rounding of its quantisers: {remark}");
        Console.WriteLine();
        TextTable.Write(Accuracies, outcomes, Console.Out);
        foreach (IGrouping<string, Outcome> reason in outcomes.Where(o => o.NotRunnable is not null).GroupBy(o => o.NotRunnable!))
            Console.WriteLine(
                $"\n{string.Join(", ", reason.Select(o => $"{o.Arithmetic} {o.Format}"))}: does not run. {reason.Key}");
        return ExitCode.Done;
    }

    private Subject OfFile(ParseResult parsed)
    {
        if (parsed.GetValue(graph) is not { } file || parsed.GetValue(images) is not { } name)
            throw new InputException(
                $"{(parsed.GetValue(graph) is null ? "--graph" : "--images")} is missing; accepted are --graph with --images, or "
                    + $"--workload.");
        ImportedNetwork network = ImportedNetwork.Read(file,
            new FilePorts([.. parsed.GetValue(input) ?? []], parsed.GetValue(output)));
        ImageSet set = ImageSets.Get(name);
        PixelRange range = PixelRange.Parse(parsed.GetValue(pixels)!);
        NetworkEvaluation.RequireClassifier(network, set);
        string? folder = parsed.GetValue(study.Data);
        InputBudget.Account budget = new(); // one for both splits
        ImageSource Open(Split split) => InputBudget.Within(budget, () => set.Open(split, folder, DataSeed));
        Dataset test = Take(Open(Split.Test), parsed.GetValue(samples), range);
        return new(network, set, test, new(() => Take(Open(Split.Train), CalibrationSamples, range)));
    }

    private Subject OfWorkload(string name, ParseResult parsed)
    {
        if (new Option[] { graph, input, output, images, pixels }.FirstOrDefault(o =>
            parsed.GetResult(o) is { Implicit: false }) is { } other)
            throw new InputException($"--workload and {other.Name} are given both; the workload says what its network sees.");
        Workload task = WorkloadMethods.Load(name);
        if (task.Adapt.FewShot is not null)
            throw new InputException(
                $"{task.Name}: adapt.few-shot replaces the classifier in each episode; accepted is a workload without it.");
        ImportedNetwork network = WorkloadSetup.NetworkOf(task);
        if (parsed.GetValue(samples) is int some)
            task = task with { Adapt = task.Adapt with { TestSamples = some } };
        WorkloadData data = new(task, parsed.GetValue(study.Data));
        return new(network, task.ImageSet, data.TargetTest,
            new(() => data.AdaptTrain.Select([.. Enumerable.Range(0, Math.Min(CalibrationSamples, data.AdaptTrain.Count))])));
    }

    private static ImmutableArray<Outcome> AsQuantised(ImportedNetwork network, Dataset test,
        ImmutableArray<HardwareProfile> profiles) =>
    [
        Real(network, test),
        .. profiles.Select(p => p.Formats.Any(f => f is { Weights: NumberFormat.Int8, Activations: NumberFormat.Int8 })
            ? Integers(p.Name, "int8", "of the file",
                () => NetworkEvaluation.Fixed(network, BatchOf(network), p.Numerics), network, test)
            : new(p.Name, "int8", "of the file", null, $"The engine of {p.Name} does not multiply int8 by int8.")),
    ];

    private static ImmutableArray<Outcome> Calibrated(
        ImportedNetwork network, Dataset test, Dataset calibration, ImmutableArray<HardwareProfile> profiles)
    {
        var outcomes = ImmutableArray.CreateBuilder<Outcome>();
        outcomes.Add(Real(network, test));
        foreach (HardwareProfile profile in profiles)
        {
            foreach (OperandFormats formats in profile.Formats.Select(f => new OperandFormats(f.Weights, f.Activations)))
            {
                outcomes.Add(Integers(
                    profile.Name, $"{formats.Weights.Bits()}w{formats.Activations.Bits()}a", "calibrated",
                    () => NetworkEvaluation.Calibrated(network, BatchOf(network), formats, profile.Numerics, calibration),
                    network, test));
            }
        }

        return outcomes.ToImmutable();
    }

    private static Outcome Integers(string profile, string format, string scales, Func<FixedPointMachine> machine,
        ImportedNetwork network, Dataset test)
    {
        try
        {
            return new(profile, format, scales, NetworkEvaluation.Accuracy(machine(), network, test));
        }
        catch (NotRunnableException cannot)
        {
            return new(profile, format, scales, null, cannot.Message);
        }
    }

    private static Outcome Real(ImportedNetwork network, Dataset test) =>
        new("floating point", "fp32", "",
            NetworkEvaluation.Accuracy(NetworkEvaluation.Float(network, BatchOf(network)), network, test));

    private static Dataset Take(ImageSource source, int? count, PixelRange range)
    {
        int[] all = [.. Enumerable.Range(0, source.Count)];
        int[] chosen = count is int some && some < source.Count ? source.Choose(some, DataSeed, "evaluate", []) : all;
        return source.Take(chosen, Corruption.None, DataSeed).In(range);
    }

    private static void WriteJson(ImportedNetwork network, ImageSet set, int count, ImmutableArray<Outcome> outcomes)
    {
        using Stream output = Console.OpenStandardOutput();
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        writer.WriteStartObject();
        writer.WriteNumber("schemaVersion", 1);
        writer.WriteString("model", network.Model.Name);
        if (network.Remark is { } remark)
            writer.WriteString("remark", remark);
        writer.WriteString("images", set.Name);
        writer.WriteNumber("testSamples", count);
        writer.WriteStartArray("accuracies");
        foreach (Outcome outcome in outcomes)
        {
            writer.WriteStartObject();
            writer.WriteString("arithmetic", outcome.Arithmetic);
            writer.WriteString("format", outcome.Format);
            writer.WriteString("scales", outcome.Scales);
            if (outcome.Accuracy is double accuracy)
                writer.WriteNumber("accuracy", accuracy);
            else
                writer.WriteNull("accuracy");
            if (outcome.NotRunnable is { } reason)
                writer.WriteString("notRunnable", reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <summary>What is measured.</summary>
    /// <param name="Network">The network.</param>
    /// <param name="Set">The set of its images.</param>
    /// <param name="Test">Images to classify, as the network sees them.</param>
    /// <param name="Calibration">Images that set the scales of one that has none.</param>
    private sealed record Subject(ImportedNetwork Network, ImageSet Set, Dataset Test, Lazy<Dataset> Calibration);

    private sealed record Outcome(string Arithmetic, string Format, string Scales, double? Accuracy, string? NotRunnable = null);

    private static int BatchOf(ImportedNetwork network) => network.TakesOneSample ? 1 : Batch;
}
