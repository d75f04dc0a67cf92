using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <content>Machines to which weights are handed, as the devices of a federation.</content>
public sealed partial class TrainingBench
{
    /// <summary>Class of each training sample.</summary>
    internal ReadOnlyMemory<int> TrainLabels => train.Labels;

    /// <summary>What makes devices that train by one method in one arithmetic; all share scales and samples.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="policy">Arithmetic; null in floating point.</param>
    internal Replicas ReplicasOf(Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy)
    {
        TunedNetwork network = tuned.GetOrAdd(scheme, s => new(() => Tuned(s))).Value;
        Step step = OnHost(network.Step, method), inference = InferenceOf(network, method, step);
        if (policy is null)
        {
            (SampleStore<float> trainStore, SampleStore<float> testStore) = FilledFloat(network, inference, threads: 0);
            return new(() =>
            {
                FloatWeights own = new(network.Weights);
                return new Replica<float>(new FloatMachine(step, own, settings.Epsilon, threads: 1),
                    new FloatMachine(inference, own, threads: 1), trainStore, testStore, test.Labels);
            });
        }

        IReadOnlyDictionary<int, double> room = RoomOf(network, method, step, settings);
        (SampleStore<byte> forTraining, SampleStore<byte> forTest, _) =
            FilledFixed(network, inference, room, policy, FixedPointBackend.Processor);
        return new(() =>
        {
            FixedWeights own = new(network.Weights);
            return new Replica<byte>(new FixedPointMachine(step, policy, own, room, settings),
                new FixedPointMachine(inference, policy, own, room), forTraining, forTest, test.Labels);
        });
    }
}
