using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>
/// The table of operations in docs/methods.md is what the code says: each stands in a small network between a convolution and a
/// classifier, all of which trains; where the table says yes a step runs, where it says no planning refuses it by name.
/// NPUSIM_UPDATE_DOCS=1 writes the table anew.
/// </summary>
public sealed class RepertoireTests
{
    private const string Begin = "<!-- operations: written by RepertoireTests -->", End = "<!-- end of operations -->";
    private const int Batch = 6;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly HardwareProfile Profile = ShippedProfiles.Find("cortex-m4");
    private static readonly string[] Columns = ["planned, timed", "fp32, fp16", "trains (`bp`)", "tangents (`jvp`)",
        "integers, `qzo-ff`", "trains in integers (`bp`)", "OpenCL"];

    // What stands between the convolution [B, 4, 4, 4] and the classifier.
    private static readonly ImmutableArray<(string Name, Func<GraphBuilder, Value, Value> Apply)> Operations =
    [
        ("linear", (g, x) => g.Apply("op", new Linear(), x, g.Parameter("op.weight", [5, 4]), g.Parameter("op.bias", [5]))),
        ("convolution", (g, x) => g.Apply("op", new Conv2d(1, Padding.Even(1)), x, g.Parameter("op.weight", [5, 3, 3, 4]),
            g.Parameter("op.bias", [5]))),
        ("convolution in groups, depthwise",
            (g, x) => g.Apply("op", new Conv2d(1, Padding.Even(1), 4), x, g.Parameter("op.weight", [4, 3, 3, 1]),
                g.Parameter("op.bias", [4]))),
        ("convolution with a dilation",
            (g, x) => g.Apply("op", new Conv2d(1, Padding.Even(2), 1, 2), x, g.Parameter("op.weight", [5, 3, 3, 4]))),
        ("convolution with two strides",
            (g, x) => g.Apply("op", new Conv2d(new(2, 1), Padding.Even(1)), x, g.Parameter("op.weight", [5, 3, 3, 4]))),
        ("transposed convolution", (g, x) => g.Apply("op", new ConvTranspose2d(2), x, g.Parameter("op.weight", [4, 3, 3, 5]))),
        ("product of two activations", (g, x) => g.Apply("op", new MatMul(TransposeB: true), x, x)),
        ("sum", (g, x) => g.Apply("op", new Add(), x, x)),
        ("sum with a parameter", (g, x) => g.Apply("op", new Add(), x, g.Parameter("op.table", [4]))),
        ("sum with a parameter that is repeated along an inner axis",
            (g, x) => g.Apply("op", new Add(), x, g.Parameter("op.table", [4, 1]))),
        ("product with a parameter that is repeated along an inner axis",
            (g, x) => g.Apply("op", new Mul(), x, g.Parameter("op.table", [4, 1]))),
        ("product, element by element", (g, x) => g.Apply("op", new Mul(), x, x)),
        ("comparison", (g, x) => g.Apply("op", new Compare(Comparison.Less), x, g.Apply("half", new Fill([1], 0.5)))),
        ("choice", (g, x) => g.Apply("op", new Select(x.Shape), x, x, g.Apply("half", new Fill([1], 0.5)))),
        ("interpolation, windows of fixed weights",
            (g, x) => g.Apply("op", new Resample(1, new Taps(4, [[(0, 0.5f), (1, 0.5f)], [(3, 1f)]])), x)),
        ("rectifier", (g, x) => g.Apply("op", new Relu(), g.Apply("before", new MaxPool(1, 1), x))),
        ("rectifier with a ceiling, as ReLU6", (g, x) => g.Apply("op", new Relu(6), g.Apply("before", new MaxPool(1, 1), x))),
        ("softmax", (g, x) => g.Apply("op", new Softmax(), x)),
        ("softmax, each row up to its own place",
            (g, x) => g.Apply("op", new Softmax(IsCausal: true), g.Apply("squares", new Reshape([Batch, 4, 4, 4]), x))),
        ("logarithm of a softmax", (g, x) => g.Apply("op", new LogSoftmax(), x)),
        ($"function of each element: {Listed(hasTable: true)}", (g, x) => g.Apply("op", new Sigmoid(), x)),
        ($"function without a table: {Listed(hasTable: false)}", (g, x) => g.Apply("op", new ThresholdedRelu(0.1), x)),
        ("layer normalisation", (g, x) =>
            g.Apply("op", new LayerNorm(), x, g.Parameter("op.gamma", [4]), g.Parameter("op.beta", [4]))),
        ("RMS normalisation", (g, x) => g.Apply("op", new LayerNorm(IsCentred: false), x, g.Parameter("op.gamma", [4]))),
        ("rotary positions", (g, x) => g.Apply("op", new Rotate(), x)),
        ("batch normalisation, not folded",
            (g, x) => g.Apply("op", new BatchNorm(), x, g.Parameter("op.gamma", [4]), g.Parameter("op.beta", [4]),
            g.Parameter("op.mean", [4]), g.Parameter("op.variance", [4]))),
        ("batch normalisation, of the batch",
            (g, x) => g.Apply("op", new BatchNorm(1e-5, true), x, g.Parameter("op.gamma", [4]), g.Parameter("op.beta", [4]))),
        ("maximum pool", (g, x) => g.Apply("op", new MaxPool(2, 2, 2), x)),
        ("pool with a dilation", (g, x) => g.Apply("op", new MaxPool(2, 2, 1, default, 2), x)),
        ("average pool, windows apart", (g, x) => g.Apply("op", new AveragePool(2, 2, 2), x)),
        ("average pool, windows that overlap", (g, x) => g.Apply("op", new AveragePool(2, 2), x)),
        ("joining", (g, x) => g.Apply("op", new Concat(3), x, x)),
        ("cutting out", (g, x) => g.Apply("op", new Slice(1, 0, 2), x)),
        ("padding", (g, x) => g.Apply("op", new Pad(1, 1, 0), x)),
        ("transposition", (g, x) => g.Apply("op", new Transpose(0, 2, 1, 3), x)),
        ("reshaping", (g, x) => g.Apply("op", new Reshape([Batch, 2, 8, 4]), x)),
        ("repetition along an axis", (g, x) =>
            g.Apply("op", new Broadcast([Batch, 2, 16, 4]), g.Apply("rows", new Reshape([Batch, 1, 16, 4]), x))),
        ("sum along an axis", (g, x) => g.Apply("op", new SumTo([Batch, 4, 1, 4]), x)),
    ];

