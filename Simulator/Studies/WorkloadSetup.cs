using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies;

/// <summary>Turns a workload file into a bench: model, weights (pre-trained now if they never were), data.</summary>
public sealed class WorkloadSetup
{
    private WorkloadSetup(Workload workload, Model model, TrainingBench bench) => (Workload, Model, Bench) = (workload, model, bench);

    /// <summary>What was read.</summary>
    public Workload Workload { get; }

    /// <summary>Its network.</summary>
    public Model Model { get; }

    /// <summary>Network, weights and data, ready for training.</summary>
    public TrainingBench Bench { get; }

    /// <summary>Folder of pre-trained weights that are kept: NPUSIM_CACHE, or a folder of the user's cache.</summary>
    public static string CacheFolder =>
        Environment.GetEnvironmentVariable("NPUSIM_CACHE") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } local
                ? local
                : Path.GetTempPath(), "npusim");

    /// <summary>Opens a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <param name="pretraining">Called after each step of pre-training, if there is any, with steps done, steps in all and loss.</param>
    /// <param name="cancellation">Ends pre-training early.</param>
    /// <exception cref="InputException">Data or weights are missing, damaged or of another shape.</exception>
    public static WorkloadSetup Open(
        Workload workload, string? dataFolder, Action<int, int, double>? pretraining, CancellationToken cancellation)
    {
        Model model = ModelOf(workload);
        WorkloadData data = new(workload, dataFolder);
        Dataset train = data.AdaptTrain, test = data.TargetTest; // missing files show before minutes of pre-training
        Weights? weights = PretrainedWeights.Find(workload, CacheFolder);
        if (weights is null)
        {
            weights = Pretrain(workload, data, pretraining, cancellation);
            PretrainedWeights.Keep(workload, weights, CacheFolder);
        }

        Graph graph = model.Build(1);
        weights.Require(graph.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Shape)), workload.Weights ?? "kept weights");
        TrainingBench bench = new(
            model, Values(weights), train, test, workload.Adapt.Batch, workload.Adapt.CalibrationBatches);
        return new WorkloadSetup(workload, model, bench);
    }

    /// <summary>The network of a workload.</summary>
    /// <exception cref="InputException">There is no such model, or a network file takes other samples or classes.</exception>
    public static Model ModelOf(Workload workload)
    {
        ImageSet images = workload.ImageSet;
        if (!ImportedNetwork.IsFile(workload.Model))
            return ModelCatalog.Find(workload.Model, images.Classes, images.SampleShape);
        ImportedNetwork network = ImportedNetwork.Read(workload.Model);
        NetworkEvaluation.RequireClassifier(network, images);
        return network.Model;
    }

    /// <summary>Trains a workload's weights from scratch by its recipe.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="data">Its data.</param>
    /// <param name="progress">Called after each step with steps done, steps in all and loss.</param>
    /// <param name="cancellation">Ends the training early.</param>
    public static Weights Pretrain(Workload workload, WorkloadData data, Action<int, int, double>? progress, CancellationToken cancellation)
    {
        PretrainRecipe recipe = workload.Pretrain;
        Model model = ModelOf(workload);
        int done = 0;
        IReadOnlyDictionary<string, float[]> trained = Pretraining.Run(
            model, data.PretrainTrain, recipe.Batch, recipe.Momentum, new TrainingSettings(recipe.Steps, recipe.LearningRate, recipe.Decay), recipe.Seed,
            loss => progress?.Invoke(++done, recipe.Steps, loss), cancellation);
        return PretrainedWeights.WithRecipe(
            Weights.Create(model.Build(1).Parameters.Select(p => KeyValuePair.Create(p.Name, new WeightTensor(p.Shape, trained[p.Name])))), workload);
    }

    /// <summary>Accuracy of weights in fp32 on the clean test samples and on those of the target domain, 0..1.</summary>
    public static (double Source, double Target) Measure(Workload workload, WorkloadData data, Weights weights)
    {
        FloatWeights values = new(Values(weights));
        Graph graph = ModelOf(workload).Build(Math.Min(100, data.TargetTest.Count));
        FloatMachine machine = new(Planner.Inference(graph, OperandFormats.Fp32, TuningScheme.Full.Select(graph)), values);
        return (AccuracyOn(data.SourceTest), AccuracyOn(data.TargetTest));

        double AccuracyOn(Dataset set)
        {
            SampleStore<float> store = SampleStores.Float(graph, set);
            machine.Fill(store);
            return machine.Accuracy(store, set.Labels.Span);
        }
    }

    private static Dictionary<string, float[]> Values(Weights weights) => weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray());

    /// <summary>The whole result of a study of this workload.</summary>
    /// <param name="request">What was compared.</param>
    /// <param name="command">The command line that redoes it.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="host">Timings of this machine.</param>
    public StudyResult Describe(StudyRequest request, string command, ImmutableArray<RunResult> runs, HostTimings host)
    {
        Graph single = Model.Build(1);
        AdaptTask adapt = Workload.Adapt;
        WorkloadSummary summary = new(
            Workload.Name, Workload.Description, Model.Name, single.ParameterCount, single.Macs, adapt.Batch, adapt.Steps, adapt.TrainSamples,
            adapt.TestSamples, request.Seeds, Workload.ToYaml());
        return new StudyResult(
            1, $"npusim {typeof(WorkloadSetup).Assembly.GetName().Version!.ToString(3)}", command, summary,
            [.. request.Profiles.Select(p => new ProfileSummary(p.Name, p.Description, p.Memory.Scratchpad.SizeBytes, p.ClockHz, ProfileWriter.ToYaml(p)))],
            runs, host);
    }
}
