using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Planning;

/// <summary>What backpropagation keeps and what it computes again.</summary>
public class BackpropagationMemoryTests
{
    private static Plan Step(Graph graph, string method, string scheme) =>
        StepPlanner.TrainingStep(TuningScheme.Parse(scheme).Tune(graph), Method.Parse(method));

    private static long Arena(Graph graph, string method, string scheme) =>
        MemoryPlanner.Lay(Step(graph, method, scheme), 64).ArenaBytes;

    private static Graph Network(string model, int batch = 8) => BatchNormFolding.Fold(ModelCatalog.Find(model).Build(batch));

    private static IEnumerable<PlanTensor> Saved(Plan plan) => plan.Tensors.Where(t => t.Role == TensorRole.SavedActivation);

    [Test]
    public void A_bias_needs_no_activation_but_signs_and_places_of_maxima()
    {
        Plan plan = Step(Networks.Convolutional(4), "bp:fp32+compact", "bias");
        Assert.That(
            Saved(plan).Select(t => $"{t.Name} {t.Format} {t.Bytes}"),
            Is.EquivalentTo(new[]
            {
                "head Fp32 48",             // logits, for the gradient of the loss
                "relu1 signs Bit 128",      // 4·8·8·4 bits
                "relu1 places Int4 128",    // 4·4·4·4 windows of 2×2, 4 bits each
                "relu2 signs Bit 48",
            }));
    }

    [Test]
    public void Signs_stand_for_a_rectifier_only_where_no_weight_gradient_reads_its_result()
    {
        string[] saved = [.. Saved(Step(Networks.Convolutional(4), "bp:fp32+compact", "ft")).Select(t => t.Name)];
        Assert.That(saved, Is.EquivalentTo(new[] { "relu1 signs", "relu1 places", "pool1", "relu2 signs", "flat", "head" }));
    }

    [TestCase("mcunet-5fps", "bias", 5, 80)]
    [TestCase("mobilenetv2-w0.35", "bias", 3.5, 60)]
    [TestCase("resnet12", "bias", 3, 60)]
    [TestCase("mcunet-5fps", "tinytl", 3.5, 10)]
    [TestCase("mobilenetv2-w0.35", "tinytl", 3, 10)]
    [TestCase("resnet12", "tinytl", 2, 3.5)]
    public void Biases_and_lite_residual_modules_take_a_fraction_of_the_memory_of_full_backpropagation(
        string model, string scheme, double times, double timesBeyondInference)
    {
        Graph graph = Network(model, 4);
        long inference = MemoryPlanner.Lay(Planner.Inference(graph, OperandFormats.Fp32, TuningScheme.Full.Select(graph)),
            64).ArenaBytes;
        double full = Arena(graph, "bp:fp32+compact", "ft"), some = Arena(graph, "bp:fp32+compact", scheme);
        (double whole, double beyond) = (full / some, (full - inference) / (some - inference));
        TestContext.Out.WriteLine(
            $"{model}: inference {inference}, ft {full}, {scheme} {some}: {whole:F2} times less, beyond inference {beyond:F1} "
                + $"times");
        Assert.That((whole >= times, beyond >= timesBeyondInference), Is.EqualTo((true, true)));
    }

