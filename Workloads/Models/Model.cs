using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>A network for images, for any batch size.</summary>
/// <param name="Name">Name in the catalog.</param>
/// <param name="Input">One sample: [height, width, channels].</param>
/// <param name="Classes">Number of classes; elements of a sample for a network that reconstructs it.</param>
/// <param name="Build">
/// The graph for a batch size: inputs "images" [B, height, width, channels] and "labels" [B] (none for a network that
/// reconstructs its samples), outputs "logits" [B, classes] and "loss" [1]; the classifier's parameters are "head.weight" and
/// "head.bias".
/// </param>
public sealed record Model(string Name, Shape Input, int Classes, Func<int, Graph> Build)
{
    /// <summary>The network as accelerators run it: batch normalisations folded into the layers before them.</summary>
    public Model Folded() => this with { Build = batch => BatchNormFolding.Fold(Build(batch)) };
}
