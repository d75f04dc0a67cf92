using NpuSim.Accelerators.Numerics;
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
using Evaluation = NpuSim.Simulator.Tests.Execution.Float.Evaluation;

namespace NpuSim.Simulator.Tests.Methods.Schemes;

public class TuningSchemeTests
{
    private static Graph Network(string model, int batch = 2) => ModelCatalog.Find(model).Build(batch);

    private static Dictionary<string, float[]> Given(Graph graph, IReadOnlyDictionary<string, float[]> weights)
    {
        RandomStream random = new(3, "given");
        Dictionary<string, float[]> given = new(weights);
        foreach (Value input in graph.Inputs)
            given[input.Name] = [.. Enumerable.Range(0, (int)input.Shape.Count)
                .Select(i => input.Name == "labels" ? i : (float)random.NextDouble())];
        return given;
    }

    private static float[] Logits(Graph graph, IReadOnlyDictionary<string, float[]> weights) =>
        [.. Evaluation.Run(graph, Given(graph, weights))[graph.Outputs["logits"].Id].Span];

    [TestCase("lp3", "cnn-small")]
    [TestCase("lp3", "vit-small")]
    [TestCase("tinytl", "cnn-small")]
    [TestCase("tinytl", "resnet8")]
    [TestCase("tinytl", "mobilenetv1-0.25")]
    [TestCase("lora", "cnn-small")]
    [TestCase("lora=7+lp", "vit-small")]
    public void What_a_scheme_adds_does_not_change_the_network_before_training(string scheme, string model)
    {
        Graph graph = Network(model);
        IReadOnlyDictionary<string, float[]> weights = Initialization.Weights(graph, 7);
        Tuning tuning = TuningScheme.Parse(scheme).Tune(graph);
        Assert.Multiple(() =>
        {
            Assert.That(Logits(tuning.Graph, tuning.StartFrom(weights)), Is.EqualTo(Logits(graph, weights)));
            Assert.That(Logits(tuning.Graph, tuning.GrownFrom(weights)), Is.Not.EqualTo(Logits(graph, weights)));
            Assert.That(tuning.Added.Keys, Is.SubsetOf(tuning.Trained).And.Not.Empty);
        });
    }

    [TestCase("ft", "vit-small", 28138)]
    [TestCase("lp", "vit-small", 330)]
    [TestCase("lp3", "vit-small", 330 + (2 * 32 * 33))]
    [TestCase("norm", "vit-small", 7 * 64)]                                // two normalisations per block and the last
    [TestCase("norm+lp", "vit-small", (7 * 64) + 330)]
    [TestCase("bias", "vit-small", 32 + (3 * ((2 * 32) + (4 * 32) + 64 + 32)) + 32 + 10)]
    [TestCase("lora=4", "vit-small", 3 * 4 * ((4 * 64) + 96 + 96))]        // r · (in + out) of four projections and two layers
    [TestCase("lora=4:query,value", "vit-small", 3 * 4 * 2 * 64)]          // of two projections
    [TestCase("dvpt=5", "vit-small", (3 * 5 * 32) + 330)]
    [TestCase("dvpt=2+bias", "vit-small", (3 * 2 * 32) + 320 + 32 + (3 * ((2 * 32) + (4 * 32) + 64 + 32)) + 32 + 10)]
    [TestCase("bias", "cnn-small", 8 + 16 + 16 + 10)]
    [TestCase("sparse:conv2=0.5,head=0", "cnn-small", (16 * 9 * 4) + 16 + 10)]
    [TestCase("sparse:conv2=0.3", "cnn-small", (16 * 9 * 3) + 16)]         // ⌈0.3 · 8⌉ = 3 channels
    public void A_scheme_trains_as_many_parameters_as_its_definition_says(string scheme, string model, long count) =>
        Assert.That(TuningScheme.Parse(scheme).Tune(Network(model)).TrainedCount, Is.EqualTo(count));

