using System.Collections.Immutable;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// What is trained, on what and how: model, weights, data and the settings of each method. Immutable; the content of a workload
/// file.
/// </summary>
/// <param name="Name">As <see cref="ItemName"/> has them.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Model">Name of a model, or a network file.</param>
/// <param name="Pretrain">How the weights that adaptation starts from are trained.</param>
/// <param name="Adapt">What is learnt on the device.</param>
/// <param name="Methods">Settings of every training method.</param>
/// <param name="Seeds">Seeds of the runs, one run each.</param>
/// <param name="DataSeed">Seed of generated images, of the choice of images and of their corruption: the same for every
/// run.</param>
/// <param name="Weights">A shipped weight file or a path; null: those of a network file, otherwise pre-trained on first use and
/// kept.</param>
/// <param name="Pixels">What a network file takes for pixels, as <see cref="PixelRange.Parse"/> reads it; null: 0..1.</param>
/// <param name="Compress">How the pre-trained weights are made smaller before anything adapts; null: they stay as they
/// are.</param>
/// <param name="Head">A new classifier on a network file; null: it keeps its own.</param>
/// <param name="Prepare">What is done to images before the network sees them; null: nothing.</param>
/// <param name="File">Which input and output of a network file are read; null: the one that it has of each.</param>
[Yaml("What is trained, on what and how.")]
public sealed record Workload(
    [Yaml("Letters, digits and hyphens.")] string Name,
    [Yaml("One line for a list.")] string Description,
    [Yaml("Name of a model that takes the images: cnn, cnn-small, vit-small, conv4-small, crnn-small, resnet8, ds-cnn, …; or a "
        + "network file, .tflite, .onnx or .json (from the workload file's folder).")] string Model,
    [Yaml("How the weights that adaptation starts from are trained.")] PretrainRecipe Pretrain,
    [Yaml("What is learnt on the device.")] AdaptTask Adapt,
    [Yaml("Settings of every training method.")] MethodSettings Methods,
    [Yaml("Seeds of the runs, one run each; at least one, none twice.")] ImmutableArray<ulong> Seeds,
    [Yaml("Seed of generated images, of the choice of images and of their corruption; the same for every run.")]
    ulong DataSeed = 1,
    [Yaml("A shipped weight file, or a path (from the workload file's folder); null: those of a network file, otherwise "
        + "pre-trained on first use and kept.")]
    string? Weights = null,
    [Yaml("What a network file takes for black and white, as 0..255 or -1..1; null: 0..1, as the catalog's models do.")]
    string? Pixels = null,
    [Yaml("How the pre-trained weights are made smaller before anything adapts; null: they stay as they are.", HideNull = true)]
    Compression? Compress = null,
    [Yaml("A new classifier on a network file; null: it keeps its own.", HideNull = true)] NetworkHead? Head = null,
    [Yaml("What is done to images before the network sees them; null: nothing.", HideNull = true)] Preparation? Prepare = null,
    [Yaml("Which input and output of a network file are read; null: the one that it has of each.",
        HideNull = true)] FilePorts? File = null)
    : IChecked
{
    /// <summary>The image set of the task, which gives the model its input shape.</summary>
    public ImageSet ImageSet => ImageSets.Get(Adapt.Images);

    /// <summary>What the network takes for pixels.</summary>
    public PixelRange PixelRange => Pixels is null ? PixelRange.Unit : PixelRange.Parse(Pixels);

    /// <summary>The network of a network file, with the workload's head.</summary>
    /// <exception cref="InputException">It is missing or damaged, or does not have what the head reads.</exception>
    public ImportedNetwork ReadNetwork()
    {
        ImportedNetwork network = ImportedNetwork.Read(Model, File);
        return Head is null ? network : network.With(Head);
    }

    /// <summary>Shape of the images of a set as the network sees them.</summary>
    /// <exception cref="InputException">They do not fit the preparation.</exception>
    public Shape SampleShape(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Prepare?.ShapeOf(images.SampleShape) ?? images.SampleShape;
    }

    /// <summary>How weights are compressed: few-shot episodes, which replace the classifier, leave it out.</summary>
    public Compression? Compression => Compress is null ? null : Compress with { KeepsClassifier = Adapt.FewShot is not null };

    /// <summary>Classes that the network tells apart once it is adapted.</summary>
    public int Classes => Adapt.FewShot?.Ways ?? ImageSet.Classes;

    /// <summary>What decides the pre-trained weights, as YAML; recorded in weight files under the key "recipe".</summary>
    public string Recipe => YamlRecord.Print(new WeightRecipe(Model, DataSeed, Pretrain, Prepare));

    /// <summary>Reads a workload file, or a shipped workload by its name.</summary>
    /// <param name="nameOrPath">One of <see cref="ShippedWorkloads.Names"/> or a YAML file.</param>
    /// <exception cref="InputException">There is no such workload, or its file has faults; then every one is listed with its
    /// place.</exception>
    public static Workload Load(string nameOrPath) => Load(nameOrPath, _ => []);

    /// <summary>Reads a workload file, or a shipped workload by its name, and checks it against further rules.</summary>
    /// <param name="nameOrPath">One of <see cref="ShippedWorkloads.Names"/> or a YAML file.</param>
    /// <param name="rules">What a workload breaks of rules that only the caller knows, such as which methods there are.</param>
    /// <exception cref="InputException">As <see cref="Load(string)"/>.</exception>
    public static Workload Load(string nameOrPath, Func<Workload, IEnumerable<Problem>> rules)
    {
        if (ShippedWorkloads.Names.Contains(nameOrPath))
            return YamlRecord.Read(ShippedWorkloads.Text(nameOrPath), nameOrPath + ".yaml", rules);
        if (!System.IO.File.Exists(nameOrPath) && nameOrPath.AsSpan().IndexOfAny('/', '\\', '.') < 0)
            throw new InputException($"there is no workload '{nameOrPath}'; accepted is one of " +
                $"{string.Join(", ", ShippedWorkloads.Names)}, or a YAML "
                    + $"file{Suggestion.For(nameOrPath, ShippedWorkloads.Names)}");
        return YamlRecord.ReadFile(nameOrPath, rules).Below(Path.GetDirectoryName(nameOrPath) ?? "", nameOrPath);
    }

    /// <summary>The workload as YAML with every default written out.</summary>
    public string ToYaml() => YamlRecord.Print(this);

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (!ItemName.IsValid(Name))
            yield return new Problem("name", $"'{Name}' is no name; {ItemName.Accepted}");
        if (LanguageModels.Names.Contains(Model))
            yield return new Problem("model",
                $"'{Model}' is planned alone, not trained: accepted with npusim plan --model");
        else if (!ModelCatalog.Names.Contains(Model) && !ImportedNetwork.IsFile(Model))
            yield return new Problem("model",
                $"there is no model '{Model}'; accepted is one of {string.Join(", ", ModelCatalog.Names)}, or a network "
                    + $"file{Suggestion.For(Model, ModelCatalog.Names)}");
        if (Pixels is not null && (PixelRange.TryParse(Pixels) is null || !ImportedNetwork.IsFile(Model)))
            yield return new Problem("pixels",
                $"found '{Pixels}'; accepted is BLACK..WHITE, as 0..255, with a network file as model");
        if (Head is not null && !ImportedNetwork.IsFile(Model))
            yield return new Problem("head",
                $"model '{Model}' has a classifier for the classes of its images; accepted with a network file");
        if (File is not null && !ImportedNetwork.IsFile(Model))
            yield return new Problem("file", $"model '{Model}' is one of the catalog; accepted with a network file");
        if (Prepare is { Normalizes: true }
            && (Pixels is not null || Pretrain.Teacher is not null || Pretrain.Augment is not null))
            yield return new Problem("prepare",
                "mean and std stand beside pixels, pretrain.teacher or pretrain.augment, which take pixels of one range; "
                    + "accepted is one of them");
        if (Seeds.IsDefaultOrEmpty)
            yield return new Problem("seeds", "the list is empty; accepted is at least one seed");
        else if (Seeds.Distinct().Count() < Seeds.Length)
            yield return new Problem("seeds", "a seed occurs twice; accepted are different seeds");
        if (Weights is { Length: 0 })
            yield return new Problem("weights", "the name is empty; accepted is a shipped weight file, a path or null");
        if (ImageSets.Find(Pretrain.Images) is { } source && ImageSets.Find(Adapt.Images) is { } target
            && SetMismatch(source, target, Adapt.FewShot is not null) is { } mismatch)
            yield return mismatch;
    }

    // Paths in a workload file start from the file's folder. What the files of sets say can be checked only now.
    private Workload Below(string folder, string source)
    {
        Workload placed = this with
        {
            Model = ImportedNetwork.IsFile(Model) ? Path.Combine(folder, Model) : Model,
            Weights = Weights is null || ShippedWeights.Names.Contains(Weights) ? Weights : Path.Combine(folder, Weights),
            Pretrain = Pretrain with { Images = Placed(Pretrain.Images), Teacher = Pretrain.Teacher?.Below(folder) },
            Adapt = Adapt with { Images = Placed(Adapt.Images) },
        };
        return SetMismatch(ImageSets.Get(placed.Pretrain.Images), ImageSets.Get(placed.Adapt.Images),
            Adapt.FewShot is not null) is { } problem
            ? throw new InputException($"{source}: {problem}.")
            : placed;

        string Placed(string images) => ImageSets.IsPath(images) ? Path.Combine(folder, images) : images;
    }

    // Few-shot episodes replace the classifier; all else keeps it.
    private static Problem? SetMismatch(ImageSet source, ImageSet target, bool newClasses) =>
        source.SampleShape == target.SampleShape && (newClasses || source.Classes == target.Classes)
            ? null : new Problem("adapt.images",
            $"{target.Name} has {target.Classes} classes of {target.SampleShape}, pretrain.images {source.Classes} of " +
                $"{source.SampleShape}; accepted is a set of the same");

    private sealed record WeightRecipe(
        string Model, ulong DataSeed, PretrainRecipe Pretrain, [Yaml("", HideNull = true)] Preparation? Prepare = null);
}
