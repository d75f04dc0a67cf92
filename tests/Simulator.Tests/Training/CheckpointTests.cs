using System.Text;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

/// <summary>A run that is stopped and resumed ends with the bits of one that was not.</summary>
public class CheckpointTests
{
    private const int Steps = 24;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dictionary<string, float[]> Initial = new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-checkpoint-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private static PreparedTraining Prepare(string method) =>
        new TrainingBench(ToyTask.Model, Initial, ToyTask.Data(60, 1), ToyTask.Data(30, 2), 12, 2)
            .Prepare(Method.Parse(method), TuningScheme.Full, new(Steps, 1e-2, Decay.Linear, 1e-2), Wrap32);

    [TestCase("bp:fp32+momentum0.9")]
    [TestCase("ff:fp16+guided0.5+sparse50+adam")]
    [TestCase("jvp:fp32+m2+momentum0.9")]
    [TestCase("qzo-ff:16w8a+m2")]
    [TestCase("qzo-ff:8w8a+momentum0.9+guided0.5")]
    [TestCase("qzo-ff:4w8a+sparse-random50+kernel-norm+sharpness")]
    [TestCase("qzo-ff:16w8a+sparse50+momentum0.9+lfsr")]
    public void A_stopped_run_ends_with_the_same_curve_counts_and_file(string method)
    {
        string whole = Path.Combine(folder, "whole"), part = Path.Combine(folder, "part"), identity = $"method: {method}\nseed: 3";
        PreparedTraining prepared = Prepare(method);
        (TrainingCurve curve, NumericsResult? numerics) = prepared.Run(3, null, CancellationToken.None, new(0, s => CheckpointFile.Write(whole, identity, s)));

        int done = 0;
        using CancellationTokenSource stop = new();
        void Count()
        {
            if (++done == 7)
                stop.Cancel();
        }

        Assert.That(
            () => prepared.Run(3, Count, stop.Token, new(5, s => CheckpointFile.Write(part, identity, s))), Throws.InstanceOf<OperationCanceledException>());
        TrainingState state = CheckpointFile.Read(part, identity);
        Assert.That(state.Step, Is.EqualTo(7));
        (TrainingCurve resumed, NumericsResult? counted) =
            Prepare(method).Run(3, null, CancellationToken.None, new(0, s => CheckpointFile.Write(part, identity, s), state));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(part), Is.EqualTo(File.ReadAllBytes(whole)));
            Assert.That(resumed.Losses, Is.EqualTo(curve.Losses));
            Assert.That((resumed.ZeroShot, resumed.Final), Is.EqualTo((curve.ZeroShot, curve.Final)));
            Assert.That(counted?.Layers, Is.EqualTo(numerics?.Layers));
            Assert.That((counted?.RoundedAwayShare, counted?.TiedLossShare), Is.EqualTo((numerics?.RoundedAwayShare, numerics?.TiedLossShare)));
        });
    }

    [Test]
    public void A_checkpoint_of_another_run_names_the_first_difference()
    {
        string file = Path.Combine(folder, "state");
        Prepare("ff:fp32").Run(1, null, CancellationToken.None, new(0, s => CheckpointFile.Write(file, "method: ff:fp32\nseed: 1", s)));
        Assert.That(
            () => CheckpointFile.Read(file, "method: ff:fp32\nseed: 2"),
            Throws.TypeOf<InputException>().With.Message.EqualTo($"{file}: is of another run: 'seed: 1' there, 'seed: 2' here."));
    }

    [Test]
    public void A_file_that_is_no_checkpoint_of_this_plan_is_refused()
    {
        string file = Path.Combine(folder, "state"), identity = "seed: 1";
        TrainingState? state = null;
        PreparedTraining prepared = Prepare("qzo-ff:8w8a");
        prepared.Run(1, null, CancellationToken.None, new(0, s => state = s));
        Assert.Multiple(() =>
        {
            Safetensors.Write(file, state!.Tensors);
            Refused(() => CheckpointFile.Read(file, identity), "is no checkpoint of npusim run: it has no 'run'");
            CheckpointFile.Write(file, identity, state);
            byte[] bytes = File.ReadAllBytes(file);
            int at = bytes.AsSpan().IndexOf("\"counts\":\""u8) + 10;
            bytes[at] = (byte)'x';
            File.WriteAllBytes(file, bytes);
            Refused(() => CheckpointFile.Read(file, identity), "'counts' is not as it was written");
            Refused(() => Resume(state with { Counts = [1, 2] }), "2 counts");
            Refused(() => Resume(state with { Tensors = With("head.weight", 200) }), "head.weight holds 200");
            Refused(() => Resume(state with { Tensors = With("head.weight", 0.5f) }), "head.weight holds 0.5");
            Refused(() => Resume(state with { Tensors = state.Tensors with { Tensors = state.Tensors.Tensors.Remove("head.bias") } }), "missing tensor head.bias");
        });

        void Resume(TrainingState from) => prepared.Run(1, null, CancellationToken.None, new(0, _ => { }, from));

        Weights With(string name, float value)
        {
            WeightTensor tensor = state!.Tensors.Tensors[name];
            float[] values = tensor.Values.ToArray();
            values[2] = value;
            return state.Tensors with { Tensors = state.Tensors.Tensors.SetItem(name, tensor with { Values = values }) };
        }

        static void Refused(Action act, string part) => Assert.That(() => act(), Throws.InstanceOf<InputException>().With.Message.Contains(part));
    }

    [Test]
    public void The_identity_of_a_run_tells_everything_that_decides_its_values()
    {
        TrainingBench bench = new(ToyTask.Model, Initial, ToyTask.Data(24, 1), ToyTask.Data(12, 2), 12, 2);
        Workload workload = Workload.Load("glyphs-cnn");
        Method method = Method.Parse("qzo-ff:16w8a");
        TrainingSettings settings = new(9, 0.1, Decay.Linear, 0.01);
        string first = RunIdentity.Of(workload, bench, method, TuningScheme.Full, settings, Wrap32, 1);
        string[] others =
        [
            RunIdentity.Of(workload with { DataSeed = 2 }, bench, method, TuningScheme.Full, settings, Wrap32, 1),
            RunIdentity.Of(workload, bench, ((ForwardMethod)method) with { Directions = 2 }, TuningScheme.Full, settings, Wrap32, 1),
            RunIdentity.Of(workload, bench, method, TuningScheme.LastLayer, settings, Wrap32, 1),
            RunIdentity.Of(workload, bench, method, TuningScheme.Full, settings with { Epsilon = 0.02 }, Wrap32, 1),
            RunIdentity.Of(workload, bench, method, TuningScheme.Full, settings, Wrap32 with { LinearFeedback = true }, 1),
            RunIdentity.Of(workload, bench, method, TuningScheme.Full, settings, Wrap32, 2),
            RunIdentity.Of(
                workload,
                new TrainingBench(ToyTask.Model, new Dictionary<string, float[]>(Initial) { ["head.bias"] = [1, 2, 3] }, ToyTask.Data(24, 1), ToyTask.Data(12, 2), 12, 2),
                method, TuningScheme.Full, settings, Wrap32, 1),
        ];
        Assert.That(others.Append(first), Is.Unique);
        Assert.That(RunIdentity.Of(workload, bench, method, TuningScheme.Full, settings, Wrap32, 1), Is.EqualTo(first));
    }
}