    // Sixths of 16 channels, in two groups; none beside conv1
    [TestCase("cnn-small", "conv2:2 conv3:2")]
    [TestCase("resnet8", "block1.sum:2 block2.sum:4 block3.sum:10")]
    public void Lite_residual_modules_stand_beside_each_block_behind_the_first_layer(string model, string modules)
    {
        Graph tuned = TuningScheme.Parse("tinytl").Tune(Network(model)).Graph;
        Assert.That(
            string.Join(' ', tuned.Parameters.Where(p => p.Name.EndsWith(".lite.group.weight"))
                .Select(p => $"{p.Name[..^18]}:{p.Shape[0]}")),
            Is.EqualTo(modules));
    }

    [Test]
    public void Every_encoder_layer_attends_to_prompts_of_its_own_and_their_results_are_dropped()
    {
        Graph tuned = TuningScheme.Parse("dvpt=5").Tune(Network("vit-small")).Graph;
        Assert.Multiple(() =>
        {
            Assert.That(tuned.Nodes.Where(n => n.Op is Softmax).Select(n => n.Output.Shape),
                Is.All.EqualTo(Shape.Create([2, 4, 54, 54])).And.Exactly(3).Items);
            Assert.That(tuned.Nodes.Count(n => n.Op is Concat), Is.EqualTo(3));
            Assert.That(tuned.Nodes.Where(n => n.Op is Slice).Select(n => n.Output.Shape),
                Is.All.EqualTo(Shape.Create([2, 49, 32])).And.Exactly(3).Items);
        });
    }

    [TestCase("lp3")]
    [TestCase("tinytl")]
    [TestCase("lora=2")]
    public void Gradients_of_a_tuned_network_are_those_of_differences(string scheme)
    {
        Graph graph = Networks.Convolutional(3);
        Tuning tuning = TuningScheme.Parse(scheme).Tune(graph);
        Dictionary<string, float[]> weights = new(tuning.GrownFrom(Initialization.Weights(graph, 7)));
        Dictionary<string, double[]> given = Given(tuning.Graph, weights)
            .ToDictionary(w => w.Key, w => w.Value.Select(v => (double)v).ToArray());
        Evaluation.CheckGradients(tuning.Graph, tuning.Trained, given, elements: 5);
    }

    [Test]
    public void The_gradient_of_some_channels_is_that_part_of_the_whole_gradient()
    {
        Graph graph = Networks.Convolutional(3);
        Dictionary<string, float[]> given = Given(graph, Initialization.Weights(graph, 7));
        HashSet<string> trained = ["conv2.weight", "head.weight"];
        Graph whole = Gradients.Build(graph, "loss", trained);
        Graph part = Gradients.Build(graph, "loss", trained,
            new Dictionary<string, int> { ["conv2.weight"] = 3, ["head.weight"] = 2 });
        foreach ((string name, int channels) in new[] { ("conv2.weight", 3), ("head.weight", 2) })
        {
            Tensor<float> all = Evaluation.Run(whole, given)[whole.Outputs[Gradients.OutputName(name)].Id];
            Tensor<float> some = Evaluation.Run(part, given)[part.Outputs[Gradients.OutputName(name)].Id];
            float[][] rows = [.. all.Span.ToArray().Chunk(all.Shape[^1])];
            Assert.That(some.Span.ToArray(), Is.EqualTo(rows.SelectMany(r => r[..channels])), name);
        }
    }