    [TestCase("cnn")]
    [TestCase("resnet8")]
    [TestCase("vit-small")]
    public void Computing_activations_again_never_needs_more_memory(string model)
    {
        long keep = Arena(Network(model), "bp:fp32", "ft"), again = Arena(Network(model), "bp:fp32+recompute", "ft"),
            both = Arena(Network(model), "bp:fp32+compact+recompute", "ft");
        TestContext.Out.WriteLine(
            $"{model}: {keep}, recompute {again} ({(double)keep / again:F2}×), compact too {both} ({(double)keep / both:F2}×)");
        Assert.That((again <= keep, both <= again), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_deep_network_computed_again_in_segments_keeps_about_the_square_root_of_its_activations()
    {
        const int depth = 36;
        Plan keep = Step(Chain(depth), "bp:fp32", "ft"), again = Step(Chain(depth), "bp:fp32+recompute", "ft");
        long activation = 64 * 64 * 4, kept = MemoryPlanner.Lay(keep, 64).ArenaBytes / activation,
            less = MemoryPlanner.Lay(again, 64).ArenaBytes / activation;
        int more = again.Ops.Count(o => o.Op is Linear) - depth;
        TestContext.Out.WriteLine($"{kept} activations, {less} with {more} layers computed again");
        Assert.Multiple(() =>
        {
            Assert.That(kept, Is.GreaterThan(2 * depth), "operand and result of every gelu");
            Assert.That(less, Is.LessThanOrEqualTo(2 * Math.Sqrt(2 * depth) + 1));
            Assert.That(more, Is.InRange(1, depth), "no layer is computed three times");
        });
    }

    // depth layers of one width with rectifiers between.
    private static Graph Chain(int depth)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [64, 64]), labels = g.Input("labels", [64]);
        for (int i = 0; i < depth; i++)
            x = g.Apply($"gelu{i}", new Gelu(), g.Apply($"layer{i}", new Linear(), x, g.Parameter($"layer{i}.weight", [64, 64])));
        g.Output("logits", x);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), x, labels));
        return g.Build();
    }

    [Test]
    public void Weights_come_out_the_same_to_the_bit_whatever_is_kept(
        [Values("fp32", "fp16", "fp8", "mxint8")] string format, [Values("+compact", "+recompute", "+compact+recompute")] string switches,
        [Values("ft", "tinytl")] string scheme,
        [Values(double.PositiveInfinity, 0.3)] double ceiling)
    {
        Graph graph = Networks.Convolutional(6, ceiling);
        Assert.That(Trained(switches), Is.EqualTo(Trained("")));

        float[][] Trained(string variant)
        {
            Tuning tuning = TuningScheme.Parse(scheme).Tune(graph);
            FloatWeights weights = new(tuning.StartFrom(Initialization.Weights(graph, 7)));
            FloatMachine machine = new(Simulator.Memory.Step.OnHost(StepPlanner.TrainingStep(tuning,
                Method.Parse($"bp:{format}+momentum0.9{variant}"))), weights);
            for (uint step = 0; step < 3; step++)
                machine.Run(new StepContext(1, step, 0.1), SampleStores.Float(tuning.Graph, ToyTask.Data(6, step)),
                    [0, 1, 2, 3, 4, 5], fill: true);
            return [.. tuning.Trained.Order().Select(name => weights.Tensors[name])];
        }
    }

    [TestCase(2, 2, 0)]
    [TestCase(3, 2, 1)] // overlapping windows, some of them in the padding
    [TestCase(3, 1, 1)]
    public void The_place_of_a_maximum_routes_a_gradient_as_the_images_do(int size, int stride, int padding)
    {
        MaxPool pool = new(size, size, stride, Padding.Even(padding));
        RandomStream random = new(5, "pool");
        // Few values: many are equal
        float[] pixels = [.. Enumerable.Range(0, 2 * 7 * 7 * 3).Select(_ => (float)random.NextInt32(4))];
        Tensor<float> x = new([2, 7, 7, 3], pixels), places = new(pool.Infer([x.Shape])), dy = new(places.Shape);
        Tensor<float> routed = new(x.Shape), expected = new(x.Shape);
        foreach (ref float gradient in dy.Span)
            gradient = (float)random.NextNormal();
        FloatOps.Execute<float>(new MaxPoolIndex(pool), [x], places);
        FloatOps.Execute<float>(new MaxPoolIndexGradient(pool, x.Shape), [dy, places], routed);
        FloatOps.Execute<float>(new MaxPoolGradient(pool), [dy, x], expected);
        Assert.That(routed.Span.ToArray(), Is.EqualTo(expected.Span.ToArray()));
    }

    [Test]
    public void A_frozen_prefix_from_the_store_serves_layers_computed_again()
    {
        Graph graph = Chain(16);
        Tuning tuning = TuningScheme.Parse($"sparse:{string.Join(',', Enumerable.Range(4, 12).Select(i => $"layer{i}"))}")
            .Tune(graph);
        Plan plan = StepPlanner.TrainingStep(tuning, Method.Parse("bp:fp32+recompute"));
        Assert.That(plan.Ops.Count(o => o.Name.EndsWith("again", StringComparison.Ordinal)), Is.Positive);
        int[] samples = [.. Enumerable.Range(0, 64)];
        FloatWeights anew = new(Initialization.Weights(graph, 7)), stored = new(Initialization.Weights(graph, 7));
        SampleStore<float> store = SampleStores.Float(graph, ToyTask.Data(64, 1));
        new FloatMachine(Simulator.Memory.Step.OnHost(Planner.Inference(graph, OperandFormats.Fp32, tuning.Trained)), stored)
            .Fill(store);
        new FloatMachine(Simulator.Memory.Step.OnHost(plan), anew)
            .Run(new StepContext(1, 0, 0.1), SampleStores.Float(graph, ToyTask.Data(64, 1)), samples, fill: true);
        new FloatMachine(Simulator.Memory.Step.OnHost(plan), stored).Run(new StepContext(1, 0, 0.1), store, samples);
        Assert.That(stored.Tensors["layer5.weight"], Is.EqualTo(anew.Tensors["layer5.weight"]));
    }
}
