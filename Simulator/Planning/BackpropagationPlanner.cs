using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans a step of backpropagation: the forward pass, the gradient graph of the trained weights, and each update as soon as its
/// gradient is there and nothing reads the old weight any more, so that a gradient lives no longer than it must.
/// </summary>
internal static class BackpropagationPlanner
{
    public static Plan Plan(Tuning tuning, Backpropagation method, int batch)
    {
        (Graph graph, ImmutableHashSet<string> trained) = (tuning.Graph, tuning.Trained);
        Graph whole = Gradients.Build(graph, "loss", trained, tuning.Channels);
        ImmutableArray<Node> nodes = SavedParts.InForwardPass(graph, NetworkPass.Reaching(
            whole, [whole.Outputs["loss"], .. trained.Select(name => whole.Outputs[$"gradient of {name}"])]), out HashSet<int> forwardResults);
        Dictionary<int, Value> gradients = trained.ToDictionary(name => whole.Outputs[$"gradient of {name}"].Id, name => graph.Parameters.First(p => p.Name == name));
        HashSet<int> saved = [.. nodes.Where(n => !forwardResults.Contains(n.Output.Id)).SelectMany(n => n.Inputs).Select(i => i.Id)];

        PlanBuilder plan = new(batch);
        Dictionary<int, int> tensors = [];
        HashSet<int> moving = [];
        foreach (Value value in nodes.SelectMany(n => n.Inputs).Where(v => v.Kind != ValueKind.Result).DistinctBy(v => v.Id).OrderBy(v => v.Id))
        {
            bool trains = trained.Contains(value.Name);
            if (trains)
                moving.Add(value.Id);
            TensorRole role = value.Kind == ValueKind.Input ? TensorRole.Input : trains ? TensorRole.TrainedWeight : TensorRole.FrozenWeight;
            NumberFormat format = value.Name == "labels" ? NumberFormat.Int32 : method.Number;
            tensors[value.Id] = plan.Tensor(value.Name, value.Shape, format, role, source: value.Id).Id;
        }

        foreach (Node node in nodes)
        {
            bool isForward = forwardResults.Contains(node.Output.Id);
            TensorRole role = isForward
                ? saved.Contains(node.Output.Id) ? TensorRole.SavedActivation : TensorRole.Activation
                : gradients.ContainsKey(node.Output.Id) ? TensorRole.WeightGradient : TensorRole.ActivationGradient;
            ImmutableArray<int> inputs = [.. node.Inputs.Select(i => tensors[i.Id])];
            int? viewOf = node.Op.IsView ? inputs[0] : null;
            NumberFormat format = node.Op is CrossEntropy or MeanSquaredError ? method.Operands.Loss : method.Number;
            PlanTensor output = plan.Tensor(node.Output.Name, node.Output.Shape, format, role, viewOf, node.Output.Id);
            tensors[node.Output.Id] = output.Id;
            if (node.Inputs.Any(i => moving.Contains(i.Id)))
                moving.Add(node.Output.Id);
            plan.Add(new PlannedOp(0, node.Output.Name, node.Op, inputs, output.Id, isForward ? Phase.Forward : Phase.Backward, Unit.Host,
                Frozen: node.Output.Id < graph.Values.Length && !moving.Contains(node.Output.Id)));
        }

        return WithUpdates(plan, method, tuning, gradients, tensors, batch);
    }

    private static Plan WithUpdates(
        PlanBuilder plan, Backpropagation method, Tuning tuning, Dictionary<int, Value> gradients, Dictionary<int, int> tensors, int batch)
    {
        IReadOnlyList<PlannedOp> steps = [.. plan.Ops];
        int[] lastUse = LastUses(steps, plan.TensorCount);
        ILookup<int, int> updatesAfter = gradients.ToLookup(
            g => Math.Max(lastUse[tensors[g.Key]], lastUse[tensors[g.Value.Id]]), g => g.Key);
        List<int> order = [];
        for (int i = 0; i < steps.Count; i++)
        {
            order.Add(i);
            foreach (int gradient in updatesAfter[i])
            {
                Value weight = gradients[gradient];
                int tensor = tensors[weight.Id];
                ImmutableArray<int> inputs = [tensor, tensors[gradient]];
                int channels = tuning.Channels.GetValueOrDefault(weight.Name);
                if (method.Momentum > 0)
                {
                    Shape trained = channels > 0 ? [.. weight.Shape[..^1], channels] : weight.Shape;
                    inputs = inputs.Add(plan.Tensor($"velocity of {weight.Name}", trained, method.Number, TensorRole.OptimizerState).Id);
                }

                order.Add(plan.OpCount);
                plan.Add(new PlannedOp(
                    0, $"update {weight.Name}", new GradientDescentUpdate(method.Momentum, channels), inputs, tensor, Phase.Update, Unit.Host));
            }
        }

        return plan.Build($"{method}, batch {batch}", order);
    }

    // Per tensor the last op that writes or reads it: a weight may change once its gradient is made and its old value read for the
    // last time.
    private static int[] LastUses(IReadOnlyList<PlannedOp> steps, int tensors)
    {
        int[] last = new int[tensors];
        for (int i = 0; i < steps.Count; i++)
        {
            last[steps[i].Output] = i;
            foreach (int input in steps[i].Inputs)
                last[input] = i;
        }

        return last;
    }
}
