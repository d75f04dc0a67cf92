using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

/// <summary>A run that is stopped and resumed ends with the bits of one that was not.</summary>
public class CheckpointTests
{
    private const int Steps = 24;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dictionary<string, float[]> Initial =
        new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-checkpoint-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private static PreparedTraining Prepare(string method) =>
        Prepare(new TrainingBench(ToyTask.Model, Initial, ToyTask.Data(60, 1), ToyTask.Data(30, 2), 12, 2), method);

    private static PreparedTraining Prepare(IBench bench, string method) =>
        bench.Prepare(Method.Parse(method), TuningScheme.Full, new(Steps, 1e-2, Decay.Linear, 1e-2), Wrap32);

    private static EpisodeBench Episodes(int count = 3) => new(
        ToyTask.Model.With(FewShotHead.ProtoNets), Initial.Where(w => !w.Key.StartsWith("head.", StringComparison.Ordinal))
        .ToDictionary(),
        [.. Enumerable.Range(0, count)
            .Select(i => new Episode(Sorted(ToyTask.Data(24, (ulong)(20 + i), 0.4)), ToyTask.Data(30, (ulong)(40 + i), 0.4)))],
            12, 1);

    private static Dataset Sorted(Dataset data) =>
        data.Select([.. Enumerable.Range(0, data.Count).OrderBy(i => data.Labels.Span[i])]);

    // Runs until a number of steps is done; gives what the file then holds.
    private static TrainingState Stopped(PreparedTraining prepared, int after, string file, string identity,
        TrainingState? from = null)
    {
        int done = 0;
        using CancellationTokenSource stop = new();
        void Count()
        {
            if (++done == after)
                stop.Cancel();
        }

        Assert.That(
            () => prepared.Run(3, Count, stop.Token, new(5, s => CheckpointFile.Write(file, identity, s), from)),
            Throws.InstanceOf<OperationCanceledException>());
        return CheckpointFile.Read(file, identity);
    }

