using System.Collections.Immutable;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>
/// Characters of some alphabets of Omniglot (Lake, Salakhutdinov and Tenenbaum 2015), 28×28 grey, ink 1, each drawn by twenty
/// people, the last five of whom are the test split. Classes are the characters, counted through the chosen alphabets.
/// </summary>
/// <param name="Name">As workload files call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Alphabets">Numbers of the alphabets.</param>
/// <param name="Classes">Characters of these alphabets.</param>
internal sealed record OmniglotSet(string Name, string Description, ImmutableArray<int> Alphabets, int Classes)
    : ImageSet(Name, Description, [Size, Size, 1], Classes)
{
    private const int Size = 28, FirstTestDrawer = 16;
    private const string Images = "images28-idx3-ubyte", Labels = "labels-alphabet-character-drawer-idx2-ubyte",
        ClassLabels = "labels-class-idx1-ubyte";

    /// <inheritdoc/>
    public override ImmutableArray<string> Files => [Images, Labels, ClassLabels];

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        string path = DataFolder.Find(this, dataFolder, Labels);
        IdxArray images = Idx.Read(DataFolder.Find(this, dataFolder, Images)), drawn = Idx.Read(path),
            classes = Idx.Read(DataFolder.Find(this, dataFolder, ClassLabels));
        int count = classes.Values.Length;
        if (classes.Shape.Rank != 1 || drawn.Shape != [count, 3] || images.Shape != [count, Size, Size])
            throw new InputException($"{path}: labels of the shape {drawn.Shape} for images of {images.Shape} and classes of " +
                $"{classes.Shape}; accepted are N×3, N×{Size}×{Size} and N.");
        int[] own = [.. Enumerable.Range(0, count).Where(i => Alphabets.Contains(drawn.Values.Span[3 * i]))];
        byte[] characters = [.. own.Select(i => classes.Values.Span[i]).Distinct().Order()];
        if (characters.Length != Classes)
            throw new InputException($"{path}: {characters.Length} characters in the alphabets of {Name}; it has {Classes}.");
        int[] chosen = [.. own.Where(i => (drawn.Values.Span[(3 * i) + 2] >= FirstTestDrawer) == (split == Split.Test))];
        return new ByteSource(
            this, split, chosen.SelectMany(i => images.Values.Slice(i * Size * Size, Size * Size).ToArray()).ToArray(),
            chosen.Select(i => (byte)Array.BinarySearch(characters, classes.Values.Span[i])).ToArray());
    }
}
