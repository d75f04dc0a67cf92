using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Support.OpenCl;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using Silk.NET.OpenCL;

namespace NpuSim.Simulator.Tests.OpenCl;

/// <summary>Whole training runs on a device, beside the same runs on the processor.</summary>
public sealed class TrainingTests
{
    private const int Steps = 6;

    private static readonly NumericPolicy Plain = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static readonly NumericPolicy[] Policies =
    [
        Plain,
        new(new AccumulatorPolicy(16, Overflow.Saturate, 4), Rounding.Stochastic, LinearFeedback: true),
        new(new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Double, FloatLoss: true),
    ];

    private static TrainingBench Bench() => new(
        ToyTask.Model, new Dictionary<string, float[]>(Initialization.Weights(Networks.Convolutional(1), 7)), ToyTask.Data(24, 4),
        ToyTask.Data(30, 5), 12, 2);

    private static (TrainingCurve Curve, NumericsResult Numerics) Train(
        string method, string scheme, NumericPolicy policy, FixedPointBackend backend, Action? progress = null)
    {
        TrainingSettings settings = new(Steps, 1e-2, Workloads.Tasks.Decay.None, 1e-2);
        PreparedTraining prepared = Bench()
            .Prepare(Method.Parse(method), TuningScheme.Parse(scheme), settings, policy, 0, backend);
        (TrainingCurve curve, NumericsResult? numerics) = prepared.Run(3, progress, default);
        return (curve, numerics!);
    }

    private static void Same(
        (TrainingCurve Curve, NumericsResult Numerics) got, (TrainingCurve Curve, NumericsResult Numerics) expected)
    {
        Assert.Multiple(() =>
        {
            Assert.That(got.Curve.Losses, Is.EqualTo(expected.Curve.Losses));
            Assert.That((got.Curve.ZeroShot, got.Curve.Final), Is.EqualTo((expected.Curve.ZeroShot, expected.Curve.Final)));
            Assert.That(got.Numerics.Layers, Is.EqualTo(expected.Numerics.Layers));
            Assert.That(got.Numerics.Epsilon, Is.EqualTo(expected.Numerics.Epsilon));
            Assert.That(got.Numerics.RoundedAwayShare, Is.EqualTo(expected.Numerics.RoundedAwayShare));
            Assert.That(got.Numerics.TiedLossShare, Is.EqualTo(expected.Numerics.TiedLossShare));
        });
    }

    [Test]
    public void A_training_run_gives_the_bits_and_counts_of_the_processor(
        [Values("qzo-ff:16w8a", "qzo-ff:8w8a")] string method, [Values("ft", "lp")] string scheme,
        [ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Same(Train(method, scheme, policy, backend), Train(method, scheme, policy, FixedPointBackend.Processor));
    }

    [Test]
    public void Every_switch_of_a_method_gives_the_bits_and_counts_of_the_processor(
        [Values(
            "qzo-ff:16w8a+m2+momentum0.9", "qzo-ff:8w8a+sharpness+kernel-norm", "qzo-ff:4w8a+m3+guided0.5+momentum0.5",
                "qzo-ff:16w8a+rademacher+lfsr",
            "qzo-ff:8w8a+philox+guided0.9+sparse50", "qzo-ff:16w8a+m2+sharpness+sparse-random30+momentum0.9",
            "qzo-ff:16w8a+m2+kernel-norm+sparse-threshold40",
            "qzo-ff-steps:16w8a+m2+momentum0.9+sparse90")]
        string method, [Values(0, 1)] int policy)
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Same(Train(method, "ft", Policies[policy], backend), Train(method, "ft", Policies[policy], FixedPointBackend.Processor));
    }

