using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>What can be trained by any method in any arithmetic and measured afterwards.</summary>
public interface IBench
{
    /// <summary>The network at the training batch, before any tuning scheme.</summary>
    Graph Graph { get; }

    /// <summary>A short hash of the weights that every run starts from.</summary>
    string WeightsHash { get; }

    /// <summary>Hashes of all that decides what a training comes to, but for method and arithmetic: one "key: value" a
    /// line.</summary>
    string Content { get; }

    /// <summary>How many trainings one run consists of: 1, or the episodes of a few-shot task.</summary>
    int Trainings { get; }

    /// <summary>What a device runs once before each training, as an inference; null where there is nothing.</summary>
    Graph? Setup { get; }

    /// <summary>Prepares training by one method; the result can run any number of seeds, also at the same time.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="policy">Arithmetic of fixed-point methods; others need none.</param>
    /// <param name="threads">Threads of one float operation at most; 0: one per processor. No result depends on it.</param>
    /// <param name="backend">Where fixed-point methods run; null: the processor. No result depends on it.</param>
    /// <param name="step">
    /// The step of this method and scheme that was reported and priced; it runs at its addresses. Null: one is laid out for the
    /// host. No result depends on it.
    /// </param>
    PreparedTraining Prepare(
        Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
        FixedPointBackend? backend = null, Step? step = null);
}
