using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>The last layers by backpropagation, those before by a forward gradient.</summary>
public class ElasticTests
{
    private const int Batch = 12;
    private const string Body = "sparse:conv1,conv2", Head = "lp";

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(48, 4);
    private static readonly HardwareProfile Profile = ShippedProfiles.Find("systolic-int8-16x16");
    private static readonly Tuning Toy = TuningScheme.Full.Tune(ToyTask.Model.Build(Batch));

    [TestCase("fp32", "bp:fp32", 0.1)] // its gradient is that at w − εz of the others
    [TestCase("16w8a", "bp:16w8a", 0.1)]
    public void Each_part_moves_as_it_would_by_its_own_method_alone(string format, string bp, double slack)
    {
        string forward = format == "fp32" ? "spsa:fp32" : $"qzo-ff:{format}";
        Weights start = Trained(forward, "ft", 0), both = Trained($"{forward}+elastic1", "ft", 1),
            body = Trained(forward, Body, 1), head = Trained(bp, Head, 1);
        foreach (string name in new[] { "conv1.weight", "conv2.weight", "conv2.bias" })
        {
            // In integers a frozen bias has other bits than one that trains: losses may differ in their last ones.
            Assert.That(Values(both, name), Is.EqualTo(Values(body, name)).Within(format == "fp32" ? 1e-6 : 0), name);
        }

        foreach (string name in new[] { "head.weight", "head.bias" })
        {
            double[] moved = Step(both, start, name), alone = Step(head, start, name);
            double longest = alone.Max(Math.Abs);
            Assert.That(longest, Is.GreaterThan(0));
            Assert.That(moved, Is.EqualTo(alone).Within(slack * longest), name);
        }
    }

    [TestCase("ff:fp32+elastic1")]
    [TestCase("spsa:fp32+elastic2+m2+sharpness")]
    [TestCase("qzo-ff:16w8a+elastic1")]
    [TestCase("qzo-ff:8w8a+elastic2+momentum0.5+kernel-norm")]
    [TestCase("qzo-ff-steps:8w8a+elastic1")]
    public void It_learns_more_than_the_estimate_alone(string method)
    {
        double elastic = Loss(method), alone = Loss(method.Replace("+elastic1", "").Replace("+elastic2", ""));
        Assert.That(elastic, Is.LessThan(alone));
    }

    [Test]
    public void Of_the_last_pass_alone_results_are_kept_and_of_the_last_layers_alone()
    {
        Plan plan = StepOf("qzo-ff:16w8a+m2+elastic1").Plan;
        Assert.Multiple(() =>
        {
            Assert.That(plan.Tensors.Where(t => t.Role == TensorRole.SavedActivation).Select(t => t.Name),
                Is.EqualTo(new[] { "flat−#2", "logits−#2" }).Or.EqualTo(new[] { "flat−#2", "head−#2" }));
            Assert.That(plan.Tensors.Where(t => t.Role == TensorRole.Perturbation).Select(t => t.Name),
                Has.None.StartsWith("head"));
            Assert.That(plan.Ops.Where(o => o.Op is GradientDescentUpdate).Select(o => o.Name),
                Is.EqualTo(new[] { "update head.weight", "update head.bias" }).Or
                    .EqualTo(new[] { "update head.bias", "update head.weight" }));
            Assert.That(plan.Ops.Where(o => o.Op is ForwardGradientUpdate).Select(o => o.Name), Is.EqualTo(
                new[] { "update conv1.weight", "update conv1.bias", "update conv2.weight", "update conv2.bias" }));
        });
    }

    [Test]
    public void Memory_lies_between_that_of_the_estimate_and_of_backpropagation()
    {
        long[] arenas = [.. new[] { "qzo-ff:16w8a", "qzo-ff:16w8a+elastic1", "qzo-ff:16w8a+elastic2", "bp:16w8a" }
            .Select(m => StepOf(m).Layout.ArenaBytes)];
        Assert.That(arenas, Is.Ordered.Ascending);
        Assert.That(arenas[1], Is.LessThan(arenas[3]));
    }

    [TestCase("qzo-ff:16w8a+elastic3", "ft",
        "qzo-ff:16w8a+elastic3: 3 layers train (conv1, conv2, head), and a forward gradient trains the first of them; "
            + "accepted are 1 to 2 in place of 3.")]
    [TestCase("ff:fp32+elastic1", "lp",
        "ff:fp32+elastic1: 1 layer trains (head), and a forward gradient trains the first of them; accepted are schemes by "
            + "which more do.")]
    public void More_layers_than_there_are_before_the_first_are_refused_by_name(string method, string scheme, string message) =>
        Assert.That(() => StepPlanner.TrainingStep(TuningScheme.Parse(scheme).Tune(ToyTask.Model.Build(4)), Method.Parse(method)),
            Throws.InstanceOf<InputException>().With.Message.EqualTo(message));

    [TestCase("jvp:fp32+elastic1")]
    [TestCase("qzo-ff:4w8a+elastic1")]
    [TestCase("ff:mxfp8+elastic1")]
    public void Where_there_are_no_such_gradients_there_is_no_such_switch(string method) => Assert.That(
        () => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains("has no switch elastic"));

    private static Step StepOf(string method) => Simulator.Memory.Step.Of(Profile, Toy, Method.Parse(method));

    private static float[] Values(Weights weights, string name) => weights.Tensors[name].Values.ToArray();

    private static double[] Step(Weights after, Weights before, string name) =>
        [.. Values(after, name).Zip(Values(before, name), (a, b) => (double)a - b)];

    private static double Loss(string method)
    {
        double loss = double.NaN;
        Run(method, "ft", 60, (curve, _) => loss = curve.Losses[^1]);
        return loss;
    }

    private static Weights Trained(string method, string scheme, int steps)
    {
        Weights? trained = null;
        Run(method, scheme, Math.Max(1, steps), (_, at) => trained = at[steps]);
        return trained!;
    }

    private static void Run(string text, string scheme, int steps, Action<TrainingCurve, Dictionary<int, Weights>> result)
    {
        Method method = Method.Parse(text);
        bool inSteps = method is QuantizedForwardGradient { InSteps: true };
        TrainingBench bench = new(ToyTask.Model, Initialization.Weights(ToyTask.Model.Build(1), 7), Data, Data, Batch, 1);
        Dictionary<int, Weights> at = [];
        TrainingSettings settings = new(steps, inSteps ? 2 : method is Backpropagation ? 0.1 : 0.004, Decay.None,
            inSteps ? 4 : 0.004, inSteps)
        {
            Tail = (0.1, Decay.None),
        };
        (TrainingCurve curve, _) = bench.Prepare(method, TuningScheme.Parse(scheme), settings,
            method.Operands.IsFixedPoint ? Wrap32 : null, threads: 1)
            .Run(3, null, default, new Checkpoints(0, null, Watch: (step, weights) => at[step] = weights));
        result(curve, at);
    }
}