    [Test]
    public void Rectified_pools_and_joined_channels_are_those_of_the_processor(
        [ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Graph graph = Networks.Branching(2);
        ImmutableArray<string> expected = Tensors(graph, ToyTask.Data(2, 4), policy, FixedPointBackend.Processor);
        Assert.That(expected.Count(t => t.StartsWith("greatest ", StringComparison.Ordinal)), Is.Positive,
            "the rectifier is part of the pool");
        Assert.That(expected.Count(t => t.StartsWith("relu", StringComparison.Ordinal)), Is.Zero,
            "the rectifier is part of the pool");
        Assert.That(Tensors(graph, ToyTask.Data(2, 4), policy, backend), Is.EqualTo(expected));
    }

    [Test]
    public void Every_tensor_of_a_step_of_a_transformer_is_that_of_the_processor()
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Graph graph = ModelCatalog.Find("vit-small", 4, [16, 16, 1]).Build(2);
        Workloads.Data.Dataset data = new([16, 16, 1], 4, [.. Enumerable.Range(0, 512).Select(i => i * 37 % 101 / 101f)], [1, 3]);
        ImmutableArray<string> expected = Tensors(graph, data, Plain, FixedPointBackend.Processor),
            got = Tensors(graph, data, Plain, backend);
        Assert.That(got, Is.EqualTo(expected));
    }

