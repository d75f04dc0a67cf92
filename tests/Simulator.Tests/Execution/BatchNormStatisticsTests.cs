using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

public class BatchNormStatisticsTests
{
    private static readonly Model Normalized =
        new("resnet8", [8, 8, 1], 3, new ResNet8([8, 8, 1], 3, BatchStatistics: false).Build);

    [Test]
    public void On_one_batch_the_fixed_statistics_give_what_the_batch_statistics_gave()
    {
        Graph network = Normalized.Build(24);
        FloatWeights weights = new(Initialization.Weights(network, 3));
        Dataset data = ToyTask.Data(24, 1);
        SampleStore<float> store = SampleStores.Float(network, data);
        BatchNormStatistics.Measure(network, weights, store);
        Assert.That(Logits(network, weights, store), Is.EqualTo(Logits(BatchNormTraining.Of(network), weights, store))
            .Within(1e-4f));
    }

    [Test]
    public void A_normalised_network_is_pre_trained_and_folded()
    {
        var weights = Pretraining.Run(
            Normalized, ToyTask.Data(240, 5), 24, 0.9, new TrainingSettings(40, 0.05, Decay.Cosine), 1, null,
            CancellationToken.None);
        Graph folded = Normalized.Folded().Build(30);
        Assert.That(weights.Keys, Is.EquivalentTo(folded.Parameters.Select(p => p.Name)));
        Dataset test = ToyTask.Data(150, 6);
        FloatMachine machine = new(Step.OnHost(Planner.Inference(folded, OperandFormats.Fp32, ImmutableHashSet<string>.Empty)),
            new FloatWeights(weights));
        SampleStore<float> store = SampleStores.Float(folded, test);
        machine.Fill(store);
        Assert.That(machine.Accuracy(store, test.Labels.Span), Is.GreaterThan(0.95));
    }

    private static float[] Logits(Graph network, FloatWeights weights, SampleStore<float> store)
    {
        Plan plan = Planner.Inference(network, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        FloatMachine machine = new(Step.OnHost(plan), weights);
        machine.Run(default, store, [.. Enumerable.Range(0, 24)], fill: true);
        return machine.Values(plan.Ops[^1].Output).ToArray();
    }
}
