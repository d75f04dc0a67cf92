using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

public class PretrainingTests
{
    private static readonly Dataset Train = ToyTask.Data(120, 5);

    [Test]
    public void Without_a_share_the_teacher_changes_no_bit()
    {
        Assert.That(Trained(new(Teacher(4, 0), null, PixelRange.Unit)), Is.EqualTo(Trained(PretrainingExtras.None)));
        Assert.That(Trained(new(Teacher(4, 0.5), null, PixelRange.Unit)), Is.Not.EqualTo(Trained(PretrainingExtras.None)));
    }

    [Test]
    public void A_teacher_alone_teaches_what_it_knows()
    {
        Teacher teacher = Teacher(2, 1);
        Dataset test = ToyTask.Data(90, 9), unlabelled = new(Train.SampleShape, 3, Train.Images.ToArray(), new int[Train.Count]);
        Assert.That(Accuracy(Trained(PretrainingExtras.None, unlabelled), test), Is.LessThan(0.4), "every label is class 0");
        Assert.That(Accuracy(Trained(new(teacher, null, PixelRange.Unit), unlabelled, 200), test), Is.GreaterThan(0.9));
    }

    [Test]
    public void The_teacher_sees_each_image_in_its_own_range_of_pixels()
    {
        PixelRange bytes = new(0, 255);
        Teacher plain = Teacher(4, 0.7);
        Dictionary<string, WeightTensor> scaled = plain.Weights.Tensors.ToDictionary();
        WeightTensor first = scaled["conv1.weight"];
        scaled["conv1.weight"] = first with { Values = first.Values.ToArray().Select(v => v / 256).ToArray() };
        Teacher teacher = plain with { Weights = Weights.Create(scaled), Pixels = new PixelRange(0, 256) };
        float[] unit = new TeacherMachine(plain, PixelRange.Unit, 4).Logits(Train.Images.Span[..(4 * 64)]);
        Assert.That(new TeacherMachine(teacher, PixelRange.Unit, 4).Logits(Train.Images.Span[..(4 * 64)]), Is.EqualTo(unit),
            "powers of two are exact");
        Assert.That(new TeacherMachine(plain, bytes, 4).Logits(Train.In(bytes).Images.Span[..(4 * 64)]), Is.EqualTo(unit)
            .Within(1e-4f));
    }

    [Test]
    public void Augmented_samples_are_those_of_seed_and_step_whatever_was_asked_before()
    {
        Graph graph = TeacherMachine.Distil(ToyTask.Model.Build(12), Teacher(4, 0.5));
        PretrainingExtras extras = new(Teacher(4, 0.5), new Augmentation(true, 2), PixelRange.Unit);
        PretrainingSamples samples = new(graph, Train, 12, extras, 7);
        int images = graph.Inputs.First(i => i.Name == "images").Id, teacher = TeacherMachine.InputOf(graph);
        float[] third = Rows(3, images), answers = Rows(3, teacher);
        Assert.Multiple(() =>
        {
            Assert.That(Rows(4, images), Is.Not.EqualTo(third));
            Assert.That(Rows(3, images), Is.EqualTo(third));
            Assert.That(new TeacherMachine(Teacher(4, 0.5), PixelRange.Unit, 12).Logits(third), Is.EqualTo(answers),
                "it answers to the images as changed");
        });

        float[] Rows(int step, int value)
        {
            (SampleStore<float> store, int[] indices) = samples.Of(step);
            float[] rows = new float[12 * (value == images ? 64 : 3)];
            store.Gather(value, indices, rows);
            return rows;
        }
    }

    [Test]
    public void A_teacher_and_augmentation_give_the_same_weights_again()
    {
        PretrainingExtras extras = new(Teacher(4, 0.5), new Augmentation(true, 2), PixelRange.Unit);
        Dictionary<string, float[]> once = Trained(extras);
        Assert.That(Trained(extras), Is.EqualTo(once));
        Assert.That(Trained(extras with { Augmentation = null }), Is.Not.EqualTo(once));
    }

    [Test]
    public void The_loss_of_two_classes_is_what_the_formula_gives()
    {
        // T = 2, share 0.25: logits (2, 0) and the teacher's (0, 2) soften to logits (1, 0) and (0, 1), whose divergence is
        // tanh(½).
        Tensor<double> loss = new([1]);
        FloatOps.Execute(new Distillation(2, 0.25),
            [new([1, 2], new double[] { 2, 0 }), new([1], new double[] { 0 }), new([1, 2], new double[] { 0, 2 })], loss);
        Assert.That(loss.Span[0], Is.EqualTo((0.25 * 4 * Math.Tanh(0.5)) + (0.75 * Math.Log(1 + Math.Exp(-2)))).Within(1e-12));
    }

    [Test]
    public void A_network_that_reconstructs_has_no_teacher()
    {
        GraphBuilder g = new();
        Value images = g.Input("images", [4, 3]);
        g.Output("loss", g.Apply("loss", new MeanSquaredError(), images, images));
        Assert.That(() => TeacherMachine.Distil(g.Build(), Teacher(4, 0.5)), Throws.TypeOf<InputException>());
    }

    private static Teacher Teacher(double temperature, double share)
    {
        Graph graph = ToyTask.Model.Build(1);
        Dictionary<string, float[]> weights = Trained(PretrainingExtras.None, steps: 200);
        return new(ToyTask.Model, Weights.Create(graph.Parameters.Select(p =>
            KeyValuePair.Create(p.Name, new WeightTensor(p.Shape, weights[p.Name])))),
            PixelRange.Unit, temperature, share);
    }

    private static Dictionary<string, float[]> Trained(PretrainingExtras extras, Dataset? data = null, int steps = 40) =>
        Pretraining.Run(
        ToyTask.Model, data ?? Train, 12, 0.9, new TrainingSettings(steps, 0.05, Decay.Linear), 3, null, CancellationToken.None,
        extras).ToDictionary();

    private static double Accuracy(IReadOnlyDictionary<string, float[]> weights, Dataset test)
    {
        Graph graph = ToyTask.Model.Build(30);
        FloatMachine machine = new(Step.OnHost(Planner.Inference(graph, OperandFormats.Fp32, ImmutableHashSet<string>.Empty)),
            new FloatWeights(weights));
        return machine.Accuracy(SampleStores.Float(graph, test), test.Labels.Span, fill: true);
    }
}