    [Test]
    public void Tokens_that_are_joined_repeated_and_cut_are_those_of_the_processor(
        [ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Graph graph = Networks.Tokens(2);
        ImmutableArray<string> expected = Tensors(graph, ToyTask.Data(2, 4), policy, FixedPointBackend.Processor);
        Assert.That(Tensors(graph, ToyTask.Data(2, 4), policy, backend), Is.EqualTo(expected));
    }

    [Test]
    public void Layers_run_some_channels_at_a_time_are_those_of_the_processor([Values] bool linearFeedback)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Saturate), Rounding.Stochastic,
            LinearFeedback: linearFeedback);
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Graph graph = Networks.Wide(2);
        ImmutableArray<string> expected = Tensors(graph, ToyTask.Data(2, 4), policy, FixedPointBackend.Processor);
        Assert.That(expected.Count(t => t.StartsWith("perturb wide.weight ", StringComparison.Ordinal)),
            Is.GreaterThan(2 * 2), "in parts");
        Assert.That(Tensors(graph, ToyTask.Data(2, 4), policy, backend), Is.EqualTo(expected));
    }

    [Test]
    public void Micro_batches_are_those_of_the_processor()
    {
        using OpenClBackend backend = new(Device.First(), Device.Cache);
        Graph graph = Networks.Wide(2);
        ImmutableArray<string> expected =
            Tensors(graph, ToyTask.Data(2, 4), Plain, FixedPointBackend.Processor, "qzo-ff:16w8a+micro1");
        Assert.That(Tensors(graph, ToyTask.Data(2, 4), Plain, backend, "qzo-ff:16w8a+micro1"), Is.EqualTo(expected));
    }

    // Name and content of each scratch tensor once it is whole, and of each weight afterwards, and what was counted, through two
    // steps.
    private static ImmutableArray<string> Tensors(
        Graph graph, Workloads.Data.Dataset data, NumericPolicy policy, FixedPointBackend backend,
        string method = "qzo-ff:16w8a")
    {
        Dictionary<string, float[]> weights = new(Initialization.Weights(graph, 7));
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, weights, SampleStores.Float(graph, data), 1);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph));
        using FixedPointRun run = backend.Begin(policy, new FixedWeights(weights));
        IntegerMachine machine = run.Machine(Step.OnHost(plan), ranges,
            new TrainingSettings(2, 1e-2, Workloads.Tasks.Decay.None, 1e-2));
        ImmutableArray<string>.Builder seen = ImmutableArray.CreateBuilder<string>();
        Dictionary<int, int> last = plan.Ops.GroupBy(o => plan.Owner(o.Output).Id).ToDictionary(g => g.Key, g => g.Last().Index);
        machine.Observer = op =>
        {
            PlanTensor whole = plan.Owner(op.Output);
            if (!whole.IsPersistent && op.Index == last[whole.Id])
                seen.Add($"{op.Name} {Hash(machine.Values(whole.Id))}");
        };
        SampleStore<byte> store = SampleStores.Fixed(graph, data, machine);
        for (uint step = 0; step < 2; step++)
            machine.Run(new StepContext(1, step, 1e-2), store, [0, 1], fill: step == 0);
        foreach (PlanTensor weight in plan.Tensors.Where(t => t is { Role: TensorRole.TrainedWeight, ViewOf: null }))
            seen.Add($"{weight.Name} {Hash(Stored(run, machine, weight))}");
        seen.Add($"{machine.Loss} {machine.Numerics.RoundedAwayShare} {string.Join(' ', machine.Numerics.Layers)}");
        return seen.ToImmutable();
    }

    private static string Hash(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    private static ReadOnlySpan<byte> Stored(FixedPointRun run, IntegerMachine machine, PlanTensor weight)
    {
        if (run is not OpenClRun device)
            return ((FixedPointMachine)machine).Persistent(weight.Name);
        DeviceOperand stored = device.Weights(weight, default);
        byte[] bytes = new byte[stored.Bytes];
        device.Queue.Read(stored.Buffer!, stored.Offset, bytes);
        return bytes;
    }

    [Test]
    public void A_device_lost_on_the_way_is_announced_once_and_the_processor_gives_the_results([Values(0, 300)] int launches)
    {
        List<string> announced = [];
        int steps = 0;
        using FallbackBackend backend = new(
            new OpenClBackend(
                Device.First(() => new FailingDriver { Launch = ErrorCodes.OutOfResources, Launches = launches }), Device.Cache),
            announced.Add);
        Same(
            Train("qzo-ff:16w8a", "ft", Plain, backend, () => steps++),
            Train("qzo-ff:16w8a", "ft", Plain, FixedPointBackend.Processor));
        Assert.That(announced, Has.Count.EqualTo(1));
        Assert.That(announced[0], Does.Contain("clEnqueueNDRangeKernel").And.Contain("OutOfResources (-5)").And.Contain(
            "processor takes over"));
        Assert.That(steps, Is.EqualTo(Steps), "steps reported");
        Assert.That(backend.Name, Is.Null, "the host block names the processor");
    }

    [Test]
    public void A_method_without_device_kernels_goes_to_the_processor_and_others_stay()
    {
        List<string> announced = [];
        using FallbackBackend backend = new(new OpenClBackend(Device.First(), Device.Cache), announced.Add);
        const string Without = "bp:16w8a";
        for (int run = 0; run < 2; run++)
            Same(Train(Without, "ft", Plain, backend), Train(Without, "ft", Plain, FixedPointBackend.Processor));
        Assert.That(announced, Has.Count.EqualTo(1), "each reason once");
        Assert.That(announced[0], Does.Contain("has no device kernel"));
        Assert.That(backend.Name, Does.StartWith("opencl:"), "the device is still in use");
    }

    [Test]
    public void Without_a_fall_back_a_fault_names_call_code_and_device()
    {
        OpenClDevice device = Device.First(() => new FailingDriver { Launch = ErrorCodes.DeviceNotAvailable, Launches = 5 });
        using OpenClBackend backend = new(device, Device.Cache);
        OpenClException? fault = Assert.Throws<OpenClException>(() => Train("qzo-ff:16w8a", "ft", Plain, backend));
        Assert.That(fault!.Message, Does.StartWith("opencl: clEnqueueNDRangeKernel of '").And.EndsWith(
            $"' failed on '{device.Name}': DeviceNotAvailable (-2): the device is lost"));
    }

    [Test]
    public void Too_little_device_memory_is_said()
    {
        using OpenClBackend backend = new(
            Device.First(() => new FailingDriver { Memory = ErrorCodes.MemObjectAllocationFailure }), Device.Cache);
        OpenClException? fault = Assert.Throws<OpenClException>(() => Train("qzo-ff:16w8a", "ft", Plain, backend));
        Assert.That(fault!.Message, Does.Contain("clCreateBuffer").And.Contain("out of device memory"));
    }

    [Test]
    public void A_driver_that_does_not_compile_is_said()
    {
        using OpenClBackend backend = new(Device.First(() => new FailingDriver { Build = ErrorCodes.BuildProgramFailure }), null);
        OpenClException? fault = Assert.Throws<OpenClException>(() => Train("qzo-ff:16w8a", "ft", Plain, backend));
        Assert.That(fault!.Message, Does.Contain("does not compile the kernels (BuildProgramFailure)"));
    }

    [Test]
    public void A_loader_without_platforms_has_no_device()
    {
        _ = Device.First();
        CL api = new FailingDriver { Platforms = ErrorCodes.PlatformNotFoundKhr }.Api;
        Assert.That(OpenClDevice.List(api), Is.Empty);
        OpenClMissingException? fault = Assert.Throws<OpenClMissingException>(() => OpenClDevice.Find(api, null));
        Assert.That(fault!.Message, Does.Contain("knows no device").And.Contain("install"));
    }
}
