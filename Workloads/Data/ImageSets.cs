using System.Collections.Immutable;

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
    ];

    /// <summary>The set of that name, or null.</summary>
    public static ImageSet? Find(string name) => All.FirstOrDefault(set => set.Name == name);

    /// <summary>The set of that name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static ImageSet Get(string name) =>
        Find(name) ?? throw new InputException(
            $"there is no image set {name}; accepted is one of {string.Join(", ", All.Select(set => set.Name))}.");
}
