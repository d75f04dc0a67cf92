using NpuSim.Random;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>Values of parameters before any training, by what each does in the graph.</summary>
public static class Initialization
{
    /// <summary>
    /// Filters of convolutions and of layers before a rectifier: normal of variance 2 / fan-in (arXiv 1502.01852); other linear
    /// layers: normal of variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010); biases, shifts and means: 0; scales and
    /// variances: 1; tables added to activations: normal of deviation 0.02.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <param name="seed">Each parameter draws from a stream of this seed and its own name.</param>
    /// <returns>One array per parameter, by name.</returns>
    public static IReadOnlyDictionary<string, float[]> Weights(Graph graph, ulong seed) =>
        graph.Parameters.ToDictionary(p => p.Name, p => Draw(graph, p, seed), StringComparer.Ordinal);

    private static float[] Draw(Graph graph, Value parameter, ulong seed)
    {
        float[] values = new float[parameter.Shape.Count];
        Node? reader = graph.Nodes.FirstOrDefault(n => n.Inputs.Contains(parameter));
        double deviation = 0;
        switch (reader?.Op, reader?.Inputs.IndexOf(parameter))
        {
            case (Conv2d, 1):
                deviation = Math.Sqrt(2.0 * parameter.Shape[0] / parameter.Shape.Count);
                break;
            case (Linear, 1):
                bool rectified = graph.Nodes.Any(n => n.Op is Relu && n.Inputs[0] == reader!.Output);
                deviation = Math.Sqrt(2.0 / (parameter.Shape[1] + (rectified ? 0 : parameter.Shape[0])));
                break;
            case (LayerNorm, 1) or (BatchNorm, 1 or 4):
                Array.Fill(values, 1);
                return values;
            case (Conv2d or Linear or LayerNorm or BatchNorm, _):
                return values;
            default:
                deviation = 0.02;
                break;
        }

        RandomStream random = new(seed, $"initial {parameter.Name}");
        foreach (ref float value in values.AsSpan())
            value = (float)(deviation * random.NextNormal());
        return values;
    }
}
