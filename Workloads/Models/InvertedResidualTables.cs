using System.Collections.Immutable;

namespace NpuSim.Workloads.Models;

/// <summary>Blocks of published networks of inverted residuals.</summary>
internal static class InvertedResidualTables
{
    /// <summary>MCUNet-5FPS, for 128×128 images (arXiv 2007.10319; layers as in the source code of arXiv 2206.15472).</summary>
    public static ImmutableArray<InvertedResidual> McuNet5Fps { get; } =
    [
        new(3, 16, 8, 1), new(3, 32, 16, 2), new(3, 48, 16, 1), new(7, 48, 24, 2), new(3, 120, 24, 1),
        new(3, 120, 40, 2), new(7, 160, 40, 1), new(5, 160, 48, 1), new(3, 144, 48, 1), new(3, 192, 48, 1),
        new(7, 240, 96, 2), new(5, 384, 96, 1), new(5, 384, 96, 1), new(3, 576, 160, 1),
    ];

    /// <summary>
    /// ProxylessNAS at 0.3 of its width, for 128×128 images (arXiv 1812.00332; layers as in the source code of arXiv 2206.15472).
    /// </summary>
    public static ImmutableArray<InvertedResidual> ProxylessNasW03 { get; } =
    [
        new(3, 16, 8, 1), new(5, 24, 16, 2), new(3, 48, 16, 1), new(7, 48, 16, 2), new(3, 48, 16, 1),
        new(5, 48, 16, 1), new(5, 48, 16, 1), new(7, 96, 24, 2), new(5, 72, 24, 1), new(5, 72, 24, 1),
        new(5, 72, 24, 1), new(5, 144, 32, 1), new(5, 96, 32, 1), new(5, 96, 32, 1), new(5, 96, 32, 1),
        new(7, 192, 64, 2), new(7, 384, 64, 1), new(7, 192, 64, 1), new(7, 192, 64, 1), new(7, 384, 96, 1),
    ];

    /// <summary>MobileNetV2 (arXiv 1801.04381, table 2) with all channels scaled.</summary>
    /// <param name="width">Width multiplier, above 0.</param>
    public static ImmutableArray<InvertedResidual> MobileNetV2(double width)
    {
        var blocks = ImmutableArray.CreateBuilder<InvertedResidual>();
        int channels = Channels(32, width);
        foreach ((int expansion, int filters, int repeats, int stride) in new[]
            { (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1) })
        {
            for (int i = 0; i < repeats; i++)
            {
                int scaled = Channels(filters, width);
                blocks.Add(new(3, channels * expansion, scaled, i == 0 ? stride : 1));
                channels = scaled;
            }
        }

        return blocks.ToImmutable();
    }

    /// <summary>
    /// Channels of a layer at a width: the nearest multiple of 8, the next one where that is more than a tenth too few.
    /// </summary>
    public static int Channels(int channels, double width)
    {
        double wanted = channels * width;
        int nearest = Math.Max(8, (int)(wanted + 4) / 8 * 8);
        return nearest < 0.9 * wanted ? nearest + 8 : nearest;
    }
}
