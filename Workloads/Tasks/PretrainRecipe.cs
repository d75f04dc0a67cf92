using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>How the weights that adaptation starts from are trained: by backpropagation in float32 on clean images.</summary>
/// <param name="Images">Name of an image set.</param>
/// <param name="Samples">Images, every class equally often.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="LearningRate">At the first step.</param>
/// <param name="Momentum">Share of the last update in the next.</param>
/// <param name="Decay">How the learning rate falls.</param>
/// <param name="Seed">Seed of initial weights, order and augmentation.</param>
/// <param name="Teacher">A network to learn from beside the labels; null: labels alone.</param>
/// <param name="Augment">Random changes to the images; null: none.</param>
[Yaml("How the weights that adaptation starts from are trained: by backpropagation in float32 on clean images.",
    Key = "pretrain")]
public sealed record PretrainRecipe(
    [Yaml("Image set whose training split is used.")] string Images,
    [Yaml("Images, every class equally often.", Min = 1)] int Samples,
    [Yaml("Training steps.", Min = 1)] int Steps,
    [Yaml("Images per step, at most samples.", Min = 1)] int Batch,
    [Yaml("Learning rate at the first step.", Above = 0, Max = 10)] double LearningRate,
    [Yaml("Share of the last update that is added to the next.", Min = 0, Max = 0.9999)] double Momentum = 0.9,
    [Yaml("How the learning rate falls.")] Decay Decay = Decay.Cosine,
    [Yaml("Seed of initial weights, order of the images and their augmentation.")] ulong Seed = 1,
    [Yaml("A trained network whose answers are learnt beside the labels; null: labels alone.",
        HideNull = true)] TeacherRecipe? Teacher = null,
    [Yaml("Random changes to the images of each step; null: none.", HideNull = true)] Augmentation? Augment = null) : IChecked
{
    /// <inheritdoc/>
    public IEnumerable<Problem> Problems() => TaskRules.Images(Images).Concat(TaskRules.Batch(Batch, Samples, "samples"));
}
