using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>
/// A plan is runnable exactly if one step runs: every network of the catalog and of the shipped workloads, on small samples, in
/// every scheme, by every method and switch, in every arithmetic of the shipped profiles.
/// </summary>
public sealed class PromiseTests
{
    private const int Batch = 2;

    // Steps whose plans consist of the same operations in the same formats run alike: of such, one runs here and all in the
    // complete set.
    private static readonly ConcurrentDictionary<string, bool> Ran = [];

    // Small networks first: what they have in common with large ones has been run by then.
    private static readonly ImmutableArray<(string Model, Shape Sample)> Samples =
    [
        ("cnn-small", [12, 12, 1]), ("cnn", [12, 12, 1]), ("cnn-sigmoid", [12, 12, 1]), ("vit-small", [8, 8, 1]),
        ("resnet8", [8, 8, 3]), ("resnet8-training", [8, 8, 3]),
        ("ds-cnn", [12, 10, 1]), ("autoencoder", [1, 1, 64]), ("conv4-small", [16, 16, 1]), ("conv4", [16, 16, 1]),
        ("crnn-small", [16, 16, 1]), ("crnn-lstm-small", [16, 16, 1]), ("crnn-gru-small", [16, 16, 1]),
        ("resnet12-small", [16, 16, 1]), ("mobilenetv1-0.25", [32, 32, 3]), ("mobilenetv2-w0.35", [32, 32, 3]),
        ("mcunet-5fps", [32, 32, 3]),
        ("proxylessnas-w0.3", [32, 32, 3]), ("crnn", [81, 81, 1]), ("crnn-lstm", [81, 81, 1]), ("mobilenetv2", [32, 32, 3]),
        ("vit-tiny", [16, 32, 3]), ("resnet12", [16, 16, 3]), ("resnet18", [32, 32, 3]), ("ast", [16, 36, 1]), ("vit-base", [16, 32, 3]),
    ];

    // Networks of more have no other operations, and their switches are left to the complete set
    private const int MostSwitchedNodes = 60;

    private static readonly HardwareProfile[] Arithmetics = [.. ShippedProfiles.Names.Select(ShippedProfiles.Find)
        .DistinctBy(p => p.Numerics)];

    private static readonly string[] Switched =
    [
        .. from text in new[] { "bp:fp32", "bp:8w8a", "ff:fp16", "spsa:fp32", "jvp:fp32", "qzo-ff:8w8a", "qzo-ff:16w8a",
            "qzo-ff-steps:8w8a", "spsa:8w8a", "quzo:8w8a" }
           from given in MethodSwitches.Of(Method.Parse(text))
           select $"{text}+{given.Name}{(given.Argument is null ? "" : given.Name == "micro" ? "1" : given.Argument.IsWhole ? "2" : given.Argument.Takes(50) ? "50" : "0.5")}",
        "bp:8w8a+compact+recompute+momentum0.5",
        "qzo-ff:8w8a+m2+guided0.5+sharpness+sparse50+kernel-norm+momentum0.5+reuse-prefix",
    ];

    // Minutes each, and no operation that a smaller one lacks: left to the complete set.
    private static readonly string[] Large = ["ast", "vit-base"];

    private static IEnumerable<string> Quick => Subjects.Except(Large);

    private static IEnumerable<string> Subjects =>
        [.. Samples.Select(s => s.Model), .. ShippedWorkloads.Names.Select(name => $"{name} (workload)")];

    [Test]
    public void Every_network_of_the_catalog_is_tried() =>
        Assert.That(Samples.Select(s => s.Model), Is.EquivalentTo(ModelCatalog.Names));

    [TestCaseSource(nameof(Quick))]
    public void A_plan_is_runnable_exactly_if_one_step_runs(string subject)
    {
        Tally tally = new();
        Try(subject, isComplete: false, tally);
        TestContext.Out.WriteLine(tally);
        Assert.That(tally.Faults, Is.Empty);
    }

