using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>A set of 32×32 colour images in files of the CIFAR-10 binary format, plain or gzip.</summary>
/// <param name="Name">As workload files call it; also the name of its folder inside the data folder.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Train">Files of the training split in order, without ".gz".</param>
/// <param name="Test">Files of the test split in order, without ".gz".</param>
internal sealed record CifarSet(string Name, string Description, ImmutableArray<string> Train, ImmutableArray<string> Test)
    : ImageSet(Name, Description, [Cifar.Size, Cifar.Size, Cifar.Channels], ClassCount)
{
    private const int ClassCount = 10;

    /// <inheritdoc/>
    public override ImmutableArray<string> Files => [.. Train, .. Test];

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        CifarImages[] parts = InputBudget.Within<CifarImages[]>(() => // one budget for all files of a split
            [.. (split == Split.Train ? Train : Test).Select(f => Cifar.Read(DataFolder.Find(this, dataFolder, f), ClassCount))]);
        return new ByteSource(this, split, Joined(parts.Select(p => p.Pixels)), Joined(parts.Select(p => p.Labels)));
    }

    private static byte[] Joined(IEnumerable<ReadOnlyMemory<byte>> parts)
    {
        byte[] joined = new byte[parts.Sum(p => p.Length)];
        int done = 0;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            part.CopyTo(joined.AsMemory(done));
            done += part.Length;
        }

        return joined;
    }
}