    private static readonly ImmutableArray<(string Name, Func<GraphBuilder, Value, Value> Loss)> Losses =
    [
        ("cross-entropy", (g, logits) => g.Apply("loss", new CrossEntropy(), logits, g.Input("labels", [Batch]))),
        ("mean squared error", (g, logits) => g.Apply("loss", new MeanSquaredError(), logits, g.Input("target", [Batch, 3]))),
        ("distillation", (g, logits) => g.Apply("loss", new Distillation(2, 0.5), logits, g.Input("labels", [Batch]),
            g.Input("teacher", [Batch, 3]))),
    ];

    private static IEnumerable<string> Names => Operations.Select(o => o.Name);

    [Test]
    public void The_table_in_the_documentation_is_the_one_of_the_code()
    {
        string[] lines =
        [
            $"| operation | {string.Join(" | ", Columns)} |", $"|---|{string.Concat(Columns.Select(_ => "---|"))}",
            .. Operations.Select(o => Row(o.Name, Network(o.Apply, Losses[0].Loss))),
            .. Losses.Select(l => Row($"loss: {l.Name}", Network((_, x) => x, l.Loss))),
        ];
        string path = Repository.At("docs", "methods.md"), text = File.ReadAllText(path),
            wanted = $"{Begin}\n{string.Join('\n', lines)}\n{End}";
        int from = text.IndexOf(Begin, StringComparison.Ordinal), to = text.IndexOf(End, StringComparison.Ordinal);
        Assert.That(from >= 0 && to > from, "docs/methods.md has no place for the table.");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(path, text[..from] + wanted + text[(to + End.Length)..]);
        else
            Assert.That(text[from..(to + End.Length)], Is.EqualTo(wanted), "NPUSIM_UPDATE_DOCS=1 writes the table anew.");
    }

    [Test]
    public void What_the_table_says_happens(
        [ValueSource(nameof(Names))] string operation,
        [Values("bp:fp32", "bp:fp16", "jvp:fp32", "qzo-ff:8w8a", "qzo-ff:16w8a", "qzo-ff:8w16a", "bp:8w8a",
            "bp:16w8a")] string text)
    {
        Graph graph = Network(Operations.Single(o => o.Name == operation).Apply, Losses[0].Loss);
        Method method = Method.Parse(text);
        string? refusal = Refusal(graph, method, method.Operands.IsFixedPoint ? Executor.Integers : Executor.FloatingPoint);
        Model model = new("one operation", [8, 8, 1], 3, _ => graph);
        Dataset data = ToyTask.Data(Batch, 4);
        TrainingBench bench = new(model, Initialization.Weights(graph, 7), data, data, Batch, 1);
        Action step = () => bench.Prepare(method, TuningScheme.Full, new TrainingSettings(1, 0.01, Decay.None, 0.01),
            method.Operands.IsFixedPoint ? Wrap32 : null)
            .Run(1, null, default);
        if (refusal is null)
            Assert.That(() => step(), Throws.Nothing);
        else
            Assert.That(() => step(), Throws.InstanceOf<InputException>().With.Message.EqualTo(refusal));
    }

