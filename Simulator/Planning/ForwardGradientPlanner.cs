using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans a step of a forward-gradient method: for each of m directions a forward pass at w + εz and one at w − εz, each weight
/// perturbed just before the layer that reads it, or one forward pass of pairs of value and tangent; then one update of every
/// trained weight. z is regenerated each time. A sharpness-aware method first finds out by two more passes which way is up.
/// Micro-batches run all passes one after the other, and each pass's losses are added up. Where backpropagation trains the last
/// layers, their backward pass follows the last forward pass, on its results.
/// </summary>
internal static class ForwardGradientPlanner
{
    /// <summary>Plans a step.</summary>
    /// <param name="tuning">The network for the samples that run at once, and what of it trains.</param>
    /// <param name="method">The method.</param>
    /// <param name="batch">Samples of a step.</param>
    /// <exception cref="InputException">The last layers that backpropagation is to train are all that train.</exception>
    public static Plan Plan(Tuning tuning, ForwardMethod method, int batch)
    {
        (Graph graph, IReadOnlySet<string> trained) = (tuning.Graph, tuning.Trained);
        if (method is { IsSpreadNormalized: true, Directions: 1 })
            throw new InputException($"{method}: losses of 1 direction have no spread; accepted are 2 to 1000, as +m4.");
        if (method.Optimizer is FrankWolfeOptimizer { IsAboutOrigin: true, Radius: < 1 } walk)
            throw new InputException(
                $"{method}: the first weights lie outside a set about 0 of {walk.Radius} times their norm; accepted are 1 to "
                    + $"1000.");
        PlanBuilder plan = new(batch, batch / graph.Inputs.First().Shape[0], method.RandomBits);
        Probing probing = new(plan, method);
        TangentGraph? pairs = method.Estimator == Estimator.Jvp ? Tangents.Build(graph, "loss", trained) : null;
        BackwardGraph? tail = TailLayers.Of(tuning, method) is { } last
            ? BackwardGraph.Of(last, compact: false, plan.Share) : null;
        NetworkPass network = new(plan, pairs?.Graph ?? graph, "loss", method.Operands, trained, probing, pairs, tail);
        foreach (Value parameter in network.Perturbed)
            probing.Begin(parameter, network.IndexOf(parameter));
        int loss = graph.Outputs["loss"].Id;
        int? derivative = pairs?.Graph.Outputs[Tangents.OutputName("loss")].Id;
        IReadOnlyDictionary<int, int>? prefix = null;
        ImmutableArray<(Value Parameter, int Gradient)> gradients = [];
        if (method.IsSharpnessAware)
        {
            int[] ascent = Passes(Both((int)RandomAddress.AscentDirection), isLast: false);
            probing.Ascent = (ascent[0], ascent[1]);
        }

        IEnumerable<int> directions = Enumerable.Range(0, method.Directions);
        int[] losses = derivative is int slope
            ? Passes([.. directions.Select(d => (Phase.Forward, d, 0, slope))], isLast: true)
            : method.IsOneSided ? Pairs(Passes(
                [.. directions.Select(d => (Phase.ForwardPlus, d, +1, loss)), (Phase.Forward, 0, 0, loss)], isLast: true))
            : Passes([.. directions.SelectMany(Both)], isLast: true);
        probing.Update([.. network.Perturbed.Select(w => (w, network.Given[w.Id]))], [.. losses]);
        foreach ((Value parameter, int gradient) in gradients)
        {
            plan.Descend(parameter, network.Given[parameter.Id], gradient, method.Operands, method.TailMomentum,
                residualBits: method.ResidualBits);
        }

        return plan.Build($"{method}, batch {batch}");

        // Each loss beside that at w, which comes last.
        static int[] Pairs(int[] losses) => [.. losses[..^1].SelectMany(l => new[] { l, losses[^1] })];

        (Phase, int, int, int)[] Both(int direction) =>
            [(Phase.ForwardPlus, direction, +1, loss), (Phase.ForwardMinus, direction, -1, loss)];

        // Emits passes and gives the tensor of what is wanted of each, over all samples of the step.
        int[] Passes((Phase Phase, int Direction, int Sign, int Wanted)[] passes, bool isLast)
        {
            OperandFormats formats = method.Operands;
            Unit unit = formats.ElementUnit();
            int[] sums = [.. passes.Select(_ => Sum())];
            int[] means = derivative is null ? [] : [.. passes.Select(_ => Sum())]; // beside slopes: the losses themselves
            if (isLast)
                network.BeginGradients();
            plan.BeginLoop();
            if (prefix is null || plan.HasRounds)
                prefix = method.ReusePrefix ? network.EmitPrefix(Phase.Forward) : ImmutableDictionary<int, int>.Empty;
            int[] results = [.. passes.Select((pass, i) =>
            {
                bool saves = isLast && tail is not null && i == passes.Length - 1;
                IReadOnlyDictionary<int, int> tensors =
                    network.Emit(pass.Phase, pass.Direction, pass.Sign, prefix, saves);
                if (plan.HasRounds)
                {
                    Add(pass, sums[i], tensors[pass.Wanted]);
                    if (means.Length > 0)
                        Add(pass, means[i], tensors[loss]);
                }

                if (saves)
                    gradients = network.EmitBackward(tensors);
                return plan.HasRounds ? sums[i] : tensors[pass.Wanted];
            })];
            plan.EndLoop();
            return results;

            int Sum() => plan.HasRounds ? plan.Sum("loss", [1], formats.Loss, TensorRole.Activation, unit) : -1;

            void Add((Phase Phase, int Direction, int, int) pass, int sum, int addend) =>
                plan.Accumulate("loss", sum, addend, plan.Share, pass.Phase, unit, pass.Direction);
        }
    }
}
