using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans a step of a forward-gradient method: for each of m directions a forward pass at w + εz and one at w − εz, each weight
/// perturbed just before the layer that reads it, or one forward pass of pairs of value and tangent; then one update of every
/// trained weight. z is regenerated each time. A sharpness-aware method first finds out by two more passes which way is up.
/// </summary>
internal static class ForwardGradientPlanner
{
    public static Plan Plan(Graph graph, ForwardMethod method, IReadOnlySet<string> trained, int batch)
    {
        PlanBuilder plan = new(batch);
        Probing probing = new(plan, method);
        TangentGraph? pairs = method.Estimator == Estimator.Jvp ? Tangents.Build(graph, "loss", trained) : null;
        NetworkPass network = new(plan, pairs?.Graph ?? graph, "loss", method.Operands, trained, probing, pairs);
        foreach (Value parameter in network.Trained)
            probing.Begin(parameter, network.IndexOf(parameter));
        IReadOnlyDictionary<int, int> prefix =
            method.ReusePrefix ? network.EmitPrefix(Phase.Forward) : ImmutableDictionary<int, int>.Empty;
        int loss = graph.Outputs["loss"].Id;
        if (method.IsSharpnessAware)
            probing.Ascent = Probes((int)RandomAddress.AscentDirection);
        List<int> losses = [];
        for (int direction = 0; direction < method.Directions; direction++)
        {
            if (pairs is not null)
            {
                losses.Add(network.Emit(Phase.Forward, direction, 0,
                    prefix)[pairs.Graph.Outputs[Tangents.OutputName("loss")].Id]);
                continue;
            }

            (int plus, int minus) = Probes(direction);
            losses.AddRange([plus, minus]);
        }

        probing.Update([.. network.Trained.Select(w => (w, network.Given[w.Id]))], [.. losses]);
        return plan.Build($"{method}, batch {batch}");

        (int Plus, int Minus) Probes(int direction) => (
            network.Emit(Phase.ForwardPlus, direction, +1, prefix)[loss],
            network.Emit(Phase.ForwardMinus, direction, -1, prefix)[loss]);
    }
}
