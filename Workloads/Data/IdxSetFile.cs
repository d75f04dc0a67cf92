using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>Grey images in IDX files.</summary>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="TrainImages">Images of the training split.</param>
/// <param name="TrainLabels">Their labels.</param>
/// <param name="TestImages">Images of the test split.</param>
/// <param name="TestLabels">Their labels.</param>
[Yaml("Grey images in IDX files, plain or gzip.", Key = "idx")]
internal sealed record IdxSetFile(
    [Yaml("Rows of an image.", Min = 1, Max = 4096)] int Height,
    [Yaml("Columns of an image.", Min = 1, Max = 4096)] int Width,
    [Yaml("Number of classes; labels are 0 to classes − 1.", Min = 2, Max = 256)] int Classes,
    [Yaml("Images of the training split, without \".gz\".")] string TrainImages,
    [Yaml("Their labels.")] string TrainLabels,
    [Yaml("Images of the test split.")] string TestImages,
    [Yaml("Their labels.")] string TestLabels) : ImageSetFile
{
    private protected override ImageSet SetIn(string folder, string name) => new IdxSet(
        name, "IDX files", [Height, Width, 1], Classes, new(TrainImages, TrainLabels, ..), new(TestImages, TestLabels, ..));
}
