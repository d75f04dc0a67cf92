using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli.Plans;
using NpuSim.Cli.Terminal;
using NpuSim.Reports.Plans;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Cli.Commands;

/// <summary>npusim plan: memory, cycles and energy of a training step, an inference or one layer, without running it.</summary>
internal sealed class PlanCommand
{
    private const int MostSamples = 1 << 20;

    private readonly StudyOptions study = new();
    private readonly Option<int?> batch = WholeNumber.Option(
        ["--batch", "-b"], "Samples per step; default: the workload's, 1 with --model and --graph.", 1, MostSamples);
    private readonly Option<string?> model = new("--model")
    {
        Description = $"A network of the catalog instead of a workload's: {string.Join(", ", ModelCatalog.Names)}; or a language "
            + $"model, which is planned alone: {string.Join(", ", LanguageModels.Names)}.",
    };

    private readonly Option<string?> graph = new("--graph")
    {
        Description = "A network file instead of a workload's model: .tflite, .onnx, or .json with .npz beside it.",
    };

    private readonly Option<string[]> input = new("--input")
    {
        Description =
            "One sample of --model, HxWxC; or an input of --graph, NAME or NAME=SHAPE, where it has several or leaves sizes "
                + "open.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> output =
        new("--output") { Description = "The output of --graph that is read, where it has several." };
    private readonly Option<int?> head =
        WholeNumber.Option(["--head"], "Classes of a new head on --graph; default: it keeps its own.", 2, 1 << 16);
    private readonly Option<int?> frames = WholeNumber.Option(
        ["--seq"], "Frames of a sample of ast, crnn or crnn-lstm, tokens of one of a language model.", 1, 1 << 20);
    private readonly Option<int?> frozenBits = WholeNumber.Option(["--frozen-bits"],
        "Bits of the frozen matrices of --model or --graph, 128 neighbours sharing a scale in fp16 and a zero point; floating point "
            + "alone.", 2, 8);
    private readonly Option<string?> gemm = new("--gemm") { Description = "One matrix product MxNxK instead of a network." };
    private readonly Option<string?> convolution = new("--conv")
    {
        Description = "One convolution HxWxC,FHxFWxN,stride[,pad] instead of a network.",
    };

    private readonly Option<string?> operands = new("--operands")
    {
        Description =
            "Where operands and result of --gemm or --conv lie: off-chip (default, where there is such memory) or resident in "
                + "the "
            + "scratchpad.",
    };

    private readonly Option<bool> inference = new("--inference") { Description = "Inference alone, no training steps." };
    private readonly Option<bool> layers = new("--layers") { Description = "Every operation too; with one --profile." };
    private readonly Option<string?> trace = new("--trace")
    {
        Description = "Write a timeline of the runs to a file that Perfetto (ui.perfetto.dev) and chrome://tracing open, or, "
            + "where it ends in .html, to a page that zooms.",
    };

    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Replace the file of --trace if it exists." };
    private readonly Option<bool> bounds =
        new("--bounds") { Description = "What each run waits for, and the gain if that took no time." };
    private readonly Option<bool> sensitivity = new("--sensitivity")
    {
        Description = "How cycles, energy and arena follow every number of the profile, the largest first.",
    };

    private readonly Option<bool> json = new("--json") { Description = "JSON on standard output." };

    public static Command Create()
    {
        PlanCommand plan = new();
        Command command = new("plan", "Memory, cycles and energy of one training step; neither data nor weights are needed.");
        plan.study.AddTo(command);
        command.Options.Remove(plan.study.Data);
        Option[] own =
        [
            plan.model, plan.graph, plan.input, plan.output, plan.head, plan.frames, plan.frozenBits, plan.batch, plan.gemm, plan.convolution,
                plan.operands, plan.inference, plan.layers,
            plan.trace, plan.overwrite, plan.bounds, plan.sensitivity, plan.json,
        ];
        foreach (Option option in own)
            command.Options.Add(option);
        command.SetAction(plan.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        ImmutableArray<HardwareProfile> profiles = study.ReadProfiles(parsed);
        PlanTarget? target = null;
        ImmutableArray<PlannedRun> runs;
        if (Layer(parsed) is { } layer)
        {
            OperandPlace? place = Operands(parsed);
            runs = [.. profiles.Select(p => layer.Run(p, place))];
        }
        else
        {
            if (Operands(parsed) is not null)
                throw new InputException(
                    "--operands is given without --gemm or --conv; in a network each operation knows where they lie.");
            target = Target(parsed);
            ImmutableArray<Method> methods = study.ReadMethods(parsed);
            ImmutableArray<TuningScheme> schemes = study.ReadSchemes(parsed);
            if (parsed.GetValue(graph) is not null && parsed.GetResult(study.Schemes) is not { Implicit: false })
                schemes = target.Fitting(schemes);
            runs = [.. profiles.SelectMany(p => target.Runs(p, methods, schemes, !parsed.GetValue(inference)))];
        }

        if (parsed.GetValue(trace) is { } file)
        {
            if (string.IsNullOrWhiteSpace(file))
                throw new InputException("--trace '': accepted is the path of a file.");
            OutputFile.Write(file, parsed.GetValue(overwrite), stream => WriteTrace(file, runs, stream));
        }

        if (parsed.GetValue(json))
        {
            if (parsed.GetValue(bounds) || parsed.GetValue(sensitivity))
                throw new InputException(
                    "--json is given with --bounds or --sensitivity, which are tables; accepted is one of them.");
            using Stream output = Console.OpenStandardOutput();
            PlanJson.Write(target?.Network, runs, parsed.GetValue(layers), output);
            return ExitCode.Done;
        }

        Console.WriteLine(Heading(target, runs, profiles));
        if (target?.Remark is { } remark)
            Console.WriteLine($"quantised, but not run in the integers of its file: {remark}");
        Console.WriteLine();
        PlanText.Write(runs, parsed.GetValue(layers), Console.Out);
        if (parsed.GetValue(bounds))
            PlanText.WriteBounds(runs, Console.Out);
        if (parsed.GetValue(sensitivity))
            PlanText.WriteSensitivity(runs, Console.Out);
        return ExitCode.Done;
    }

    private static void WriteTrace(string file, ImmutableArray<PlannedRun> runs, Stream stream)
    {
        if (!file.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            PlanTrace.Write(runs, stream);
            return;
        }

        using StreamWriter page = new(stream, leaveOpen: true) { NewLine = "\n" };
        PlanTimelineHtml.Write(runs, page);
    }

    private SingleLayer? Layer(ParseResult parsed)
    {
        string? product = parsed.GetValue(gemm), filters = parsed.GetValue(convolution);
        string[] given = [.. new[] { (gemm.Name, product), (convolution.Name, filters), (model.Name, parsed.GetValue(model)),
            (graph.Name, parsed.GetValue(graph)) }
            .Where(o => o.Item2 is not null).Select(o => o.Name)];
        if (given.Length > 1)
            throw new InputException($"{string.Join(" and ", given)} are given; accepted is one of them.");
        return product is not null ? SingleLayer.Gemm(product) : filters is not null ? SingleLayer.Convolution(filters) : null;
    }

    private OperandPlace? Operands(ParseResult parsed) => parsed.GetValue(operands) switch
    {
        null => null,
        "off-chip" => OperandPlace.OffChip,
        "resident" => OperandPlace.Resident,
        var other => throw new InputException($"--operands '{other}': accepted is off-chip or resident."),
    };

    private PlanTarget Target(ParseResult parsed)
    {
        int? samples = parsed.GetValue(batch), columns = parsed.GetValue(frames);
        string[] inputs = parsed.GetValue(input) ?? [];
        string? name = parsed.GetValue(model);
        string? file = parsed.GetValue(graph);
        if ((name ?? file) is not null && parsed.GetResult(study.Workload) is { Implicit: false })
            throw new InputException(
                $"{(name is null ? "--graph" : "--model")} and --workload are given both; accepted is one of them.");
        if (file is null && new Option[] { output, head }.FirstOrDefault(o =>
            parsed.GetResult(o) is { Implicit: false }) is { } lone)
            throw new InputException($"{lone.Name} is given without --graph; accepted with a network file.");
        if ((name ?? file) is null && parsed.GetValue(frozenBits) is not null)
            throw new InputException("--frozen-bits is given without --model or --graph; a workload says compress.bits.");
        return Found(parsed, name, file, inputs, columns, samples).Stored(parsed.GetValue(frozenBits));
    }

    private PlanTarget Found(ParseResult parsed, string? name, string? file, string[] inputs, int? columns, int? samples)
    {
        if (name is not null)
        {
            return inputs.Length <= 1 ? PlanTarget.Of(name, inputs is [var sample] ? Sample(sample) : null, columns, samples ?? 1)
                : throw new InputException("--input is given twice; accepted is one sample of --model.");
        }

        if (columns is not null)
            throw new InputException(
                $"--seq is given without --model; {(file is null ? "a workload" : "a network file")} brings its own samples.");
        if (file is not null)
            return PlanTarget.OfFile(file, new FilePorts([.. inputs], parsed.GetValue(output)),
                parsed.GetValue(head), samples ?? 1);
        if (inputs.Length > 0)
            throw new InputException("--input is given without --model or --graph; a workload brings its own samples.");

        return PlanTarget.Of(WorkloadMethods.Load(parsed.GetValue(study.Workload)!), samples);
    }

    private static Shape Sample(string text)
    {
        string[] parts = text.Split('x');
        int[] extents =
            [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return extents.Length == 3 && extents.All(e => e is >= 1 and <= 1 << 20)
            ? [extents[0], extents[1], extents[2]]
            : throw new InputException($"--input {text}: accepted is HxWxC with whole numbers from 1 to {1 << 20}.");
    }

    private static string Heading(PlanTarget? target, ImmutableArray<PlannedRun> runs, ImmutableArray<HardwareProfile> profiles)
    {
        string what = target is null
            ? runs[0].Reading.Plan.Name
            : $"{target.Name}, {target.Batch} × {target.Input}: {Quantity.Metric(target.Graph.ParameterCount)} parameters, "
                + $"{Quantity.Metric(target.Graph.Macs)} MACs forward";
        if (target is null)
            what += "; " + string.Join(", ", runs.Select(r => r.Operands).Distinct());
        if (profiles is not [var only])
            return what;
        string scratchpad = Quantity.Bytes(only.Memory.Scratchpad.SizeBytes);
        return $"{what}\n{only.Name}: {scratchpad} scratchpad, {Quantity.Metric(only.ClockHz, "Hz")}";
    }
}
