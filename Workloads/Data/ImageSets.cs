using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>The image sets that workload files can name.</summary>
public static class ImageSets
{
    /// <summary>All of them, the embedded one first.</summary>
    public static ImmutableArray<ImageSet> All { get; } =
    [
        new GlyphSet(),
        new IdxSet("fashion-mnist", "ten kinds of clothing, 28×28 grey; IDX files", [28, 28, 1], 10,
            new("train-images-idx3-ubyte", "train-labels-idx1-ubyte", ..),
            new("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", ..)),
        new IdxSet("mnist", "handwritten digits, 28×28 grey; the IDX files of 60,000 images, of which the last 10,000 are " +
            "the test split", [28, 28, 1], 10,
            new("train-images-idx3-ubyte", "train-labels-idx1-ubyte", ..^10_000),
            new("train-images-idx3-ubyte", "train-labels-idx1-ubyte", ^10_000..)),
        new IdxSet("kannada-mnist", "handwritten Kannada digits, 28×28 grey; the IDX files of 10,000 images, of which the " +
            "last 2,000 are the test split", [28, 28, 1], 10,
            new("X_kannada_MNIST_test-idx3-ubyte", "y_kannada_MNIST_test-idx1-ubyte", ..^2_000),
            new("X_kannada_MNIST_test-idx3-ubyte", "y_kannada_MNIST_test-idx1-ubyte", ^2_000..)),
        new CifarSet("cifar10", "photographs of ten kinds of things, 32×32 colour; CIFAR binary files",
            [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")], ["test_batch.bin"]),
        new CifarSet("cifar10-exact-subset", "7,728 training and 932 test images of cifar10, the first of each file",
            ["data_batch_1_first4000.bin", .. Enumerable.Range(2, 4).Select(i => $"data_batch_{i}_first932.bin")],
            ["test_batch_first932.bin"]),
        new OmniglotSet("omniglot-seen",
            "characters of Early Aramaic, Japanese (katakana), Korean, Latin and Tagalog, 28×28 grey; " +
            "drawers 16 to 20 are the test split; IDX files", [1, 3, 4, 5, 7], 152) { FolderName = "omniglot-small" },
        new OmniglotSet("omniglot-unseen", "characters of Balinese, Greek and Sanskrit; otherwise the same",
            [0, 2, 6], 90) { FolderName = "omniglot-small" },
        Digits("fsdd-seen",
            "spoken digits of George and Jackson, log-mel spectrograms of 0.8 s; takes 35 to 49 are the test split; " +
            "16-bit samples at 8 kHz and an index", "george", "jackson"),
        Digits("fsdd-unseen", "spoken digits of Lucas and Nicolas; otherwise the same", "lucas", "nicolas"),
        Surroundings("esc10-fold1",
            "sounds of ten kinds, log-mel spectrograms of 5 s: fold 1, tested on fold 2; 16-bit samples at " +
            "16 kHz and an index", (fold, _) => fold == "1" ? Split.Train : Split.Test),
        Surroundings("esc10-fold2",
            "the same: the first four clips of each class of fold 2, tested on the other four, whose source " +
            "recordings are others", (fold, place) => fold != "2" ? null : place < 4 ? Split.Train : Split.Test),
    ];

    /// <summary>True for names that are paths of files which describe a set, see <see cref="ImageSetFile"/>.</summary>
    public static bool IsPath(string name) => name.EndsWith(ImageSetFile.Ending, StringComparison.Ordinal);

    /// <summary>The set of that name, or null.</summary>
    public static ImageSet? Find(string name) => All.FirstOrDefault(set => set.Name == name);

    /// <summary>The set of that name or in that YAML file.</summary>
    /// <exception cref="InputException">There is none, or the file has faults.</exception>
    public static ImageSet Get(string name) =>
        IsPath(name) ? ImageSetFile.Read(name) : Find(name) ?? throw new InputException(Unknown(name) + ".");

    /// <summary>What to say of a name that is none.</summary>
    internal static string Unknown(string name) =>
        $"there is no image set '{name}'; accepted is one of {string.Join(", ", All.Select(set => set.Name))}, or a YAML file "
            + $"that " +
        $"describes one{Suggestion.For(name, All.Select(set => set.Name))}";

    private static RecordingSet Digits(string name, string description, params string[] speakers) => new(
        name, description, "audio8k-s16le.bin", "index.csv", "digit", 10, new LogMel(8000, 256, 200, 32, 32), "speaker",
        (speaker, take) => !speakers.Contains(speaker) ? null : take < 35 ? Split.Train : Split.Test)
    {
        FolderName = "fsdd",
    };

    private static RecordingSet Surroundings(string name, string description, Func<string, int, Split?> splitOf) => new(
        name, description, "audio16k-s16le.bin", "index.csv", "class", 10, new LogMel(16000, 1024, 1250, 32, 64), "fold", splitOf)
    {
        FolderName = "esc10-folds12",
    };
}
