using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class GradientCheckTests
{
    private static IEnumerable<TestCaseData> Ops()
    {
        yield return Case(new Linear(), [4, 5], [3, 5], [3]);
        yield return Case(new Linear(), [2, 3, 5], [4, 5]);
        foreach (bool ta in new[] { false, true })
        {
            foreach (bool tb in new[] { false, true })
            {
                Shape a = ta ? [3, 4] : [4, 3], b = tb ? [5, 3] : [3, 5];
                yield return Case(new MatMul(ta, tb, 0.7), a, b);
                yield return Case(new MatMul(ta, tb, 0.7), [2, 2, .. a], [2, 2, .. b]);
                yield return Case(new MatMul(ta, tb), [2, 2, .. a], b); // b shared
            }
        }

        Conv2d[] convolutions = [new(), new(2), new(1, Padding.Even(1)), new(2, new(1, 0, 2, 1)), new(3, new(2, 2, 0, 1))];
        foreach (Conv2d op in convolutions)
        {
            yield return Case(op, [2, 5, 6, 4], [6, 3, 3, 4], [6]);
            yield return Case(op with { Groups = 2 }, [2, 5, 6, 4], [6, 3, 2, 2], [6]);
            yield return Case(op with { Groups = 4 }, [2, 5, 6, 4], [4, 3, 3, 1]);
            yield return Case(op with { Groups = 4 }, [2, 5, 6, 4], [8, 3, 3, 1], [8]);
            yield return Case(op, [2, 5, 6, 4], [3, 1, 1, 4]);
        }

        foreach (Conv2d op in new Conv2d[] { new(new(2, 1), new(1, 0, 2, 1)), new(new(1, 3), default, 1, new(2, 1)),
            new(2, Padding.Even(2), 1, 2) })
        {
            yield return Case(op, [2, 6, 7, 4], [6, 3, 2, 4], [6]);
            yield return Case(op with { Groups = 4 }, [2, 6, 7, 4], [4, 3, 2, 1]);
        }

        ConvTranspose2d[] transposed =
        [
            new(), new(2), new(new(2, 3), new(1, 0, 0, 1), ExtraRows: 1, ExtraColumns: 2), new(1, Padding.Even(1), 2),
                new(new(1, 2), default, 1, new(2, 1)),
        ];
        foreach (ConvTranspose2d op in transposed)
            yield return Case(op, [2, 3, 4, 4], [4, 3, 2, 3]);

        foreach (Padding padding in new[] { default, new Padding(0, 2, 0, 2), new Padding(1, 0, 2, 1) })
        {
            foreach (int stride in new[] { 1, 2 })
            {
                yield return Case(new Conv2d(stride, padding), [2, 3, 6, 2], [3, 1, 4, 2], [3]); // 1×N
                yield return Case(new Conv2d(stride, padding, 2), [2, 3, 6, 2], [4, 1, 4, 1], [4]);
                yield return Case(new Conv2d(stride, padding), [2, 6, 1, 2], [3, 3, 1, 2]); // N×1
                yield return Case(new AveragePool(3, 4, stride, padding), [2, 4, 6, 2]);
                yield return Case(new MaxPool(3, 4, stride, padding), [2, 4, 6, 2]);
            }
        }

        foreach (Op op in new Op[] { new Add(), new Mul() })
        {
            yield return Case(op, [2, 3, 4], [2, 3, 4]);
            yield return Case(op, [2, 3, 4], [4]);
            yield return Case(op, [2, 3, 4], [2, 1, 4]);
            yield return Case(op, [2, 3, 4], [3, 1]);
            yield return Case(op, [2, 3, 4], [1]);
        }

        yield return Case(new Select([2, 3, 4]), [2, 3, 4], [2, 3, 4], [2, 3, 4]);
        yield return Case(new Select([2, 3, 4]), [3, 1], [4], [2, 1, 4]);
        foreach (int axis in new[] { 0, 1, 2 })
            yield return Case(new Resample(axis, new Taps(3, [[(0, 0.25f), (2, 0.5f)], [(1, 1f)], [(0, -1f)], []])),
                axis switch { 0 => [3, 2, 2], 1 => [2, 3, 2], _ => [2, 2, 3] });
        yield return Case(new SumTo([3, 1]), [2, 3, 4]);
        yield return Case(new SumTo([4]), [2, 3, 4]);
        yield return Case(new Broadcast([2, 3, 4]), [3, 1]);
        yield return Case(new Relu(), [3, 7]);
        yield return Case(new Softmax(), [2, 3, 5]);
        yield return Case(new Softmax(IsCausal: true), [2, 4, 4]);
        yield return Case(new LogSoftmax(), [2, 3, 5]);
        yield return Case(new Rotate(), [2, 3, 6]);
        yield return Case(new Rotate(100), [5, 2]);
        foreach (UnaryFunction function in UnaryFunctions.All
            .Where(f => double.IsFinite(f.Of(-1.5)) && f is not (Narrow or NarrowBrain))) // elsewhere it has no slope, or another one
            yield return Case(function, [3, 7]);

        yield return Case(new LayerNorm(), [2, 3, 6], [6], [6]);
        yield return Case(new LayerNorm(0.1), [4, 5], [5], [5]);
        yield return Case(new LayerNorm(IsCentred: false), [2, 3, 6], [6]);
        yield return Case(new LayerNorm(0.1, IsCentred: false), [4, 5], [5], [5]);
        yield return Case(new BatchNorm(1e-3, true), [3, 4, 2, 5], [5], [5]);
        foreach (Padding padding in new[] { default, new Padding(1, 0, 0, 1) })
        {
            foreach (int stride in new[] { 1, 2, 3 })
            {
                yield return Case(new AveragePool(2, 3, stride, padding), [2, 5, 6, 3]);
                yield return Case(new MaxPool(2, 3, stride, padding), [2, 5, 6, 3]);
                yield return Case(new AveragePool(2, 2, new(stride, 1), padding, new(1, 2)), [2, 5, 6, 3]);
                yield return Case(new MaxPool(2, 2, new(stride, 2), padding, new(2, 3)), [2, 5, 6, 3]);
            }
        }

        yield return Case(AveragePool.Global([2, 5, 6, 3]), [2, 5, 6, 3]);
        yield return Case(new Reshape([6, 4]), [2, 3, 4]);
        yield return Case(new Transpose(1, 2, 0), [2, 3, 4]);
        yield return Case(new Transpose(0, 2, 1, 3), [2, 3, 4, 2]);
        yield return Case(new Concat(1), [2, 3, 4], [2, 1, 4], [2, 2, 4]);
        yield return Case(new Slice(1, 1, 2), [2, 4, 3]);
        yield return Case(new Pad(0, 1, 2), [2, 4]);

        static TestCaseData Case(Op op, params ImmutableArray<Shape> inputs) =>
            new TestCaseData(op, inputs).SetArgDisplayNames($"{op} {string.Join(", ", inputs)}");
    }

    [TestCaseSource(nameof(Ops))]
    public void Gradient_of_each_operand_equals_the_central_difference(Op op, ImmutableArray<Shape> shapes)
    {
        GraphBuilder g = new();
        ImmutableArray<Value> operands = [.. shapes.Select((s, i) => Operand(g, op, i, s))];
        Value y = g.Apply("y", op, operands), r = g.Input("r", y.Shape);
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("weighted", new Mul(), y, r))); // Σ r · y
        Graph graph = g.Build();
        Evaluation.CheckGradients(graph, graph.Parameters.Select(p => p.Name).ToHashSet(), Values(graph));
    }

    [TestCaseSource(nameof(Ops))]
    public void The_forward_derivative_along_any_operands_is_the_gradient_times_the_direction(Op op, ImmutableArray<Shape> shapes)
    {
        GraphBuilder g = new();
        ImmutableArray<Value> operands = [.. shapes.Select((s, i) => Operand(g, op, i, s))];
        Value y = g.Apply("y", op, operands);
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("weighted", new Mul(), y, g.Input("r", y.Shape))));
        Graph graph = g.Build();
        string[] names = [.. graph.Parameters.Select(p => p.Name)];
        for (int chosen = 1; chosen < 1 << names.Length; chosen++)
            Evaluation.CheckTangent(graph, names.Where((_, i) => (chosen >> i & 1) != 0).ToHashSet(), Values(graph));
    }

    // A condition does not train.
    private static Value Operand(GraphBuilder g, Op op, int i, Shape shape) => op is Select && i == 0
        ? g.Apply("condition", new Compare(Comparison.Less), g.Input("compared", shape), g.Apply("zero", new Fill([1], 0)))
        : g.Parameter($"p{i}", shape);

    [Test]
    public void Gradients_of_batch_normalisation_with_fixed_statistics_equal_central_differences()
    {
        GraphBuilder g = new();
        Value x = g.Parameter("x", [2, 3, 4]), gamma = g.Parameter("gamma", [4]), beta = g.Parameter("beta", [4]);
        Value mean = g.Parameter("mean", [4]), variance = g.Parameter("variance", [4]);
        Value y = g.Apply("y", new BatchNorm(), x, gamma, beta, mean, variance);
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("weighted", new Mul(), y, g.Input("r", y.Shape))));
        Graph graph = g.Build();
        Dictionary<string, double[]> values = Values(graph);
        values["variance"] = [0.5, 1, 2, 0.1];
        Evaluation.CheckGradients(graph, new HashSet<string> { "x", "gamma", "beta" }, values);
        Assert.That(() => Gradients.Build(graph, "loss", new HashSet<string> { "mean" }), Throws.TypeOf<GraphException>());
        Evaluation.CheckTangent(graph, new HashSet<string> { "x", "gamma", "beta" }, values);
        Evaluation.CheckTangent(graph, new HashSet<string> { "gamma" }, values);
        Assert.That(() => Tangents.Build(graph, "loss", new HashSet<string> { "mean" }), Throws.TypeOf<GraphException>());
    }

    [Test]
    public void Gradient_of_a_table_of_which_rows_are_found_again_equals_the_central_difference()
    {
        GraphBuilder g = new();
        Value found = g.Apply("found", new Lookup(), g.Input("indices", [2, 3]), g.Parameter("table", [4, 5]));
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("square", new Mul(), found, found)));
        Graph graph = g.Build();
        Dictionary<string, double[]> values = Values(graph);
        values["indices"] = [0, 3, 0, 1, 3, 0]; // row 2 is not found, row 0 three times
        Evaluation.CheckGradients(graph, new HashSet<string> { "table" }, values);
        Evaluation.CheckTangent(graph, new HashSet<string> { "table" }, values);
    }

    [Test]
    public void Gradient_of_cross_entropy_equals_the_central_difference()
    {
        GraphBuilder g = new();
        Value logits = g.Parameter("logits", [4, 5]);
        Value loss = g.Apply("cross entropy", new CrossEntropy(), logits, g.Input("labels", [4]));
        g.Output("loss", g.Apply("loss", new Mul(), loss, loss)); // so that dy is not 1
        Graph graph = g.Build();
        Dictionary<string, double[]> values = Values(graph);
        values["labels"] = [0, 4, 2, 2];
        Evaluation.CheckGradients(graph, new HashSet<string> { "logits" }, values);
        Evaluation.CheckTangent(graph, new HashSet<string> { "logits" }, values);
    }

    [TestCase(1, 0)]
    [TestCase(1, 1)]
    [TestCase(4, 0.9)]
    [TestCase(0.5, 0.3)]
    public void Gradient_of_distillation_equals_the_central_difference(double temperature, double share)
    {
        GraphBuilder g = new();
        Value logits = g.Parameter("logits", [4, 5]);
        Value loss = g.Apply("distillation", new Distillation(temperature, share), logits, g.Input("labels", [4]),
            g.Input("teacher", [4, 5]));
        g.Output("loss", g.Apply("loss", new Mul(), loss, loss)); // so that dy is not 1
        Graph graph = g.Build();
        Dictionary<string, double[]> values = Values(graph);
        values["labels"] = [0, 4, 2, 2];
        Evaluation.CheckGradients(graph, new HashSet<string> { "logits" }, values);
        Evaluation.CheckTangent(graph, new HashSet<string> { "logits" }, values);
    }

    [Test]
    public void Gradient_of_the_mean_squared_error_equals_the_central_difference()
    {
        GraphBuilder g = new();
        Value error = g.Apply("error", new MeanSquaredError(), g.Parameter("x", [4, 5]), g.Input("target", [4, 5]));
        g.Output("loss", g.Apply("loss", new Mul(), error, error)); // so that dy is not 1
        Graph graph = g.Build();
        Evaluation.CheckGradients(graph, new HashSet<string> { "x" }, Values(graph));
        Evaluation.CheckTangent(graph, new HashSet<string> { "x" }, Values(graph));
    }

    [Test]
    public void A_value_used_in_several_places_gets_the_sum_of_its_gradients()
    {
        GraphBuilder g = new();
        Value w = g.Parameter("w", [3, 3]);
        Value y = g.Apply("w·w", new MatMul(), w, w);
        y = g.Apply("plus w", new Add(), y, w);
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("gelu", new Gelu(), y)));
        Graph graph = g.Build();
        Evaluation.CheckGradients(graph, new HashSet<string> { "w" }, Values(graph));
    }

    private static Dictionary<string, double[]> Values(Graph graph) =>
        graph.Values.Where(v => v.Kind != ValueKind.Result).ToDictionary(v => v.Name, v => Evaluation.Normal(v.Shape, v.Name));
}