    [TestCase("bp:fp32+momentum0.9")]
    [TestCase("bp:16w8a")]
    [TestCase("bp:16w8a+momentum0.9")]
    [TestCase("bp:8w8a+momentum0.9+compact")]
    [TestCase("ff:fp16+guided0.5+sparse50+adam")]
    [TestCase("jvp:fp32+m2+momentum0.9")]
    [TestCase("qzo-ff:16w8a+m2")]
    [TestCase("qzo-ff:8w8a+momentum0.9+guided0.5")]
    [TestCase("qzo-ff:4w8a+sparse-random50+kernel-norm+sharpness")]
    [TestCase("qzo-ff:16w8a+sparse50+momentum0.9+lfsr")]
    public void A_stopped_run_ends_with_the_same_curve_counts_and_file(string method)
    {
        string whole = Path.Combine(folder, "whole"), part = Path.Combine(folder, "part"),
            identity = $"method: {method}\nseed: 3";
        PreparedTraining prepared = Prepare(method);
        (TrainingCurve curve, NumericsResult? numerics) =
            prepared.Run(3, null, CancellationToken.None, new(0, s => CheckpointFile.Write(whole, identity, s)));

        TrainingState state = Stopped(prepared, 7, part, identity);
        Assert.That(state.Step, Is.EqualTo(7));
        (TrainingCurve resumed, NumericsResult? counted) =
            Prepare(method).Run(3, null, CancellationToken.None, new(0, s => CheckpointFile.Write(part, identity, s), state));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(part), Is.EqualTo(File.ReadAllBytes(whole)));
            Assert.That(resumed.Losses, Is.EqualTo(curve.Losses));
            Assert.That(resumed.Accuracies, Is.EqualTo(curve.Accuracies).And.Length.EqualTo(6));
            Assert.That((resumed.ZeroShot, resumed.Final), Is.EqualTo((curve.ZeroShot, curve.Final)));
            Assert.That(counted?.Layers, Is.EqualTo(numerics?.Layers));
            Assert.That((counted?.RoundedAwayShare, counted?.TiedLossShare),
                Is.EqualTo((numerics?.RoundedAwayShare, numerics?.TiedLossShare)));
        });
    }

    [TestCase("ff:fp32", 7, 0)] // in the first episode
    [TestCase("bp:fp32+momentum0.9", 2 * Steps, 2)] // between two episodes
    [TestCase("qzo-ff:8w8a+momentum0.9", Steps + 5, 1)]
    [TestCase("bp:16w8a+momentum0.9", (2 * Steps) + 3, 2)]
    public void Stopped_episodes_end_with_the_same_curve_counts_and_file(string method, int after, int episodes)
    {
        string whole = Path.Combine(folder, "whole"), part = Path.Combine(folder, "part"),
            identity = $"method: {method}\nseed: 3";
        (TrainingCurve curve, NumericsResult? numerics) =
            Prepare(Episodes(), method).Run(3, null, CancellationToken.None,
                new(0, s => CheckpointFile.Write(whole, identity, s)));
        TrainingState state = Stopped(Prepare(Episodes(), method), after, part, identity);
        Assert.That((state.Finished.Length, state.Step), Is.EqualTo((episodes, after - (episodes * Steps))));
        state = Stopped(Prepare(Episodes(), method), 3, part, identity, state); // and once more on the way
        (TrainingCurve resumed, NumericsResult? counted) =
            Prepare(Episodes(), method).Run(3, null, CancellationToken.None,
                new(0, s => CheckpointFile.Write(part, identity, s), state));
        (TrainingCurve again, _) = Prepare(Episodes(), method)
            .Run(3, null, CancellationToken.None, new(0, null, CheckpointFile.Read(whole, identity)));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(part), Is.EqualTo(File.ReadAllBytes(whole)));
            foreach (TrainingCurve other in new[] { resumed, again })
            {
                Assert.That(other.Episodes, Is.EqualTo(curve.Episodes));
                Assert.That(other.Losses, Is.EqualTo(curve.Losses));
                Assert.That((other.ZeroShot, other.Final), Is.EqualTo((curve.ZeroShot, curve.Final)));
            }

            Assert.That(counted?.Layers, Is.EqualTo(numerics?.Layers));
            Assert.That(counted?.Epsilon, Is.EqualTo(numerics?.Epsilon));
            Assert.That((counted?.RoundedAwayShare, counted?.TiedLossShare),
                Is.EqualTo((numerics?.RoundedAwayShare, numerics?.TiedLossShare)));
        });
    }

    [Test]
    public void Finished_episodes_of_another_run_or_damaged_ones_are_refused()
    {
        string file = Path.Combine(folder, "state");
        TrainingState? state = null;
        Prepare(Episodes(), "qzo-ff:8w8a").Run(1, null, CancellationToken.None, new(0, s => state = s));
        FinishedEpisode first = state!.Finished[0];
        Assert.Multiple(() =>
        {
            Assert.That(state.Finished, Has.Length.EqualTo(2));
            Assert.That(
                () => Resume(state, 2), Throws.TypeOf<InputException>().With.Message.EqualTo(
                    "checkpoint: 2 episodes are done and one is under way; the run has 2."));
            Assert.That(
                () => Resume(state with { Finished = [first with { Numerics = null }, first with { Numerics = null }] }, 3),
                Throws.TypeOf<InputException>().With.Message.Contains("are not those of this run"));
            foreach (string text in (string[])["", "{}", "[]", "[null]", "[{}]", "null",
                "[{\"ZeroShot\":0,\"Final\":0,\"Losses\":[1],\"Steps\":[]}]"])
            {
                CheckpointFile.Write(file, "run", state);
                Weights written = Safetensors.Read(file);
                Safetensors.Write(file, written with { Metadata = written.Metadata.SetItem("episodes", text) });
                Assert.That(() => CheckpointFile.Read(file, "run"),
                    Throws.TypeOf<InputException>().With.Message.Contains("'episodes' is not as it was written"), text);
            }
        });

        static void Resume(TrainingState from, int count) => Prepare(Episodes(count), "qzo-ff:8w8a")
            .Run(1, null, CancellationToken.None, new(0, null, from));
    }

    [Test]
    public void A_checkpoint_of_another_run_names_the_first_difference()
    {
        string file = Path.Combine(folder, "state");
        Prepare("ff:fp32").Run(1, null, CancellationToken.None,
            new(0, s => CheckpointFile.Write(file, "method: ff:fp32\nseed: 1", s)));
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
            Refused(() => Resume(state with
            {
                Tensors =
                state.Tensors with { Tensors = state.Tensors.Tensors.Remove("head.bias") }
            }), "missing tensor head.bias");
        });

        void Resume(TrainingState from) => prepared.Run(1, null, CancellationToken.None, new(0, _ => { }, from));

        Weights With(string name, float value)
        {
            WeightTensor tensor = state!.Tensors.Tensors[name];
            float[] values = tensor.Values.ToArray();
            values[2] = value;
            return state.Tensors with { Tensors = state.Tensors.Tensors.SetItem(name, tensor with { Values = values }) };
        }

        static void Refused(Action act, string part) =>
            Assert.That(() => act(), Throws.InstanceOf<InputException>().With.Message.Contains(part));
    }

    [Test]
    public void The_identity_of_a_run_tells_everything_that_decides_its_values()
    {
        Dataset train = ToyTask.Data(24, 1), test = ToyTask.Data(12, 2);
        TrainingBench bench = new(ToyTask.Model, Initial, train, test, 12, 2);
        Method method = Method.Parse("qzo-ff:16w8a");
        TrainingSettings settings = new(9, 0.1, Decay.Linear, 0.01);
        string first = RunIdentity.Of(bench, method, TuningScheme.Full, settings, Wrap32, 1);
        string[] others =
        [
            .. ((TrainingBench[])
            [
                new(ToyTask.Model, Initial, ToyTask.Data(24, 3), test, 12, 2),
                new(ToyTask.Model, Initial, train, ToyTask.Data(12, 4), 12, 2),
                new(ToyTask.Model, Initial, train, test, 6, 2),
                new(ToyTask.Model, Initial, train, test, 12, 1),
                new(ToyTask.Model, new Dictionary<string, float[]>(Initial) { ["head.bias"] = [1, 2, 3] }, train, test, 12, 2),
            ]).Select(other => RunIdentity.Of(other, method, TuningScheme.Full, settings, Wrap32, 1)),
            RunIdentity.Of(bench, ((ForwardMethod)method) with { Directions = 2 }, TuningScheme.Full, settings, Wrap32, 1),
            RunIdentity.Of(bench, method, TuningScheme.LastLayer, settings, Wrap32, 1),
            RunIdentity.Of(bench, method, TuningScheme.Full, settings with { Epsilon = 0.02 }, Wrap32, 1),
            RunIdentity.Of(bench, method, TuningScheme.Full, settings with { LearningRate = 0.2 }, Wrap32, 1),
            RunIdentity.Of(bench, method, TuningScheme.Full, settings with { Steps = 10 }, Wrap32, 1),
            RunIdentity.Of(bench, method, TuningScheme.Full, settings, Wrap32 with { LinearFeedback = true }, 1),
            RunIdentity.Of(bench, method, TuningScheme.Full, settings, Wrap32, 2),
        ];
        Assert.That(others.Append(first), Is.Unique);
        TrainingBench same = new(ToyTask.Model, Initial, ToyTask.Data(24, 1), ToyTask.Data(12, 2), 12, 2);
        Assert.That(RunIdentity.Of(same, method, TuningScheme.Full, settings, Wrap32, 1), Is.EqualTo(first));
    }
}
