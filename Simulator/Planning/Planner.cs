using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>Turns a network and a method into the list of operations of one step.</summary>
public static class Planner
{
    /// <summary>One inference: a forward pass.</summary>
    /// <param name="graph">The network at the batch wanted, with output "logits".</param>
    /// <param name="formats">Formats it runs in.</param>
    /// <param name="trained">Names of the parameters that train between inferences, which decides how they are stored.</param>
    /// <param name="output">Name of the output computed.</param>
    public static Plan Inference(Graph graph, OperandFormats formats, IReadOnlySet<string> trained, string output = "logits")
    {
        int batch = BatchOf(graph);
        PlanBuilder plan = new(batch);
        new NetworkPass(plan, graph, output, formats, trained).Emit(Phase.Forward, 0, 0, ImmutableDictionary<int, int>.Empty);
        return plan.Build($"inference, batch {batch}");
    }

    /// <summary>One training step of a network under a tuning scheme.</summary>
    /// <param name="tuning">The network at the batch wanted, with outputs "logits" and "loss", and what of it trains.</param>
    /// <param name="method">The training method.</param>
    /// <param name="arenaBytes">Scratch memory of a plan, by which backpropagation that computes activations again chooses what
    /// to keep.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs.</exception>
    /// <exception cref="InputException">A weight trains in part, which only backpropagation can do.</exception>
    internal static Plan TrainingStep(Tuning tuning, Method method, Func<Plan, long> arenaBytes)
    {
        int batch = BatchOf(tuning.Graph);
        Tuning atOnce = method.MicroBatch is int samples ? tuning with { Graph = Cut(tuning.Graph, method, samples) } : tuning;
        return method switch
        {
            Backpropagation bp => BackpropagationPlanner.Plan(atOnce, bp, batch, arenaBytes),
            ForwardMethod ff when tuning.Channels.IsEmpty =>
                ForwardGradientPlanner.Plan(atOnce, ff, batch),
            ForwardMethod => throw new InputException(
                $"{method}: of '{tuning.Channels.Keys.First()}' only some channels train, which backpropagation alone can do; "
                    + $"accepted are whole layers."),
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
    }

    /// <summary>Every number of samples that a batch can be cut into, ascending.</summary>
    internal static IEnumerable<int> MicroBatches(int batch) => Enumerable.Range(1, batch).Where(n => batch % n == 0);

    private static Graph Cut(Graph graph, Method method, int samples)
    {
        int batch = BatchOf(graph);
        if (batch % samples != 0)
        {
            throw new InputException($"{method}: a step of {batch} samples is no whole number of times {samples}; accepted are "
                + $"{string.Join(", ", MicroBatches(batch))}.");
        }

        try
        {
            return Rebatching.Of(graph, samples);
        }
        catch (GraphException cannot)
        {
            throw new InputException($"{method}: the network does not run {samples} samples at a time: {cannot.Message}", cannot);
        }
    }

    private static int BatchOf(Graph graph) => graph.Inputs.First().Shape[0];
}