    [TestCase("batch normalisation, not folded", "qzo-ff:8w8a", "'op' (batchnorm)")]
    [TestCase("choice", "qzo-ff:8w8a", "'op' (select) has no integer kernel")]
    [TestCase("convolution with a dilation", "bp:8w8a", "for windows with a dilation")]
    public void A_reading_of_what_does_not_run_names_operation_and_reason_and_has_no_cost(string operation,
        string method, string reason)
    {
        Graph graph = Network(Operations.Single(o => o.Name == operation).Apply, Losses[0].Loss);
        PlanReading reading = PlanReading.Of(Step.Of(Profile, graph, Method.Parse(method), TuningScheme.Full), Profile);
        Assert.That(reading.NotRunnable, Does.Contain(reason));
        Assert.That(reading.Cost, Is.Null);
        Assert.That(reading.Layout.ArenaBytes, Is.Positive);
    }

    // Every function is planned and trained as the one of its row that runs above.
    [Test]
    public void Each_function_has_what_its_row_says(
        [Values("bp:fp32", "jvp:fp32", "qzo-ff:8w8a", "qzo-ff:16w8a", "qzo-ff:8w16a", "bp:8w8a")] string text)
    {
        Method method = Method.Parse(text);
        Executor executor = method.Operands.IsFixedPoint ? Executor.Integers : Executor.FloatingPoint;
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            UnaryFunction shown = function.HasTable ? new Sigmoid() : new ThresholdedRelu(0.1);
            Assert.That(Reason(function), Is.EqualTo(Reason(shown)?.Replace(shown.Name, function.Name, StringComparison.Ordinal)),
                function.Name);
        }

        string? Reason(UnaryFunction f) => Refusal(Network((g, x) => g.Apply("op", f, x), Losses[0].Loss), method, executor);
    }

    private static string Listed(bool hasTable) =>
        string.Join(", ", UnaryFunctions.All.Where(f => f.HasTable == hasTable).Select(f => f.Name));

    private static string Row(string name, Graph graph)
    {
        OperandFormats integers = new(NumberFormat.Int8, NumberFormat.Int8);
        Plan inference = Planner.Inference(graph, integers, TuningScheme.Full.Select(graph), "loss");
        bool[] has =
        [
            CostModel.Price(Step.Of(inference, 64), Profile).Cycles > 0,
            Repertoire.Missing(Planner.Inference(graph, OperandFormats.Fp32, TuningScheme.Full.Select(graph), "loss"),
                Executor.FloatingPoint) is null,
            Refusal(graph, Method.Parse("bp:fp32"), Executor.FloatingPoint) is null,
            Refusal(graph, Method.Parse("jvp:fp32"), Executor.FloatingPoint) is null,
            Refusal(graph, Method.Parse("qzo-ff:8w8a"), Executor.Integers) is null,
            Refusal(graph, Method.Parse("bp:8w8a"), Executor.Integers) is null,
            Refusal(graph, Method.Parse("qzo-ff:8w8a"), Executor.OpenCl) is null,
        ];
        return $"| {name} | {string.Join(" | ", has.Select(h => h ? "yes" : "–"))} |";
    }

    private static string? Refusal(Graph graph, Method method, Executor executor)
    {
        try
        {
            return Repertoire.Missing(StepPlanner.TrainingStep(graph, method, TuningScheme.Full.Select(graph)), executor);
        }
        catch (GraphException none)
        {
            return none.Message;
        }
    }

    private static Graph Network(Func<GraphBuilder, Value, Value> operation, Func<GraphBuilder, Value, Value> loss)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [Batch, 8, 8, 1]);
        Value y = operation(g, g.Apply("conv", new Conv2d(2, Padding.Even(1)), x, g.Parameter("conv.weight", [4, 3, 3, 1]),
            g.Parameter("conv.bias", [4])));
        Value flat = g.Apply("flat", new Reshape([Batch, (int)(y.Shape.Count / Batch)]), y);
        Value logits = g.Apply("head", new Linear(), flat, g.Parameter("head.weight", [3, flat.Shape[1]]),
            g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", loss(g, logits));
        return g.Build();
    }
}