    [Test]
    public void Training_some_channels_keeps_only_them_and_leaves_other_weights_alone()
    {
        Graph graph = Networks.Convolutional(4);
        Tuning tuning = TuningScheme.Parse("sparse:conv2=0.5").Tune(graph);
        Plan plan = StepPlanner.TrainingStep(tuning, new Backpropagation(NumberFormat.Fp32, 0.9));
        Dictionary<string, float[]> before = new(Initialization.Weights(graph, 7));
        FloatWeights weights = new(before);
        FloatMachine machine = new(Step.OnHost(plan), weights);
        machine.Run(new StepContext(1, 0, 0.1), SampleStores.Float(graph, ToyTask.Data(4, 1)), [0, 1, 2, 3], fill: true);
        float[] change = [.. weights.Tensors["conv2.weight"].Zip(before["conv2.weight"], (a, b) => a - b)];
        Assert.Multiple(() =>
        {
            Assert.That(plan.Tensors.Single(t => t.Name == "pool1 kept").Role, Is.EqualTo(TensorRole.SavedActivation));
            Assert.That(plan.Tensors.Single(t => t.Name == "pool1").Role, Is.EqualTo(TensorRole.Activation));
            Assert.That(plan.Ops.Single(o => o.Name == "pool1 kept").Index,
                Is.EqualTo(plan.Ops.Single(o => o.Name == "conv2").Index + 1));
            Assert.That(plan.Tensors.Single(t => t.Name == "velocity of conv2.weight").Shape.Count, Is.EqualTo(6 * 9 * 2));
            Assert.That(change.Where((_, i) => i % 4 >= 2), Is.All.Zero);
            Assert.That(change.Where((_, i) => i % 4 < 2).Count(c => c != 0), Is.GreaterThan(50));
        });
    }

    [Test]
    public void Nothing_is_propagated_below_the_deepest_layer_that_trains()
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Parse("sparse:conv2=0.5,head").Tune(Networks.Convolutional(4)),
            Method.Parse("bp:fp32"));
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Select(o => o.Op), Has.None.InstanceOf<Conv2dInputGradient>());
            Assert.That(plan.Ops.Where(o => o.Name is "conv1" or "relu1" or "pool1").All(o => o.Frozen));
        });
    }

    [Test]
    public void A_forward_gradient_refuses_to_train_part_of_a_weight() =>
        Assert.That(
            () => StepPlanner.TrainingStep(TuningScheme.Parse("sparse:conv2=0.5").Tune(Networks.Convolutional(4)),
                Method.Parse("qzo-ff:16w8a")),
            Throws.InstanceOf<InputException>().With.Message.Contains("'conv2.weight'").And.Message.Contains(
                "accepted are whole layers"));

    [TestCase("bia", "there is no scheme 'bia' (did you mean 'bias'?)")]
    [TestCase("lora=0", "accepted after '=' is a whole number from 1 to 4096")]
    [TestCase("ft=2", "there is no scheme 'ft=2'")]
    [TestCase("lp+lp", "names a part twice")]
    [TestCase("sparse:", "'' is no layer")]
    [TestCase("sparse:conv1=1.5", "accepted is LAYER or LAYER=SHARE with a share from 0 to 1")]
    [TestCase("sparse:conv1,conv1=0", "names layer 'conv1' twice")]
    public void A_scheme_that_does_not_exist_is_refused_with_what_is_accepted(string scheme, string message) =>
        Assert.That(() => TuningScheme.Parse(scheme), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    [TestCase("norm", "cnn-small", "trains nothing")]
    [TestCase("tinytl", "vit-small", "lite residual modules")]
    [TestCase("dvpt", "cnn-small", "encoder layers with attention")]
    [TestCase("lora=10", "cnn-small", "a rank below both extents is accepted")]
    [TestCase("sparse:conv4", "cnn-small", "there is no layer 'conv4' (did you mean 'conv1'?)")]
    [TestCase("sparse:block1.depthwise=0.5", "ds-cnn", "does not mix all its channels")]
    [TestCase("sparse:conv2=0.5+ft", "cnn-small", "trains in part")]
    public void A_scheme_that_does_not_fit_the_network_says_why(string scheme, string model, string message) =>
        Assert.That(() => TuningScheme.Parse(scheme).Tune(Network(model)),
            Throws.InstanceOf<InputException>().With.Message.Contains(message));
}
