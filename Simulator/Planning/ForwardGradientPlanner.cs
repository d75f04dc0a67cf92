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
/// Micro-batches run all passes one after the other, and each pass's losses are added up.
/// </summary>
internal static class ForwardGradientPlanner
{
    /// <summary>Plans a step.</summary>
    /// <param name="graph">The network for the samples that run at once.</param>
    /// <param name="method">The method.</param>
    /// <param name="trained">Names of the parameters that train.</param>
    /// <param name="batch">Samples of a step.</param>
    public static Plan Plan(Graph graph, ForwardMethod method, IReadOnlySet<string> trained, int batch)
    {
        PlanBuilder plan = new(batch, batch / graph.Inputs.First().Shape[0]);
        Probing probing = new(plan, method);
        TangentGraph? pairs = method.Estimator == Estimator.Jvp ? Tangents.Build(graph, "loss", trained) : null;
        NetworkPass network = new(plan, pairs?.Graph ?? graph, "loss", method.Operands, trained, probing, pairs);
        foreach (Value parameter in network.Trained)
            probing.Begin(parameter, network.IndexOf(parameter));
        int loss = graph.Outputs["loss"].Id;
        int? derivative = pairs?.Graph.Outputs[Tangents.OutputName("loss")].Id;
        IReadOnlyDictionary<int, int>? prefix = null;
        if (method.IsSharpnessAware)
        {
            int[] ascent = Passes(Both((int)RandomAddress.AscentDirection));
            probing.Ascent = (ascent[0], ascent[1]);
        }

        int[] losses = Passes([.. Enumerable.Range(0, method.Directions).SelectMany(d => derivative is int slope
            ? [(Phase.Forward, d, 0, slope)] : Both(d))]);
        probing.Update([.. network.Trained.Select(w => (w, network.Given[w.Id]))], [.. losses]);
        return plan.Build($"{method}, batch {batch}");

        (Phase, int, int, int)[] Both(int direction) =>
            [(Phase.ForwardPlus, direction, +1, loss), (Phase.ForwardMinus, direction, -1, loss)];

        // Emits passes and gives the tensor of what is wanted of each, over all samples of the step.
        int[] Passes((Phase Phase, int Direction, int Sign, int Wanted)[] passes)
        {
            OperandFormats formats = method.Operands;
            Unit unit = formats.IsFixedPoint ? Unit.Vector : Unit.Host;
            int[] sums = [.. passes.Select(_ => Sum())];
            int[] means = derivative is null ? [] : [.. passes.Select(_ => Sum())]; // beside slopes: the losses themselves
            plan.BeginLoop();
            if (prefix is null || plan.HasRounds)
                prefix = method.ReusePrefix ? network.EmitPrefix(Phase.Forward) : ImmutableDictionary<int, int>.Empty;
            int[] results = [.. passes.Select((pass, i) =>
            {
                IReadOnlyDictionary<int, int> tensors = network.Emit(pass.Phase, pass.Direction, pass.Sign, prefix);
                if (!plan.HasRounds)
                    return tensors[pass.Wanted];
                Add(pass, sums[i], tensors[pass.Wanted]);
                if (means.Length > 0)
                    Add(pass, means[i], tensors[loss]);
                return sums[i];
            })];
            plan.EndLoop();
            return results;

            int Sum() => plan.HasRounds ? plan.Sum("loss", [1], formats.Loss, TensorRole.Activation, unit) : -1;

            void Add((Phase Phase, int Direction, int, int) pass, int sum, int addend) =>
                plan.Accumulate("loss", sum, addend, plan.Share, pass.Phase, unit, pass.Direction);
        }
    }
}
