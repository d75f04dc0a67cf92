using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>Turns a network and a method into the list of operations of one step.</summary>
public static class Planner
{
    /// <summary>One inference: a forward pass to "logits".</summary>
    /// <param name="graph">The network at the batch wanted, with output "logits".</param>
    /// <param name="formats">Formats it runs in.</param>
    /// <param name="trained">Names of the parameters that train between inferences, which decides how they are stored.</param>
    public static Plan Inference(Graph graph, OperandFormats formats, IReadOnlySet<string> trained)
    {
        int batch = BatchOf(graph);
        PlanBuilder plan = new(batch);
        new NetworkPass(plan, graph, "logits", formats, trained).Emit(Phase.Forward, 0, 0, ImmutableDictionary<int, int>.Empty);
        return plan.Build($"inference, batch {batch}");
    }

    /// <summary>One training step.</summary>
    /// <param name="graph">The network at the batch wanted, with outputs "logits" and "loss".</param>
    /// <param name="method">The training method.</param>
    /// <param name="trained">Names of the parameters that train; at least one.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs.</exception>
    public static Plan TrainingStep(Graph graph, Method method, IReadOnlySet<string> trained) => method switch
    {
        Backpropagation bp => BackpropagationPlanner.Plan(graph, bp, trained, BatchOf(graph)),
        ForwardMethod ff => ForwardGradientPlanner.Plan(graph, ff, trained, BatchOf(graph)),
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };

    private static int BatchOf(Graph graph) => graph.Inputs.First().Shape[0];
}
