using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// Turns a network and a method into the list of operations of one training step. It stands above the layout of memory, since
/// what backpropagation computes again follows from what its arena takes.
/// </summary>
public static class StepPlanner
{
    private const int AlignmentBytes = 64;

    /// <summary>One training step.</summary>
    /// <param name="graph">The network at the batch wanted, with outputs "logits" and "loss".</param>
    /// <param name="method">The training method.</param>
    /// <param name="trained">Names of the parameters that train; at least one.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs.</exception>
    public static Plan TrainingStep(Graph graph, Method method, IReadOnlySet<string> trained) =>
        TrainingStep(Tuning.Of(graph, trained.Contains), method);

    /// <summary>One training step of a network under a tuning scheme.</summary>
    /// <param name="tuning">The network at the batch wanted, with outputs "logits" and "loss", and what of it trains.</param>
    /// <param name="method">The training method.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs.</exception>
    /// <exception cref="InputException">A weight trains in part, which only backpropagation can do.</exception>
    public static Plan TrainingStep(Tuning tuning, Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.FitsMicroBatch
            ? throw new InputException(
                $"{method}: how many samples fit depends on the accelerator, which is not known here; accepted is +microN.")
            : Planner.TrainingStep(tuning, method, plan => MemoryPlanner.Lay(plan, AlignmentBytes).ArenaBytes);
    }
}
