using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>What is done to images before a network sees them, after the corruption of the domain.</summary>
/// <param name="Resize">Size that they are brought to; null: they keep theirs.</param>
/// <param name="Crop">Size of the middle that is kept; null: all is.</param>
/// <param name="Reverse">True: the channels are reversed.</param>
/// <param name="Mean">Subtracted from each channel of pixels in 0..1; empty: nothing.</param>
/// <param name="Std">What each channel is then divided by; empty: 1.</param>
[Yaml("What is done to images before the network sees them, in the order of the keys, after the corruption of the domain.",
    Key = "prepare")]
public sealed record Preparation(
    [Yaml("HEIGHTxWIDTH that they are brought to, as 224x224, bilinearly; null: they keep theirs.")] string? Resize = null,
    [Yaml("HEIGHTxWIDTH of the middle that is kept; null: all is.")] string? Crop = null,
    [Yaml("True: channels in the opposite order, for networks that take blue, green, red.")] bool Reverse = false,
    [Yaml("Subtracted from each channel of pixels in 0..1, one number per channel.",
        Optional = true)] ImmutableArray<double> Mean = default,
    [Yaml("What each channel is then divided by, one number per channel.", Optional = true)] ImmutableArray<double> Std = default)
        : IChecked
{
    private const int MostChannels = 4;

    /// <summary>True when pixels leave 0..1.</summary>
    public bool Normalizes => !Mean.IsDefaultOrEmpty || !Std.IsDefaultOrEmpty;

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (Resize is not null && ImageSize.TryParse(Resize) is null)
            yield return new Problem("resize", $"found '{Resize}'; accepted is {ImageSize.Accepted}");
        if (Crop is not null && ImageSize.TryParse(Crop) is null)
            yield return new Problem("crop", $"found '{Crop}'; accepted is {ImageSize.Accepted}");
        if (!Mean.IsDefaultOrEmpty && (Mean.Length > MostChannels || Mean.Any(m => !(Math.Abs(m) <= 1000))))
            yield return new Problem("mean", "accepted are numbers from -1000 to 1000, one per channel");
        if (!Std.IsDefaultOrEmpty && (Std.Length > MostChannels || Std.Any(s => !(s is >= 1e-6 and <= 1000))))
            yield return new Problem("std", "accepted are numbers from 0.000001 to 1000, one per channel");
    }

    /// <summary>Shape of a sample after it.</summary>
    /// <param name="sample">[height, width, channels] before it.</param>
    /// <exception cref="InputException">There are other channels, or less than the middle that is kept.</exception>
    public Shape ShapeOf(Shape sample)
    {
        (int height, int width) = Resize is null ? (sample[0], sample[1]) : (Size(Resize).Height, Size(Resize).Width);
        if (Crop is not null)
        {
            ImageSize crop = Size(Crop);
            if (crop.Height > height || crop.Width > width)
                throw new InputException($"prepare.crop is {Crop}; images are {height}x{width}, accepted is no more.");
            (height, width) = (crop.Height, crop.Width);
        }

        foreach ((string key, ImmutableArray<double> values) in new[] { ("mean", Mean), ("std", Std) })
        {
            if (!values.IsDefaultOrEmpty && values.Length != sample[2])
                throw new InputException($"prepare.{key} has {values.Length} numbers; images have {sample[2]} channels.");
        }

        return [height, width, sample[2]];
    }

    /// <summary>Prepares samples in 0..1.</summary>
    /// <exception cref="InputException">As <see cref="ShapeOf"/>, or they would take more memory than is accepted.</exception>
    public Dataset Apply(Dataset samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Shape from = samples.SampleShape, to = ShapeOf(from);
        long bytes = samples.Count * to.Count * sizeof(float);
        if (bytes > 2 * InputBudget.MaxBytes)
        {
            throw new InputException(
                $"{samples.Count} images of {to} take {bytes} bytes in float32; twice what {InputBudget.Option} says is " +
                $"accepted, {2 * InputBudget.MaxBytes}.");
        }

        float[] images = new float[samples.Count * to.Count];
        int pixels = (int)to.Count;
        Parallel.For(0, samples.Count, i => One(samples.Image(i), from, to, images.AsSpan(i * pixels, pixels)));
        return new Dataset(to, samples.Classes, images, samples.Labels.ToArray());
    }

    private static ImageSize Size(string text) =>
        ImageSize.TryParse(text) ?? throw new InputException($"'{text}' is no size; accepted is {ImageSize.Accepted}.");

    private void One(ReadOnlySpan<float> image, Shape from, Shape to, Span<float> result)
    {
        (int height, int width, int channels) = (from[0], from[1], from[2]);
        if (Resize is not null)
        {
            ImageSize size = Size(Resize);
            image = Resampling.Resize(image, height, width, channels, size.Height, size.Width);
            (height, width) = (size.Height, size.Width);
        }

        (int top, int left) = ((height - to[0]) / 2, (width - to[1]) / 2);
        for (int y = 0; y < to[0]; y++)
            image.Slice((((top + y) * width) + left) * channels, to[1] * channels).CopyTo(result[(y * to[1] * channels)..]);
        for (int i = 0; Reverse && i < result.Length; i += channels)
            result.Slice(i, channels).Reverse();
        for (int i = 0; Normalizes && i < result.Length; i++)
        {
            double mean = Mean.IsDefaultOrEmpty ? 0 : Mean[i % channels], std = Std.IsDefaultOrEmpty ? 1 : Std[i % channels];
            result[i] = (float)((result[i] - mean) / std);
        }
    }
}
