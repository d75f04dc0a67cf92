using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans a step of a forward-gradient method: for each of m directions a forward pass at w + εz and one at w − εz, each weight
/// perturbed just before the layer that reads it; then one update of every trained weight. z is regenerated each time.
/// </summary>
internal static class ForwardGradientPlanner
{
    public static Plan Plan(Graph graph, ForwardMethod method, IReadOnlySet<string> trained, int batch)
    {
        PlanBuilder plan = new(batch);
        NetworkPass network = new(plan, graph, "loss", method.Operands, trained);
        IReadOnlyDictionary<int, int> prefix =
            method.ReusePrefix ? network.EmitPrefix(Phase.Forward) : ImmutableDictionary<int, int>.Empty;
        int lossId = graph.Outputs["loss"].Id;
        List<int> losses = [];
        for (int direction = 0; direction < method.Directions; direction++)
        {
            losses.Add(network.Emit(Phase.ForwardPlus, direction, +1, prefix)[lossId]);
            losses.Add(network.Emit(Phase.ForwardMinus, direction, -1, prefix)[lossId]);
        }

        Unit unit = method.Operands.IsFixedPoint ? Unit.Vector : Unit.Host;
        foreach (Value weight in network.Trained)
        {
            int tensor = network.Given[weight.Id];
            ForwardGradientUpdate update = new(network.IndexOf(weight), method.Directions);
            plan.Add(new PlannedOp(0, $"update {weight.Name}", update, [tensor, .. losses], tensor, Phase.Update, unit));
        }

        return plan.Build($"{method}, batch {batch}");
    }
}
