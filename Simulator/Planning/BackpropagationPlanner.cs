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
        BackwardGraph graph = BackwardGraph.Of(tuning, method.Compact);
        return method.Recompute
            ? Recomputation.Smallest(graph, order => Plan(graph, order, method, batch))
            : Plan(graph, Recomputation.Order(graph, []), method, batch);
    }

    private static Plan Plan(BackwardGraph graph, ImmutableArray<StepNode> order, Backpropagation method, int batch)
    {
        Tuning tuning = graph.Tuning;
        PlanBuilder plan = new(batch);
        Dictionary<int, int> tensors = [];
        HashSet<int> moving = [];
        foreach (Value value in order.SelectMany(n => n.Node.Inputs).Where(v => v.Kind != ValueKind.Result).DistinctBy(v => v.Id).OrderBy(v => v.Id))
        {
            bool trains = tuning.Trained.Contains(value.Name);
            if (trains)
                moving.Add(value.Id);
            TensorRole role = value.Kind == ValueKind.Input ? TensorRole.Input : trains ? TensorRole.TrainedWeight : TensorRole.FrozenWeight;
            NumberFormat format = value.Name == "labels" ? NumberFormat.Int32 : method.Number;
            tensors[value.Id] = plan.Tensor(value.Name, value.Shape, format, role, source: value.Id).Id;
        }

        HashSet<StepNode> saved = Saved(order);
        foreach (StepNode step in order)
        {
            Node node = step.Node;
            TensorRole role = step.IsForward
                ? saved.Contains(step) ? TensorRole.SavedActivation : TensorRole.Activation
                : graph.Gradients.ContainsKey(node.Output.Id) ? TensorRole.WeightGradient : TensorRole.ActivationGradient;
            ImmutableArray<int> inputs = [.. node.Inputs.Select(i => tensors[i.Id])];
            int? viewOf = node.Op.IsView ? inputs[0] : null;
            NumberFormat format = BackwardGraph.FormatOf(node.Op)
                ?? (node.Op is CrossEntropy or MeanSquaredError ? method.Operands.Loss : method.Number);
            string name = step.Again ? $"{node.Output.Name} again" : node.Output.Name;
            PlanTensor output = plan.Tensor(name, node.Output.Shape, format, role, viewOf, node.Output.Id);
            tensors[node.Output.Id] = output.Id;
            if (node.Inputs.Any(i => moving.Contains(i.Id)))
                moving.Add(node.Output.Id);
            plan.Add(new PlannedOp(0, name, node.Op, inputs, output.Id, step is { IsForward: true, Again: false } ? Phase.Forward : Phase.Backward, Unit.Host,
                Frozen: node.Output.Id < tuning.Graph.Values.Length && !moving.Contains(node.Output.Id)));
        }

        return WithUpdates(plan, method, graph, tensors, batch);
    }

    // Forward results that the backward pass, or what is computed again in it, reads.
    private static HashSet<StepNode> Saved(ImmutableArray<StepNode> order)
    {
        Dictionary<int, StepNode> latest = [];
        HashSet<StepNode> saved = [];
        foreach (StepNode step in order)
        {
            foreach (Value operand in step.Node.Inputs)
            {
                if (step is { IsForward: true, Again: false } || !latest.TryGetValue(operand.Id, out StepNode maker))
                    continue;
                if (maker is { IsForward: true, Again: false })
                    saved.Add(maker);
            }

            latest[step.Node.Output.Id] = step;
        }

        return saved;
    }

    private static Plan WithUpdates(
        PlanBuilder plan, Backpropagation method, BackwardGraph graph, Dictionary<int, int> tensors, int batch)
    {
        IReadOnlyDictionary<int, Value> gradients = graph.Gradients;
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
                int channels = graph.Tuning.Channels.GetValueOrDefault(weight.Name);
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