    [Explicit("an hour: no combination is left out")]
    [TestCaseSource(nameof(Subjects))]
    public void Every_single_plan_is_runnable_exactly_if_one_step_runs(string subject)
    {
        Tally tally = new();
        Try(subject, isComplete: true, tally);
        TestContext.Out.WriteLine(tally);
        Assert.That(tally.Faults, Is.Empty);
    }

    private static void Try(string subject, bool isComplete, Tally tally)
    {
        (Model model, Func<Method, Method> configure) = Open(subject);
        Graph graph = model.Build(Batch);
        Dataset data = DataOf(model);
        bool classifies = graph.Inputs.Any(i => i.Name == "labels");
        Lazy<IReadOnlyDictionary<string, float[]>> weights =
            new(() => configure(Method.Parse("bp:fp32")).Compression is { } compression
            ? CompressedWeights.Of(graph, Initialization.Weights(graph, 1), compression)
            : Initialization.Weights(graph, 1));
        Lazy<TrainingBench> bench = new(() => new(model, weights.Value, data, data, Batch, 1));
        foreach (string scheme in SchemesOf(graph))
        {
            bool isSwitched = scheme == "ft" && (isComplete || graph.Nodes.Length < MostSwitchedNodes);
            foreach (string text in Method.All.Select(m => m.ToString()).Concat(isSwitched ? Switched : []))
            {
                if (Configured(configure, text) is not { } method)
                {
                    tally.Unsized++;
                    continue;
                }

                (Plan? plan, string? refusal) = Planned(graph, scheme, method);
                foreach (HardwareProfile profile in method.Operands.IsFixedPoint && isComplete ? Arithmetics : Arithmetics[..1])
                {
                    tally.Combinations++;
                    if (!isComplete && !Ran.TryAdd(refusal ?? Signature(plan!), true))
                        continue;
                    string? fault = !classifies
                        ? Outcome(() => Reconstruct(graph, plan, refusal, weights.Value, data))
                        : Outcome(() => bench.Value.Prepare(method, TuningScheme.Parse(scheme), SettingsOf(method),
                            method.Operands.IsFixedPoint ? profile.Numerics : null)
                            .Run(1, null, default));
                    tally.Steps++;
                    tally.Refused += fault is null ? 0 : 1;
                    if (fault != refusal)
                        tally.Faults.Add(
                            $"{subject} {scheme} {text} {profile.Name}: planned {refusal ?? "runnable"}; run {fault ?? "ran"}");
                }
            }
        }
    }

