using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies.Federated;

/// <summary>Federated trainings of the toy task.</summary>
internal static class FederatedToy
{
    public static readonly IReadOnlyDictionary<string, float[]> Weights =
        Initialization.Weights(ToyTask.Model.Build(1), 3).ToDictionary(w => w.Key, w => w.Value);

    public static Federation Asked { get; } = new("toy", ["systolic-int8-16x16"], [Protocol.Vote], ["qzo-ff:16w8a"])
    {
        Clients = 6,
        Samples = 12,
        Batch = 6,
        Rounds = 8,
        Evaluations = 2,
    };

    public static TrainingBench Bench(Federation asked, Protocol protocol) => new(
        ToyTask.Model, Weights, ToyTask.Data(asked.Clients * asked.Samples, 1), ToyTask.Data(30, 2), asked.BatchOf(protocol), 4);

    public static FederatedTask Task(Federation asked, int threads = 1, ulong seed = 1, ImmutableArray<int[]>? samples = null)
    {
        Protocol protocol = asked.Protocols[0];
        Method method = Method.Parse(asked.Methods[0]);
        TrainingSettings settings = new(asked.Rounds, asked.LearningRate > 0 ? asked.LearningRate : 0.02, Decay.Linear, 0.01);
        TrainingBench bench = Bench(asked, protocol);
        Fleet fleet = new([.. asked.Profiles.Select(ShippedProfiles.Find)], method.Operands.IsFixedPoint,
            policy => bench.ReplicasOf(method, TuningScheme.Full, settings, policy));
        return new(asked, protocol, method, settings, fleet, samples ?? Partition.Of(
            PartitionKind.Iid, bench.TrainLabels.Span, asked.Clients, 1, 1), seed,
            MessageCompression.Parse(asked.Compressions.IsDefault ? "none" : asked.Compressions[0]), threads);
    }

    public static FederatedOutcome Run(Federation asked, int threads = 1) =>
        new FederatedTraining(Task(asked, threads)).Run(null, null, null, CancellationToken.None);

    /// <summary>The same training as a run of one device.</summary>
    public static float[] Plain(FederatedTask task)
    {
        TrainingBench bench = Bench(task.Asked, task.Protocol);
        NumericPolicy? policy = task.Method.Operands.IsFixedPoint ? task.Fleet.Profiles[0].Numerics : null;
        float[] weights = [];
        bench.Prepare(task.Method, TuningScheme.Full, task.Settings, policy).Run(task.Seed, null, CancellationToken.None,
            new(0, state => weights = [.. task.Fleet.Tensors.SelectMany(t => state.Tensors.Tensors[t.Name].Values.ToArray())]));
        return weights;
    }
}
