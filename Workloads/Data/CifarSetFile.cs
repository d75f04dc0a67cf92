using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>Colour images of 32×32 pixels in CIFAR-10 binary files.</summary>
/// <param name="Train">Files of the training split.</param>
/// <param name="Test">Files of the test split.</param>
[Yaml("32×32 colour images of ten classes in CIFAR-10 binary files, plain or gzip.", Key = "cifar")]
internal sealed record CifarSetFile(
    [Yaml("Files of the training split, without \".gz\".")] ImmutableArray<string> Train,
    [Yaml("Files of the test split.")] ImmutableArray<string> Test) : ImageSetFile, IChecked
{
    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (Train.IsDefaultOrEmpty)
            yield return new Problem("train", "the list is empty; accepted is at least one file");
        if (Test.IsDefaultOrEmpty)
            yield return new Problem("test", "the list is empty; accepted is at least one file");
    }

    private protected override ImageSet SetIn(string folder, string name) =>
        new CifarSet(name, "CIFAR binary files", Train, Test);
}