    // Null where a workload has no step sizes for it: then the very lookup that both `plan` and `run` begin with refuses it.
    private static Method? Configured(Func<Method, Method> configure, string text)
    {
        try
        {
            return configure(Method.Parse(text));
        }
        catch (InputException refused) when (refused.Message.Contains("needs its step sizes", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static (Plan? Plan, string? Refusal) Planned(Graph graph, string scheme, Method method)
    {
        try
        {
            Plan plan = StepPlanner.TrainingStep(TuningScheme.Parse(scheme).Tune(graph), method);
            return (plan, Repertoire.Missing(plan, Repertoire.ExecutorOf(plan)));
        }
        catch (InputException refused)
        {
            return (null, refused.Message);
        }
    }

    // Why nothing ran; null: it did. Anything but a refusal in words is told from one by its type.
    private static string? Outcome(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (InputException refused)
        {
            return refused.Message;
        }
        catch (Exception crash) when (crash is not OutOfMemoryException)
        {
            return $"{crash.GetType().Name}: {crash.Message} {crash.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}";
        }
    }

    // A network that reconstructs its samples has no labels and no accuracy: a step alone.
    private static void Reconstruct(Graph graph, Plan? plan, string? refusal,
        IReadOnlyDictionary<string, float[]> weights, Dataset data)
    {
        if (plan is null)
            throw new InputException(refusal!);
        Repertoire.Require(plan);
        SampleStore<float> samples = new(data.Count);
        samples.Set(graph.Inputs.First().Id, data.Images.ToArray());
        IReadOnlyDictionary<string, float[]> all =
            plan.Tensors.Where(t => t.IsPersistent && t.Source is not null && !weights.ContainsKey(t.Name))
            .Aggregate(new Dictionary<string, float[]>(weights),
                (known, t) => { known[t.Name] = new float[t.Shape.Count]; return known; });
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(all), 0.01);
        machine.Run(new StepContext(1, 0, 0.01), samples, [0, 1], fill: true);
    }

    // Which operations there are, in which formats and of which parts of a step.
    private static string Signature(Plan plan) => string.Join('\n', plan.Ops.Select(op => string.Join(' ',
        [
            KindOf(op.Op), .. op.Inputs.Select(i => $"{plan.Tensors[i].Format}{(plan.Tensors[i].IsPersistent ? "!" : "")}"),
                $"{plan.Tensors[op.Output].Format}",
            $"{plan.Tensors[op.Output].Role}", op.Rectifier?.ToString() ?? "", op.Phase == Phase.Backward ? "back" : "",
            op.Direction > 0 ? "more" : "",
            plan.Tensors[op.Output].ViewOf is null ? "" : "view", op.Frozen ? "frozen" : "",
        ])).Distinct().Order(StringComparer.Ordinal));

    private static string KindOf(Op op) => op switch
    {
        Perturb or ForwardGradientUpdate or GuideDirection or DrawDirection or KernelNorm or DirectionGram or DirectionProjection =>
            System.Text.RegularExpressions.Regex.Replace(op.ToString()!,
                @"\b(Parameter|Elements|Sign) = -?\d+|Shape = [^,}]*", ""),
        Conv2d { Groups: > 1 } or Conv2dInputGradient { Convolution.Groups: > 1 } or Conv2dWeightGradient { Convolution.Groups: > 1 } => $"{op.Name} in groups",
        MatMul product => $"{op.Name} {product.TransposeA} {product.TransposeB}",
        Relu relu => $"{op.Name} {relu.Ceiling}",
        Fill fill => $"{op.Name} {fill.Number}",
        _ => op.Name,
    };

    private static IEnumerable<string> SchemesOf(Graph graph)
    {
        string[] layers =
            [.. graph.Nodes.Where(n => n.Op is Linear or Conv2d { Groups: 1 } && n.Inputs.Length > 2
                && n.Inputs[1].Kind == ValueKind.Parameter).Select(n => n.Output.Name)];
        return ["ft", "lp", "lp3", "bias", "norm", "tinytl", "lora=2", "dvpt=2", $"sparse:{layers[^2]}=0.5,{layers[^1]}",
            $"sparse:{layers[0]},{layers[^1]}=0"];
    }

    private static (Model Model, Func<Method, Method> Configure) Open(string subject)
    {
        if (!subject.EndsWith(" (workload)", StringComparison.Ordinal))
            return (ModelCatalog.Find(subject, subject == "autoencoder" ? null : 3,
                Samples.Single(s => s.Model == subject).Sample).Folded(), method => method);
        Workload workload = WorkloadMethods.Load(subject.Split(' ')[0]);
        return (WorkloadSetup.ModelOf(workload), workload.Configure);
    }

    private static TrainingSettings SettingsOf(Method method)
    {
        bool inSteps = method is QuantizedForwardGradient { InSteps: true };
        return new(1, 0.01, Decay.None, method is Backpropagation ? 0 : inSteps ? 2 : 0.01, inSteps);
    }

    private static Dataset DataOf(Model model)
    {
        RandomStream random = new(1, "promises");
        float[] images = new float[Batch * model.Input.Count];
        foreach (ref float pixel in images.AsSpan())
            pixel = (float)random.NextDouble();
        return new(model.Input, Math.Max(2, model.Classes), images, [0, 1]);
    }

    private sealed class Tally
    {
        public int Combinations { get; set; }

        public int Steps { get; set; }

        public int Refused { get; set; }

        public int Unsized { get; set; }

        public List<string> Faults { get; } = [];

        public override string ToString() =>
            $"{Combinations} combinations, {Steps} tried, {Refused} of them refused, {Faults.Count} disagreements; "
            + $"{Unsized} without step sizes";
    }
}
