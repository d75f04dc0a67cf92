using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <content>The backward pass of the last layers, where backpropagation trains these.</content>
internal sealed partial class NetworkPass
{
    private readonly BackwardGraph? tail;
    private readonly HashSet<int> saved = [];           // value ids of forward results that the backward pass reads
    private readonly Dictionary<int, int> sums = [];    // value id of a gradient → where micro-batches add it up

    /// <summary>Before a loop over micro-batches: declares where the gradients of the last layers are added up.</summary>
    public void BeginGradients()
    {
        foreach (Node node in tail?.Backward ?? [])
        {
            if (plan.HasRounds && tail!.Gradients.ContainsKey(node.Output.Id))
                sums.Add(node.Output.Id, plan.Sum(node.Output.Name, node.Output.Shape, results.Of(node),
                    TensorRole.WeightGradient, formats.ElementUnit()));
        }
    }

    /// <summary>Emits the backward pass on the results of a forward pass.</summary>
    /// <param name="forward">Tensors of the forward pass by value id.</param>
    /// <returns>Each parameter that backpropagation trains with the tensor of its gradient, over the samples of the
    /// step.</returns>
    public ImmutableArray<(Value Parameter, int Gradient)> EmitBackward(IReadOnlyDictionary<int, int> forward)
    {
        Dictionary<int, int> tensors = new(forward);
        var gradients = ImmutableArray.CreateBuilder<(Value, int)>();
        decoding.Begin(tail!.Backward.Select(n => (n, true)));
        foreach (Node node in tail.Backward)
        {
            Value result = node.Output;
            ImmutableArray<int> inputs = [.. node.Inputs.Select(v => decoding.Holds(v)
                ? decoding.Emit(v, Phase.Backward, 0) : tensors.TryGetValue(v.Id, out int made) ? made : given[v.Id])];
            Value? parameter = tail.Gradients.GetValueOrDefault(result.Id);
            TensorRole role = summed.Contains(result.Id) ? TensorRole.WeightGradient : TensorRole.ActivationGradient;
            int tensor = tensors[result.Id] = (node.Op.IsView
                ? plan.View(result.Name, result.Shape, inputs[0], role, result.Id)
                : plan.Tensor(result.Name, result.Shape, results.Of(node), role, result.Id)).Id;
            plan.Add(new PlannedOp(0, result.Name, node.Op, inputs, tensor, Phase.Backward, formats.UnitOf(node)));
            if (sums.TryGetValue(result.Id, out int sum))
                plan.Accumulate(result.Name, sum, tensor, 1, Phase.Backward, formats.ElementUnit());
            if (parameter is not null)
                gradients.Add((parameter, sums.GetValueOrDefault(result.Id, tensor)));
        }

        return gradients.ToImmutable();
    }
}
