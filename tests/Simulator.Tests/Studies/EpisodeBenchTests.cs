using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class EpisodeBenchTests
{
    private static readonly IReadOnlyDictionary<string, float[]> Pretrained = Pretraining.Run(
        ToyTask.Model, ToyTask.Data(300, 5), 12, 0.9, new TrainingSettings(60, 0.05, Decay.Linear), 1, null,
        CancellationToken.None);

    [TestCase("bp:fp32", FewShotHead.ProtoNets)]
    [TestCase("ff:fp32", FewShotHead.ProtoNets)]
    [TestCase("qzo-ff:16w8a", FewShotHead.ProtoNets)]
    [TestCase("bp:fp32", FewShotHead.SimpleShot)]
    [TestCase("qzo-ff:16w8a", FewShotHead.SimpleShot)]
    public void Every_method_trains_on_from_the_class_means(string method, FewShotHead head)
    {
        EpisodeBench bench = Bench(head);
        var prepared = bench.Prepare(
            Method.Parse(method), TuningScheme.Full, new TrainingSettings(30, 1e-3, Decay.Linear, 1e-2),
            new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap)));
        (TrainingCurve curve, _) = prepared.Run(1, null, CancellationToken.None);
        (TrainingCurve again, _) = prepared.Run(1, null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(curve.Episodes, Has.Length.EqualTo(3));
            Assert.That(curve.Final, Is.EqualTo(curve.Episodes.Average()));
            Assert.That(curve.ZeroShot, Is.GreaterThan(0.7));
            Assert.That(curve.Final, Is.GreaterThan(curve.ZeroShot - 0.15));
            Assert.That(curve.Losses[^1], Is.LessThan(curve.Losses[0]));
            Assert.That(again.Losses, Is.EqualTo(curve.Losses));
        });
    }

    // The definitions, on the features themselves: nearest class mean, of features as they are or centred and scaled to length 1.
    [TestCase(FewShotHead.ProtoNets)]
    [TestCase(FewShotHead.SimpleShot)]
    public void Before_training_accuracy_is_that_of_the_nearest_class_mean(FewShotHead head)
    {
        Graph embedding = FewShotHeads.Embedding(ToyTask.Model.Build(12));
        float[] centre = Mean(embedding);
        double right = 0;
        foreach (Episode episode in Episodes())
        {
            double[][] support = Rows(embedding, episode.Support, head, centre),
                queries = Rows(embedding, episode.Queries, head, centre);
            double[][] means = [.. support.Chunk(4)
                .Select(rows => Enumerable.Range(0, rows[0].Length).Select(d => rows.Average(r => r[d])).ToArray())];
            right += queries.Select((q, i) =>
                (means.Select((m, c) => (c, D: m.Zip(q, (a, b) => (a - b) * (a - b)).Sum())).MinBy(p => p.D).c
                == episode.Queries.Labels.Span[i]) ? 1.0 : 0).Average();
        }

        Assert.That(Bench(head).ZeroShot(), Is.EqualTo(right / 3).Within(1e-12));
    }

    [Test]
    public void What_a_device_prepares_are_the_weights_of_the_classifier()
    {
        Episode episode = Episodes()[0];
        Graph setup = FewShotHeads.Setup(ToyTask.Model.Build(12), 3);
        Plan plan = Planner.Inference(setup, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(Pretrained));
        SampleStore<float> store = SampleStores.Float(setup, episode.Support);
        machine.Run(default, store, [.. Enumerable.Range(0, 12)], fill: true);
        float[] prepared = machine.Values(plan.Ops[^1].Output).ToArray();
        Graph embedding = FewShotHeads.Embedding(ToyTask.Model.Build(12));
        int length = embedding.Outputs["logits"].Shape[^1];
        (float[] weight, float[] bias) =
            FewShotHeads.Prototypes(EpisodeBench.Features(embedding, Pretrained, episode.Support), 3, length);
        for (int c = 0; c < 3; c++)
        {
            Assert.That(prepared.AsSpan(c * (length + 1), length).ToArray(),
                Is.EqualTo(weight[(c * length)..((c + 1) * length)]).Within(1e-4));
            Assert.That(prepared[(c * (length + 1)) + length], Is.EqualTo(-bias[c]).Within(1e-3));
        }
    }

    [Test]
    public void Preparing_an_episode_is_priced_in_the_formats_of_the_method()
    {
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        Graph setup = Bench(FewShotHead.ProtoNets).Setup!;
        SetupResult whole = StepCost.OfSetup(setup, Method.Parse("qzo-ff:16w8a"), profile)!;
        SetupResult onHost = StepCost.OfSetup(setup, Method.Parse("bp:fp32"), profile)!;
        Assert.That(whole.Cycles, Is.GreaterThan(0).And.LessThan(onHost.Cycles));
        Assert.That(whole.EnergyJoules, Is.GreaterThan(0));
    }

    [Test]
    public void The_interval_is_that_of_a_mean_over_the_episodes()
    {
        AccuracyResult accuracy = new([0.5, 0.5], [0.7, 0.7], [], [], [[0.6, 0.8, 0.7], [0.8, 0.6, 0.7]]);
        Assert.That(accuracy.Confidence, Is.Zero.Within(1e-12)); // every episode has the same mean over the seeds
        accuracy = accuracy with { Episodes = [[0.6, 0.8, 0.7, 0.7]] };
        Assert.That(accuracy.Confidence, Is.EqualTo(1.96 * Math.Sqrt(0.02 / 3 / 4)).Within(1e-12));
        Assert.That(new AccuracyResult([0.5], [0.7], [], []).Confidence, Is.Null);
    }

    private static EpisodeBench Bench(FewShotHead head)
    {
        Dictionary<string, float[]> weights = new(Pretrained.Where(w => !w.Key.StartsWith("head.", StringComparison.Ordinal)));
        if (head == FewShotHead.SimpleShot)
        {
            foreach ((string name, float[] constant) in FewShotHeads.Constants(
                Mean(FewShotHeads.Embedding(ToyTask.Model.Build(12)))))
                weights.Add(name, constant);
        }

        return new EpisodeBench(ToyTask.Model.With(head), weights, Episodes(), 12, 1);
    }

    private static ImmutableArray<Episode> Episodes() =>
        [.. Enumerable.Range(0, 3).Select(i =>
            new Episode(Sorted(ToyTask.Data(12, (ulong)(20 + i), 0.4)), ToyTask.Data(30, (ulong)(40 + i), 0.4)))];

    private static Dataset Sorted(Dataset data) =>
        data.Select([.. Enumerable.Range(0, data.Count).OrderBy(i => data.Labels.Span[i])]);

    private static float[] Mean(Graph embedding)
    {
        int length = embedding.Outputs["logits"].Shape[^1];
        float[] features = EpisodeBench.Features(embedding, Pretrained, ToyTask.Data(24, 9));
        return [.. Enumerable.Range(0, length).Select(d => features.Chunk(length).Average(row => row[d]))];
    }

    private static double[][] Rows(Graph embedding, Dataset samples, FewShotHead head, float[] centre)
    {
        double[][] rows = [.. EpisodeBench.Features(embedding, Pretrained, samples).Chunk(centre.Length)
            .Select(row => row.Select((f, d) => head == FewShotHead.ProtoNets ? f : (double)f - centre[d]).ToArray())];
        return head == FewShotHead.ProtoNets
            ? rows : [.. rows.Select(row => row.Select(v => v / Math.Sqrt(row.Sum(x => x * x))).ToArray())];
    }
}
