using System.Collections.Immutable;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>A set of 32×32 colour images in files of the CIFAR-10 binary format, plain or gzip.</summary>
/// <param name="Name">As workload files call it; also the name of its folder inside the data folder.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Train">Files of the training split in order, without ".gz".</param>
/// <param name="Test">Files of the test split in order, without ".gz".</param>
public sealed record CifarSet(string Name, string Description, ImmutableArray<string> Train, ImmutableArray<string> Test)
    : ImageSet(Name, Description, [Cifar.Size, Cifar.Size, Cifar.Channels], ClassCount)
{
    private const int ClassCount = 10;

    /// <inheritdoc/>
    public override ImmutableArray<string> Files => [.. Train, .. Test];

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        CifarImages[] parts =
            [.. (split == Split.Train ? Train : Test).Select(f => Cifar.Read(DataFolder.Find(this, dataFolder, f), ClassCount))];
        byte[] pixels = [.. parts.SelectMany(p => p.Pixels.ToArray())], labels = [.. parts.SelectMany(p => p.Labels.ToArray())];
        return new ByteSource(this, split, pixels, labels);
    }
}
