using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// The <c>on-device analytic</c> column of a network under a tuning scheme: the count of <see cref="SparseUpdateMemory"/> with
/// the layers and channels of the scheme.
/// </summary>
public static class OnDeviceConvention
{
    /// <summary>
    /// Counts convolutions and linear layers for one sample, whatever the batch of the graph; the classifier keeps only its
    /// input.
    /// </summary>
    /// <param name="tuning">The network, with output "logits", and what of it trains.</param>
    public static SparseUpdateMemory Of(Tuning tuning)
    {
        (Graph graph, IReadOnlySet<string> trained) = (tuning.Graph, tuning.Trained);
        double batch = graph.Inputs.First().Shape[0], weights = 0, activations = 0;
        Value logits = graph.Outputs["logits"];
        HashSet<string> counted = []; // layers may share a parameter
        foreach (Node layer in graph.Nodes.Where(n => n.Op is Conv2d or Linear))
        {
            double input = layer.Inputs[0].Shape.Count / batch, output = layer.Output.Shape.Count / batch;
            if (layer.Output == logits)
            {
                activations += input;
                continue;
            }

            if (trained.Contains(layer.Inputs[1].Name))
            {
                int channels = layer.Inputs[1].Shape[^1];
                double share = (double)tuning.Channels.GetValueOrDefault(layer.Inputs[1].Name, channels) / channels;
                weights += counted.Add(layer.Inputs[1].Name) ? share * layer.Inputs[1].Shape.Count : 0;
                activations += share * input;
            }

            if (layer.Inputs.Length > 2 && trained.Contains(layer.Inputs[2].Name))
            {
                weights += counted.Add(layer.Inputs[2].Name) ? 4.0 * layer.Inputs[2].Shape.Count : 0;
                activations += output / 8;
            }
        }

        return new SparseUpdateMemory(weights, activations);
    }
}
