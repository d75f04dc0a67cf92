using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>Measures the mean loss of a network on fixed samples, in fp32, for any values of the weights that train.</summary>
public sealed class LossProbe
{
    private const int LargestBatch = 64;

    private readonly IReadOnlyDictionary<string, float[]> start;
    private readonly SampleStore<float> store;
    private readonly Step step;

    /// <summary>Prepares the samples, what no trained weight feeds included.</summary>
    /// <param name="model">The network.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="weights">Weights by name, before the scheme.</param>
    /// <param name="samples">The samples; at least one.</param>
    public LossProbe(Model model, TuningScheme scheme, IReadOnlyDictionary<string, float[]> weights, Dataset samples)
    {
        // Full batches: each sample counts the same
        int batch = Enumerable.Range(1, LargestBatch).Last(b => samples.Count % b == 0);
        Tuning tuning = scheme.Tune(model.Build(batch));
        start = tuning.StartFrom(weights);
        step = Step.OnHost(Planner.Inference(tuning.Graph, OperandFormats.Fp32, tuning.Trained, "loss"));
        store = SampleStores.Float(tuning.Graph, samples);
        MachineOf(start).Fill(store);
    }

    /// <summary>Mean loss per sample; several threads may ask at the same time.</summary>
    /// <param name="trained">Values of the weights that train, by name.</param>
    public double Loss(IEnumerable<KeyValuePair<string, float[]>> trained)
    {
        Dictionary<string, float[]> weights = new(start);
        foreach ((string name, float[] values) in trained)
            weights[name] = values;
        FloatMachine machine = MachineOf(weights);
        int[] batch = new int[step.Plan.Batch];
        double sum = 0;
        for (int first = 0; first < store.Count; first += batch.Length)
        {
            for (int i = 0; i < batch.Length; i++)
                batch[i] = first + i;
            machine.Run(default, store, batch);
            sum += machine.Loss;
        }

        return sum / (store.Count / batch.Length);
    }

    private FloatMachine MachineOf(IReadOnlyDictionary<string, float[]> weights) =>
        new(step, new FloatWeights(weights), threads: 1);
}
