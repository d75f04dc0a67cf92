using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>What runs lies where the report says.</summary>
public sealed class HostArenaTests
{
    private const string Cnn = "cnn", Vit = "vit-tiny", Residual = "resnet18";

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static readonly string[] Profiles =
    [
        "cortex-m4", "cortex-m7", "dsp-40bit-saturating", "ethos-u55-128", "ethos-u55-256", "hexagon-hvx", "systolic-int8-16x16",
        "systolic-int8-16x16-acc20", "systolic-int8-16x16-acc20-os",
    ];

    private static Graph Network(string name) => name switch
    {
        "toy" => Networks.Convolutional(4),
        "tokens" => Networks.Tokens(3),
        "branching" => Networks.Branching(3),
        _ => BatchNormFolding.Fold(ModelCatalog.Find(name).Build(1)),
    };

    [Test]
    public void Integers_lie_at_the_reported_addresses(
        [Values("toy", "tokens", Cnn, Vit, Residual)] string network,
        [Values("qzo-ff:16w8a", "qzo-ff:8w8a+m3", "qzo-ff:16w16a+momentum0.9")] string method,
        [ValueSource(nameof(Profiles))] string profile)
    {
        Step step = Made(profile, network, method);
        FixedPointMachine machine = new(step, Wrap32, new FixedWeights(Initialization.Weights(Network(network), 1)),
            Ones(step.Plan));
        Compare(step, ShippedProfiles.Find(profile), t => machine.Values(t), 1);
    }

    [Test]
    public void A_backward_pass_in_integers_lies_at_the_reported_addresses(
        [ValueSource(nameof(Profiles))] string profile)
    {
        Step step = Made(profile, "toy", "bp:8w8a");
        FixedPointMachine machine = new(step, Wrap32, new FixedWeights(Initialization.Weights(Network("toy"), 1)),
            Ones(step.Plan));
        Compare(step, ShippedProfiles.Find(profile), t => machine.Values(t), 1);
    }

    // Single precision at the reported addresses, halves held in floats at twice these.
    [Test]
    public void Floats_lie_at_the_reported_addresses(
        [Values("toy", "tokens", "branching", Cnn, Vit)] string network,
        [Values("bp:fp32", "ff:fp32", "bp:fp16+momentum0.9", "ff:fp16")] string method,
        [ValueSource(nameof(Profiles))] string profile)
    {
        Step step = Made(profile, network, method);
        FloatMachine machine = new(step, new FloatWeights(Initialization.Weights(Network(network), 1)));
        Compare(step, ShippedProfiles.Find(profile), t => MemoryMarshal.AsBytes(machine.Values(t)),
            method.Contains("fp16") ? 2 : 1);
    }

    // Masks of a bit and indices of a byte are held one to a float; what lies above them moves up and nothing else changes.
    [Test]
    public void Where_elements_are_narrower_than_a_unit_the_order_stays_and_what_is_apart_stays_apart(
        [Values("toy", Cnn)] string network, [Values("bp:fp32+compact", "bp:fp16+compact", "bp:8w8a+compact")] string method,
        [Values(1, 4, 16, 128)] int alignment)
    {
        Step step = Step.Of(Step.Of(ShippedProfiles.Find("cortex-m4"), Network(network), Method.Parse(method),
            TuningScheme.Full).Plan, alignment);
        Assert.That(step.Plan.Tensors.Any(t => t.Format == NumberFormat.Bit));
        int unit = method.Contains("fp32") ? 4 : method.Contains("fp16") ? 2 : 1;
        HostArena host = HostArena.Of(step, unit, isBytes: unit == 1, wholeElements: false);
        ArenaBuffer[] buffers = [.. step.Layout.Buffers.OrderBy(At)];
        Assert.Multiple(() =>
        {
            Assert.That(buffers.Select(b => host.Offsets[b.Tensors[0]]), Is.Ordered);
            foreach (ArenaBuffer lower in buffers)
            {
                int end = lower.Tensors.Max(t => host.Offsets[t] + host.Lengths[t]);
                Assert.That(end, Is.LessThanOrEqualTo(host.Length));
                foreach (ArenaBuffer upper in buffers.Where(b => At(b) >= At(lower) + lower.Bytes))
                    Assert.That(host.Offsets[upper.Tensors[0]], Is.GreaterThanOrEqualTo(end));
            }
        });

        long At(ArenaBuffer buffer) => step.Layout.Offsets[buffer.Tensors[0]];
    }

