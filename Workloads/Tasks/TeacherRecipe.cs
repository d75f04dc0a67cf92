using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>A trained network whose answers the pre-trained network learns beside the labels (arXiv 1503.02531).</summary>
/// <param name="Model">A network file, or a model of the catalog.</param>
/// <param name="Weights">A shipped weight file or a path; null: those of the network file.</param>
/// <param name="Pixels">What the teacher takes for pixels, as <see cref="PixelRange.Parse"/> reads it; null: 0..1.</param>
/// <param name="Temperature">T: both networks' logits are divided by it before the softmax.</param>
/// <param name="Share">Share of the teacher in the loss; the rest is the labels'.</param>
[Yaml("A trained network whose answers are learnt beside the labels: knowledge distillation (arXiv 1503.02531), share · T² · " +
    "KL(softmax(teacher / T) ‖ softmax(student / T)) + (1 − share) · cross-entropy.", Key = "teacher")]
public sealed record TeacherRecipe(
    [Yaml("A network file, .tflite, .onnx or .json (from the workload file's folder), or the name of a model.")] string Model,
    [Yaml("A shipped weight file, or a path (from the workload file's folder); null: those of the network file.")]
    string? Weights = null,
    [Yaml("What the teacher takes for black and white, as 0..255 or -1..1; null: 0..1.")] string? Pixels = null,
    [Yaml("T: logits are divided by it before the softmax.", Above = 0, Max = 1000)] double Temperature = 4,
    [Yaml("Share of the teacher in the loss; the labels have the rest.", Min = 0, Max = 1)] double Share = 0.9) : IChecked
{
    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        bool isFile = ImportedNetwork.IsFile(Model);
        if (!isFile && !ModelCatalog.Names.Contains(Model))
            yield return new Problem("model",
                $"there is no model '{Model}'; accepted is one of {string.Join(", ", ModelCatalog.Names)}, or a network "
                    + $"file{Suggestion.For(Model, ModelCatalog.Names)}");
        if (!isFile && Weights is null)
            yield return new Problem("weights",
                $"a teacher must be trained, and '{Model}' is a model without weights; accepted is a weight file");
        if (Weights is { Length: 0 })
            yield return new Problem("weights", "the name is empty; accepted is a shipped weight file, a path or null");
        if (Pixels is not null && PixelRange.TryParse(Pixels) is null)
            yield return new Problem("pixels", $"found '{Pixels}'; accepted is BLACK..WHITE, as 0..255");
    }

    /// <summary>What the teacher takes for pixels.</summary>
    internal PixelRange PixelRange => Pixels is null ? PixelRange.Unit : PixelRange.Parse(Pixels);

    /// <summary>Reads the teacher.</summary>
    /// <param name="images">What it must classify.</param>
    /// <param name="sample">One of them as networks see it: [height, width, channels].</param>
    /// <exception cref="InputException">A file is missing or damaged, or the teacher takes other images or knows other
    /// classes.</exception>
    public Teacher Open(ImageSet images, Shape sample)
    {
        ArgumentNullException.ThrowIfNull(images);
        ImportedNetwork? file = ImportedNetwork.IsFile(Model) ? ImportedNetwork.Read(Model) : null;
        Model model = file?.Model ?? ModelCatalog.Find(Model, images.Classes, sample).Folded();
        if (model.Input != sample || model.Classes != images.Classes || model.Build(1).Inputs.All(i => i.Name != "labels"))
            throw new InputException(
                $"pretrain.teacher: {model.Name} takes samples of {model.Input} in {model.Classes} classes; accepted is a " +
                $"network for {images.Name}: {sample} in {images.Classes} classes.");
        KeyValuePair<string, Shape>[] expected = [.. model.Build(1).Parameters.Select(p => KeyValuePair.Create(p.Name, p.Shape))];
        Weights weights = Weights is null ? file!.Weights
            : PretrainedWeights.Named(Weights, Formats.Weights.Expect(expected, Weights));
        weights.Require(expected, Weights ?? Model);
        return new Teacher(model, weights, PixelRange, Temperature, Share);
    }

    /// <summary>The recipe with paths that start from a folder.</summary>
    internal TeacherRecipe Below(string folder) => this with
    {
        Model = ImportedNetwork.IsFile(Model) ? Path.Combine(folder, Model) : Model,
        Weights = Weights is null || ShippedWeights.Names.Contains(Weights) ? Weights : Path.Combine(folder, Weights),
    };

    /// <summary>The files that it is read from.</summary>
    internal IEnumerable<string> Files =>
    [
        .. ImportedNetwork.IsFile(Model) ? ImportedNetwork.Files(Model) : [],
        .. Weights is null || ShippedWeights.Names.Contains(Weights) ? Array.Empty<string>() : [Weights],
    ];
}
