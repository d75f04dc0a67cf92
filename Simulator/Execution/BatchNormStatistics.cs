using System.Collections.Immutable;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Measures what batch normalisations take as fixed statistics: mean and variance of each channel over many samples, seen through
/// the network that training left behind ("precise" statistics, arXiv 2105.07576).
/// </summary>
internal static class BatchNormStatistics
{
    private const int MostBatches = 32;

    /// <summary>Measures and sets the parameters that hold the statistics.</summary>
    /// <param name="network">The network in the form of inference, at the batch of training.</param>
    /// <param name="weights">Its weights; means and variances are overwritten.</param>
    /// <param name="store">Samples, the first of which are used.</param>
    public static void Measure(Graph network, FloatWeights weights, SampleStore<float> store)
    {
        Plan plan = Planner.Inference(BatchNormTraining.Of(network), OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        Dictionary<string, Sums> channels = network.Nodes.Where(n => n.Op is BatchNorm)
            .ToDictionary(n => n.Output.Name, n => new Sums(n.Inputs[3].Name, n.Inputs[4].Name, n.Inputs[0].Shape[^1]));
        FloatMachine machine = new(Step.OnHost(plan), weights);
        machine.Observer = op =>
        {
            if (op.Op is BatchNorm)
                channels[op.Name].Add(machine.Values(op.Inputs[0]));
        };
        int[] samples = new int[plan.Batch];
        for (int batch = 0; batch < Math.Clamp(store.Count / plan.Batch, 1, MostBatches); batch++)
        {
            for (int i = 0; i < samples.Length; i++)
                samples[i] = ((batch * plan.Batch) + i) % store.Count;
            machine.Run(default, store, samples, fill: true);
        }

        foreach (Sums sums in channels.Values)
            sums.Write(weights);
    }

    // Sums and sums of squares of each channel of one normalisation.
    private sealed class Sums(string meanName, string varianceName, int channels)
    {
        private readonly double[] first = new double[channels], second = new double[channels];
        private long count;

        public void Add(ReadOnlySpan<float> values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                first[i % channels] += values[i];
                second[i % channels] += (double)values[i] * values[i];
            }

            count += values.Length / channels;
        }

        public void Write(FloatWeights weights)
        {
            for (int c = 0; c < channels; c++)
            {
                double mean = first[c] / count;
                weights.Tensors[meanName][c] = (float)mean;
                weights.Tensors[varianceName][c] = (float)Math.Max(0, (second[c] / count) - (mean * mean));
            }
        }
    }
}
