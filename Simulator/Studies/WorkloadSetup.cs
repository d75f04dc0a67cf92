using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
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
    private const int CentreSamples = 1000, CentreBatch = 100;

    private WorkloadSetup(Workload workload, Model model, IBench bench) => (Workload, Model, Bench) = (workload, model, bench);

    /// <summary>What was read.</summary>
    public Workload Workload { get; }

    /// <summary>Its network.</summary>
    public Model Model { get; }

    /// <summary>Network, weights and data, ready for training.</summary>
    public IBench Bench { get; }

    /// <summary>Folder of pre-trained weights that are kept: NPUSIM_CACHE, or a folder of the user's cache.</summary>
    public static string CacheFolder =>
        Environment.GetEnvironmentVariable("NPUSIM_CACHE") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } local
                ? local
                : Path.GetTempPath(), "npusim");

    /// <summary>Opens a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <param name="pretraining">Called after each step of pre-training, if there is any, with steps done, steps in all and
    /// loss.</param>
    /// <param name="cancellation">Ends pre-training early.</param>
    /// <exception cref="InputException">Data or weights are missing, damaged or of another shape.</exception>
    public static WorkloadSetup Open(
        Workload workload, string? dataFolder, Action<int, int, double>? pretraining, CancellationToken cancellation)
    {
        Model pretrained = PretrainedModelOf(workload).Folded();
        WorkloadData data = new(workload, dataFolder);
        bool fewShot = workload.Adapt.FewShot is not null;
        if (fewShot)
            _ = data.Episodes; // missing files show before minutes of pre-training
        else
            _ = (data.AdaptTrain, data.TargetTest);
        KeyValuePair<string, Shape>[] expected =
            [.. pretrained.Build(1).Parameters.Select(p => KeyValuePair.Create(p.Name, p.Shape))];
        string source = workload.Weights ?? "kept weights";
        Weights? weights = PretrainedWeights.Find(workload, CacheFolder, dataFolder, Weights.Expect(expected, source));
        if (weights is null)
        {
            weights = Pretrain(workload, data, pretraining, cancellation);
            WeightCache.Keep(workload, weights, CacheFolder, dataFolder);
        }

        weights.Require(expected, source);
        return new WorkloadSetup(workload, ModelOf(workload), fewShot
            ? Episodes(workload, pretrained, data, weights) : new TrainingBench(
            pretrained, Start(workload, pretrained, weights), data.AdaptTrain, data.TargetTest, workload.Adapt.Batch,
            workload.Adapt.CalibrationBatches));
    }

    /// <summary>Opens a workload whose weights are drawn at random instead, by its pre-training's seed.</summary>
    /// <param name="workload">The workload, without few-shot episodes.</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <exception cref="InputException">Data are missing, damaged or of another shape.</exception>
    public static TrainingBench OpenUntrained(Workload workload, string? dataFolder)
    {
        ArgumentNullException.ThrowIfNull(workload);
        Model model = PretrainedModelOf(workload);
        Graph network = model.Build(1);
        WorkloadData data = new(workload, dataFolder);
        IReadOnlyDictionary<string, float[]> weights =
            BatchNormFolding.Fold(network, Initialization.Weights(network, workload.Pretrain.Seed)).Weights;
        return new TrainingBench(model.Folded(), weights, data.AdaptTrain, data.TargetTest, workload.Adapt.Batch,
            workload.Adapt.CalibrationBatches);
    }

    private static EpisodeBench Episodes(Workload workload, Model pretrained, WorkloadData data, Weights weights)
    {
        Dictionary<string, float[]> values = Start(workload, pretrained, weights);
        if (workload.Adapt.FewShot!.Head == FewShotHead.SimpleShot)
        {
            Dataset seen = data.PretrainTrain.Select([.. Enumerable.Range(0, Math.Min(CentreSamples, data.PretrainTrain.Count))]);
            Graph embedding = FewShotHeads.Embedding(pretrained.Build(Math.Min(CentreBatch, seen.Count)));
            int length = embedding.Outputs["logits"].Shape[^1];
            float[] features = EpisodeBench.Features(embedding, values, seen);
            float[] mean = [.. Enumerable.Range(0, length).Select(d =>
                (float)Enumerable.Range(0, seen.Count).Average(i => (double)features[(i * length) + d]))];
            foreach ((string name, float[] constant) in FewShotHeads.Constants(mean))
                values.Add(name, constant);
        }

        return new EpisodeBench(ModelOf(workload), values, data.Episodes, workload.Adapt.Batch,
            workload.Adapt.CalibrationBatches);
    }

    /// <summary>The network of a workload as it trains on the device: batch normalisations folded, with the head of few-shot
    /// tasks.</summary>
    /// <exception cref="InputException">There is no such model, or a network file takes other samples or classes.</exception>
    public static Model ModelOf(Workload workload)
    {
        Model model = Network(workload, workload.ImageSet, workload.Classes).Folded();
        return workload.Adapt.FewShot is { } few ? model.With(few.Head) : model;
    }

    private static Model PretrainedModelOf(Workload workload)
    {
        ImageSet source = ImageSets.Get(workload.Pretrain.Images);
        return Network(workload, source, source.Classes);
    }

    private static Model Network(Workload workload, ImageSet images, int classes)
    {
        if (!ImportedNetwork.IsFile(workload.Model))
            return ModelCatalog.Find(workload.Model, classes, workload.SampleShape(images));
        ImportedNetwork network = workload.ReadNetwork();
        NetworkEvaluation.RequireClassifier(network, images, workload.SampleShape(images));
        return network.Model;
    }

    /// <summary>
    /// The network of a workload's file as adaptation starts from it: with the workload's head and weights, these compressed
    /// where it says so. A file's own quantisation holds for its own weights and classifier alone.
    /// </summary>
    /// <exception cref="InputException">Its model is none from a file, or the file takes other samples or classes, or weights do
    /// not fit.</exception>
    public static ImportedNetwork NetworkOf(Workload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (!ImportedNetwork.IsFile(workload.Model))
            throw new InputException(
                $"{workload.Name}: model '{workload.Model}' is one of the catalog; accepted is a workload whose model is a "
                    + $"network file.");
        ImportedNetwork network = workload.ReadNetwork();
        NetworkEvaluation.RequireClassifier(network, workload.ImageSet, workload.SampleShape(workload.ImageSet));
        if (workload.Weights is null && workload.Compression is null)
            return network;
        ImmutableArray<Value> parameters = [.. network.Model.Build(1).Parameters];
        KeyValuePair<string, Shape>[] expected = [.. parameters.Select(p => KeyValuePair.Create(p.Name, p.Shape))];
        Weights weights = workload.Weights is { } named
            ? PretrainedWeights.Named(named, Weights.Expect(expected, named)) : network.Weights;
        weights.Require(expected, workload.Weights ?? workload.Model);
        Dictionary<string, float[]> start = Start(workload, network.Model, weights);
        return new ImportedNetwork(network.Model, new(() => Weights.Create(
            parameters.Select(p => KeyValuePair.Create(p.Name, new WeightTensor(p.Shape, start[p.Name]))))), null);
    }

    /// <summary>Trains a workload's weights from scratch by its recipe.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="data">Its data.</param>
    /// <param name="progress">Called after each step with steps done, steps in all and loss.</param>
    /// <param name="cancellation">Ends the training early.</param>
    public static Weights Pretrain(Workload workload, WorkloadData data, Action<int, int, double>? progress,
        CancellationToken cancellation)
    {
        PretrainRecipe recipe = workload.Pretrain;
        Model model = PretrainedModelOf(workload);
        if (recipe.Augment is { Shift: var shift } && shift >= Math.Min(model.Input[0], model.Input[1]))
            throw new InputException(
                $"{workload.Name}: pretrain.augment.shift is {shift}; images are {model.Input}, accepted is less than their "
                    + $"edges.");
        ImageSet images = ImageSets.Get(recipe.Images);
        PretrainingExtras extras = new(recipe.Teacher?.Open(images, workload.SampleShape(images)), recipe.Augment,
            workload.PixelRange);
        int done = 0;
        IReadOnlyDictionary<string, float[]> trained = Pretraining.Run(
            model, data.PretrainTrain, recipe.Batch, recipe.Momentum,
            new TrainingSettings(recipe.Steps, recipe.LearningRate, recipe.Decay), recipe.Seed,
            loss => progress?.Invoke(++done, recipe.Steps, loss), cancellation, extras);
        return PretrainedWeights.WithRecipe(
            Weights.Create(model.Folded().Build(1).Parameters.Select(p =>
                KeyValuePair.Create(p.Name, new WeightTensor(p.Shape, trained[p.Name])))), workload);
    }

    /// <summary>
    /// Accuracy of weights in fp32 on the clean test samples and on those of the target domain, 0..1; of few-shot tasks the
    /// latter is the mean over the episodes before any training.
    /// </summary>
    public static (double Source, double Target) Measure(Workload workload, WorkloadData data, Weights weights)
    {
        Model pretrained = PretrainedModelOf(workload).Folded();
        double target = workload.Adapt.FewShot is null
            ? AccuracyOn(data.TargetTest)
            : Episodes(workload, pretrained, data, weights).ZeroShot();
        return (AccuracyOn(data.SourceTest), target);

        double AccuracyOn(Dataset set) =>
            new TrainingBench(pretrained, Values(weights), set, set, batch: 1, calibrationBatches: 1).ZeroShot();
    }

    // What adaptation starts from: the weights, compressed where the workload says so.
    private static Dictionary<string, float[]> Start(Workload workload, Model model, Weights weights) =>
        workload.Compression is { } compression
        ? CompressedWeights.Of(model.Build(1), Values(weights), compression)
        : Values(weights);

    private static Dictionary<string, float[]> Values(Weights weights) =>
        weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray());

    /// <summary>The whole result of a study of this workload.</summary>
    /// <param name="request">What was compared.</param>
    /// <param name="command">The command line that redoes it.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="host">Timings of this machine.</param>
    public StudyResult Describe(StudyRequest request, string command, StudyRuns runs, HostTimings host)
    {
        Graph single = Model.Build(1);
        AdaptTask adapt = Workload.Adapt;
        WorkloadSummary summary = new(
            Workload.Name, Workload.Description, Model.Name, single.ParameterCount, single.Macs, adapt.Batch, adapt.Steps,
            adapt.TrainSamples,
            adapt.TestSamples, request.Seeds, Workload.ToYaml());
        return new StudyResult(
            1, $"npusim {typeof(WorkloadSetup).Assembly.GetName().Version!.ToString(3)}", command, summary,
            [.. request.Profiles.Select(p => new ProfileSummary(p.Name, p.Description, p.Memory.Scratchpad.SizeBytes, p.ClockHz,
                ProfileWriter.ToYaml(p)))],
            runs.Runs, host)
        {
            IsComplete = runs.IsComplete,
        };
    }
}
