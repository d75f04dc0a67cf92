using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans a step of backpropagation: the forward pass, the gradient graph of the trained weights, and each update as soon as its
/// gradient is there and nothing reads the old weight any more, so that a gradient lives no longer than it must. Of
/// micro-batches the gradients are added up, and weights change after the last of them. Gradients that perturbed activations tell
/// are planned alike, their passes of tangents in the place of the backward pass.
/// </summary>
internal static class BackpropagationPlanner
{
    /// <summary>Plans a step.</summary>
    /// <param name="tuning">The network for the samples that run at once, and what of it trains.</param>
    /// <param name="method">The method.</param>
    /// <param name="batch">Samples of a step.</param>
    /// <param name="arenaBytes">Scratch memory of a plan.</param>
    public static Plan Plan(Tuning tuning, Backpropagation method, int batch, Func<Plan, long> arenaBytes)
    {
        double share = (double)tuning.Graph.Inputs.First().Shape[0] / batch;
        BackwardGraph graph = method.Activities is { } noise ? ActivityGraph.Of(tuning, noise, method)
            : BackwardGraph.Of(tuning, method.Compact, share * method.LossScale);
        return method.Recompute
            ? Recomputation.Smallest(graph, order => Plan(graph, order, method, batch), arenaBytes)
            : Plan(graph, Recomputation.Order(graph, []), method, batch);
    }

    private static Plan Plan(BackwardGraph graph, ImmutableArray<StepNode> order, Backpropagation method, int batch)
    {
        Tuning tuning = graph.Tuning;
        OperandFormats formats = method.Operands;
        // Values are compared by reference
        Value logits = graph.Forward.Last(n => n.Output.Id == tuning.Graph.Outputs["logits"].Id).Output;
        Node[] nodes = [.. graph.Forward, .. graph.Backward];
        HashSet<int> shared = formats.Shared(graph.Forward), summed = WeightGradients.Of(graph), moving = [];
        Dictionary<int, Node> rectifiers = formats.IsFixedPoint ? StorageFormats.Rectifiers(nodes, logits) : [];
        HashSet<int> joined = [.. rectifiers.Values.Select(r => r.Output.Id)];
        HashSet<StepNode> saved = Saved(order);
        PlanBuilder plan = new(batch, batch / tuning.Graph.Inputs.First().Shape[0], method.RandomBits);
        Decoding decoding = new(plan, formats, tuning.Graph, tuning.Trained);
        Dictionary<int, int> tensors = Given(plan, tuning, order, formats, moving, shared, decoding);
        foreach (Node node in order.Select(s => s.Node).Where(n => n.Inputs.Any(i => moving.Contains(i.Id))))
            moving.Add(node.Output.Id);
        HashSet<int> turned = TurnedWeights.Of(graph.Forward, moving);
        ResultFormats results = new(
            [.. graph.Forward.Where(n => !BackwardGraph.IsPart(n, tuning.Graph))], logits, formats, turned, null,
            graph.Backward, summed);
        Dictionary<int, int> sums = plan.HasRounds ? Sums(plan, graph, results, formats) : [];
        plan.BeginLoop();
        bool? pass = null;
        foreach (StepNode step in order.Where(s => !joined.Contains(s.Node.Output.Id)))
        {
            Node node = step.Node;
            bool isFirst = step is { IsForward: true, Again: false };
            if (pass != isFirst)
            {
                pass = isFirst;
                decoding.Begin(order.Where(s => s is { IsForward: true, Again: false } == isFirst)
                    .Select(s => (s.Node, !IsFrozen(s.Node))));
            }

            Phase phase = isFirst ? Phase.Forward : Phase.Backward;
            ImmutableArray<int> inputs =
                [.. node.Inputs.Select((v, i) => decoding.Holds(v) ? decoding.Emit(v, phase, 0)
                    : (tuning.Trained.Contains(v.Name) || shared.Contains(v.Id)) && NeedsAlignment(step, i)
                        ? Aligned(node, i, phase)
                    : tensors[v.Id])];
            StepNode maker = rectifiers.TryGetValue(node.Output.Id, out Node? rectifier) ? step with { Node = rectifier } : step;
            Value result = maker.Node.Output;
            TensorRole role = node.Op is DrawDirection ? TensorRole.Perturbation : step.IsForward
                ? saved.Contains(maker) ? TensorRole.SavedActivation : TensorRole.Activation
                : summed.Contains(result.Id) ? TensorRole.WeightGradient : TensorRole.ActivationGradient;
            string again = step.Again ? " again" : "";
            tensors[result.Id] = (node.Op.IsView
                ? plan.View(result.Name + again, result.Shape, inputs[0], role, result.Id)
                : plan.Tensor(result.Name + again, result.Shape, results.Of(maker.Node), role, result.Id)).Id;
            plan.Add(new PlannedOp(0, node.Output.Name + again, node.Op, inputs, tensors[result.Id], phase, formats.UnitOf(node),
                Frozen: IsFrozen(node), Rectifier: rectifier?.Op as Relu));
            if (!step.Again && sums.TryGetValue(result.Id, out int sum))
            {
                plan.Accumulate(result.Name, sum, tensors[result.Id], node.Op.IsLoss ? plan.Share : 1, phase, formats.ElementUnit());
                tensors[result.Id] = sum;
            }
        }

        plan.EndLoop();
        return WithUpdates(plan, method, graph, tensors, batch);

        // In integers the backward pass reads weights as they are stored.
        bool NeedsAlignment(StepNode step, int operand) => turned.Contains(step.Node.Output.Id)
            ? formats.Stored != formats.Weights
            : (step.IsForward || !formats.IsFixedPoint) && formats.NeedsAlignment(step.Node, operand);

        bool IsFrozen(Node node) => node.Output.Id < tuning.Graph.Values.Length && !moving.Contains(node.Output.Id);

        int Aligned(Node node, int operand, Phase phase)
        {
            Value value = node.Inputs[operand];
            NumberFormat needed = turned.Contains(node.Output.Id) ? formats.Weights : formats.OfOperand(node, operand);
            return plan.Align(value, tensors[value.Id], needed, formats, phase);
        }
    }

