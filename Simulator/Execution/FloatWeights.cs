using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>The weights of one run in floating point: a copy that the run's machines share and change.</summary>
public sealed class FloatWeights
{
    private readonly Dictionary<string, float[]> tensors;
    private readonly Dictionary<string, byte[]> masks = [];
    private readonly Dictionary<string, double> norms = [];

    /// <summary>Copies weights by name.</summary>
    public FloatWeights(IReadOnlyDictionary<string, float[]> weights) =>
        tensors = weights.ToDictionary(w => w.Key, w => (float[])w.Value.Clone());

    /// <summary>The weights by name.</summary>
    public IReadOnlyDictionary<string, float[]> Tensors => tensors;

    /// <summary>Which weights train, one bit each, by name of the mask.</summary>
    internal IReadOnlyDictionary<string, byte[]> Masks => masks;

    /// <summary>A mask, settled by the weights as they are when it is first asked for.</summary>
    internal byte[] Mask(PlanTensor mask, PlanTensor tensor, Sparsity sparsity)
    {
        if (!masks.TryGetValue(mask.Name, out byte[]? bits))
            masks[mask.Name] = bits = sparsity.Mask([.. Of(tensor).Select(Math.Abs)]);
        return bits;
    }

    /// <summary>A norm, settled by the weights as they are when it is first asked for; 1 where it is 0.</summary>
    internal double Norm(PlanTensor tensor, Func<float[], double> norm)
    {
        if (!norms.TryGetValue(tensor.Name, out double settled))
            norms[tensor.Name] = settled = norm(Of(tensor)) is > 0 and var positive ? positive : 1;
        return settled;
    }

    /// <summary>Storage of a persistent tensor; optimiser state starts at zero.</summary>
    /// <exception cref="InputException">There is no weight of this name and size.</exception>
    internal float[] Of(PlanTensor tensor)
    {
        if (!tensors.TryGetValue(tensor.Name, out float[]? data))
        {
            if (tensor.Role != TensorRole.OptimizerState)
                throw new InputException($"weights: '{tensor.Name}' {tensor.Shape} is missing.");
            tensors[tensor.Name] = data = new float[tensor.Shape.Count];
        }

        return data.Length == tensor.Shape.Count
            ? data
            : throw new InputException($"weights: '{tensor.Name}' has {data.Length} elements; the model needs {tensor.Shape}.");
    }
}