    [Test]
    public void For_a_device_every_element_lies_at_a_multiple_of_its_size([Values(1, 2, 4, 16)] int alignment)
    {
        Step step = Step.Of(StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network("toy")), Method.Parse("qzo-ff:16w8a+m3")),
            alignment);
        HostArena host = HostArena.Of(step, 1, isBytes: true, wholeElements: true);
        Assert.That(
            step.Plan.Tensors.Where(t => host.Offsets[t.Id] >= 0)
            .Select(t => host.Offsets[t.Id] % (t.Format.Bits() / 8)), Is.All.Zero);
    }

    [Test]
    public void No_result_depends_on_where_the_arena_puts_things(
        [Values("bp:fp32", "bp:fp32+compact", "bp:fp16+compact", "ff:fp16")] string method)
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network("toy")), Method.Parse(method));
        Assert.That(new[] { 1, 2, 4, 128 }.Select(a => LossOf(Step.Of(plan, a))), Is.All.EqualTo(LossOf(Step.OnHost(plan))));

        double LossOf(Step step)
        {
            FloatMachine machine = new(step, new FloatWeights(Initialization.Weights(Network("toy"), 1)), 0.01);
            SampleStore<float> store = SampleStores.Float(Network("toy"), ToyTask.Data(12, 1));
            for (uint i = 0; i < 3; i++)
                machine.Run(new StepContext(1, i, 0.1), store, [0, 1, 2, 3], fill: true);
            return machine.Loss;
        }
    }

    [Test]
    public void No_integer_depends_on_where_the_arena_puts_things(
        [Values("qzo-ff:16w8a", "qzo-ff:8w8a+m3", "bp:8w8a", "bp:8w8a+compact")] string method)
    {
        TrainingSettings settings = new(3, 0.1, Decay.None, 0.01);
        TrainingBench bench = new(
            ToyTask.Model, Initialization.Weights(ToyTask.Model.Build(1), 1), ToyTask.Data(24, 1), ToyTask.Data(12, 2), batch: 4,
            calibrationBatches: 2);
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Full.Tune(bench.Graph), Method.Parse(method));
        Assert.That(new[] { 1, 2, 4, 128 }.Select(a => LossesOf(Step.Of(plan, a))), Is.All.EqualTo(LossesOf(null)));

        ImmutableArray<double> LossesOf(Step? step) =>
            bench.Prepare(Method.Parse(method), TuningScheme.Full, settings, Wrap32, step: step)
                .Run(1, null, CancellationToken.None).Curve.Losses;
    }

    private delegate ReadOnlySpan<byte> Storage(int tensor);

    private static Step Made(string profile, string network, string method) =>
        Step.Of(ShippedProfiles.Find(profile), Network(network), Method.Parse(method), TuningScheme.Full);

    private static ImmutableArray<TensorScale> Ones(Plan plan) => [.. plan.Tensors.Select(_ => new TensorScale(1))];

    // The distance of every tensor's storage from that of the tensor at the first byte of the arena.
    private static void Compare(Step step, HardwareProfile profile, Storage storage, int hostBytesPerByte)
    {
        (Plan plan, MemoryLayout layout) = step;
        PlanTensor[] scratch = [.. plan.Tensors.Where(t => !t.IsPersistent && layout.Offsets[t.Id] >= 0)];
        int first = scratch.First(t => layout.Offsets[t.Id] == 0).Id;
        (int Tensor, long Executed)[] executed = [.. scratch.Select(t => (t.Id, Distance(storage(first), storage(t.Id))))];
        Assert.That(executed, Is.EqualTo(scratch.Select(t =>
            (t.Id, hostBytesPerByte * (layout.Offsets[t.Id] + t.Format.BytesFor(t.First))))));
        Assert.That(scratch.Max(t => layout.Offsets[t.Id] + t.Bytes),
            Is.EqualTo(MemoryResult.Of(step, profile.Memory.Scratchpad.SizeBytes).ArenaBytes));
        Assert.That(scratch, Has.Length.GreaterThan(10));
    }

    private static long Distance(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        Unsafe.ByteOffset(ref MemoryMarshal.GetReference(from), ref MemoryMarshal.GetReference(to));
}
