using NpuSim.Random;
using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>Random changes to the images of each step of pre-training that do not change what they show.</summary>
/// <param name="Flip">True: every other image, by chance, is mirrored left to right.</param>
/// <param name="Shift">Most pixels by which an image is moved, in each direction; what moves in is black.</param>
[Yaml("Random changes to the images of each step: each is mirrored by chance, then moved (padded with black and cropped, as "
    + "arXiv " +
    "1512.03385 does), drawn for each step and sample.", Key = "augment")]
public sealed record Augmentation(
    [Yaml("True: an image is mirrored left to right with probability ½.")] bool Flip = false,
    [Yaml("Most pixels by which an image is moved down or up and right or left; what moves in is black.", Min = 0,
        Max = 1024)] int Shift = 0)
{
    /// <summary>Changes one image: mirrored first, then moved.</summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="image">In the order of <paramref name="shape"/>.</param>
    /// <param name="black">Value of a pixel that moves in.</param>
    /// <param name="random">The image's own stream.</param>
    /// <param name="result">Of the image's length; must not overlap it.</param>
    /// <exception cref="ArgumentException">The lengths are not that of the shape.</exception>
    public void Apply(Shape shape, ReadOnlySpan<float> image, float black, RandomStream random, Span<float> result)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (shape.Rank != 3 || shape.Count != image.Length || image.Length != result.Length)
            throw new ArgumentException($"{image.Length} and {result.Length} pixels for an image of {shape}.", nameof(image));
        bool mirrored = Flip && random.NextInt32(2) == 1;
        int down = random.NextInt32((2 * Shift) + 1) - Shift, right = random.NextInt32((2 * Shift) + 1) - Shift;
        (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
        result.Fill(black);
        for (int y = Math.Max(0, down); y < Math.Min(height, height + down); y++)
        {
            for (int x = Math.Max(0, right); x < Math.Min(width, width + right); x++)
            {
                int column = mirrored ? width - 1 - (x - right) : x - right;
                image.Slice((((y - down) * width) + column) * channels, channels)
                    .CopyTo(result[(((y * width) + x) * channels)..]);
            }
        }
    }
}
