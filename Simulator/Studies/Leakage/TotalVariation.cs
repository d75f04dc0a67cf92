using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Mean difference of neighbouring pixels, which is small for pictures and large for noise.</summary>
internal static class TotalVariation
{
    /// <summary>weight · (mean |right − left| + mean |lower − upper|) over all images; its derivative is added to a
    /// slope.</summary>
    /// <param name="images">[batch, height, width, channels].</param>
    /// <param name="image">[height, width, channels].</param>
    /// <param name="weight">Factor.</param>
    /// <param name="slope">Of the images; empty: none is wanted.</param>
    public static double Of(ReadOnlySpan<double> images, Shape image, double weight, Span<double> slope)
    {
        (int height, int width, int channels) = (image[0], image[1], image[2]);
        int batch = images.Length / (int)image.Count;
        double rows = weight / Math.Max(1, (double)batch * (height - 1) * width * channels);
        double columns = weight / Math.Max(1, (double)batch * height * (width - 1) * channels), sum = 0;
        for (int i = 0; i < images.Length; i++)
        {
            int y = i / channels / width % height, x = i / channels % width;
            if (x + 1 < width)
                sum += Pair(images, slope, i, i + channels, columns);
            if (y + 1 < height)
                sum += Pair(images, slope, i, i + (channels * width), rows);
        }

        return sum;
    }

    private static double Pair(ReadOnlySpan<double> images, Span<double> slope, int first, int second, double weight)
    {
        double difference = images[second] - images[first];
        if (!slope.IsEmpty)
        {
            slope[second] += weight * Math.Sign(difference);
            slope[first] -= weight * Math.Sign(difference);
        }

        return weight * Math.Abs(difference);
    }
}