    // Where micro-batches add up: the loss and the gradient of each trained weight, by value id.
    private static Dictionary<int, int> Sums(PlanBuilder plan, BackwardGraph graph, ResultFormats results, OperandFormats formats)
    {
        Dictionary<int, int> sums = [];
        foreach (Node node in graph.Forward.Where(n => n.Op.IsLoss).Concat(
            graph.Backward.Where(n => graph.Gradients.ContainsKey(n.Output.Id))))
        {
            sums.Add(node.Output.Id, plan.Sum(node.Output.Name, node.Output.Shape, results.Of(node),
                node.Op.IsLoss ? TensorRole.Activation : TensorRole.WeightGradient, formats.ElementUnit()));
        }

        return sums;
    }

    // Inputs and parameters, each in the format in which it is first read.
    private static Dictionary<int, int> Given(
        PlanBuilder plan, Tuning tuning, ImmutableArray<StepNode> order, OperandFormats formats, HashSet<int> moving,
        HashSet<int> shared,
        Decoding decoding)
    {
        Dictionary<int, int> tensors = [];
        HashSet<Value> indices = [.. order.Where(s => s.Node.Op is Lookup).Select(s => s.Node.Inputs[0])];
        foreach ((Node node, int operand, Value value) in order
            .SelectMany(s => s.Node.Inputs.Select((v, i) => (s.Node, Operand: i, Value: v)))
                .Where(r => r.Value.Kind != ValueKind.Result)
            .DistinctBy(r => r.Value.Id).OrderBy(r => r.Value.Id))
        {
            bool trains = tuning.Trained.Contains(value.Name), isInput = value.Kind == ValueKind.Input;
            if (trains)
                moving.Add(value.Id);
            TensorRole role = isInput ? TensorRole.Input : trains ? TensorRole.TrainedWeight : TensorRole.FrozenWeight;
            if (decoding.Holds(value))
            {
                decoding.Declare(value, formats.OfOperand(node, operand));
                continue;
            }

            NumberFormat format = value.Name == "labels" || indices.Contains(value) ? NumberFormat.Int32
                : isInput ? formats.Activations
                : trains || shared.Contains(value.Id) ? formats.OfTrained(value)
                : formats.OfOperand(node, operand);
            tensors[value.Id] = plan.Tensor(value.Name, value.Shape, format, role, source: value.Id).Id;
        }

        return tensors;
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
        int[] lastUse = LastUses(plan, steps);
        ILookup<int, int> updatesAfter = gradients.ToLookup(
            g => plan.HasRounds ? steps.Count - 1 : Math.Max(lastUse[tensors[g.Key]], lastUse[tensors[g.Value.Id]]), g => g.Key);
        List<int> order = [];
        for (int i = 0; i < steps.Count; i++)
        {
            order.Add(i);
            foreach (int gradient in updatesAfter[i])
            {
                Value weight = gradients[gradient];
                order.Add(plan.OpCount);
                plan.Descend(weight, tensors[weight.Id], tensors[gradient], method.Operands, method.Momentum,
                    graph.Tuning.Channels.GetValueOrDefault(weight.Name), method.LossScale, method.ResidualBits);
            }
        }

        return plan.Build($"{method}, batch {batch}", order);
    }

    // Per tensor the last op that writes or reads it: a weight may change once its gradient is made and its old value read for
    // the last time.
    private static int[] LastUses(PlanBuilder plan, IReadOnlyList<PlannedOp> steps)
    {
        int[] last = new int[plan.TensorCount];
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (int tensor in steps[i].Inputs.Append(steps[i].Output))
                last[tensor] = last[plan.Owner(tensor)] = i; // a view is its owner's memory
        }

        return last;
    }
}
