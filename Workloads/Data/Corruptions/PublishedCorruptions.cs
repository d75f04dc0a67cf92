using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>
/// The corruptions of CIFAR-10-C: Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
/// Perturbations", ICLR 2019 (arXiv 1903.12261), with the constants of the authors' program for 32×32 images
/// (github.com/hendrycks/robustness, ImageNet-C/create_c/make_cifar_c.py). Constants in pixels stay as they are for other sizes.
/// <para>
/// Random numbers are ours, so an image is not bit for bit the published one. Each result is cut down to whole 255ths, as there.
/// Frost alone differs in kind: see <see cref="FrostTexture"/>.
/// </para>
/// </summary>
internal static class PublishedCorruptions
{
    /// <summary>Severities are 1 to this.</summary>
    public const int MostSevere = 5;

    /// <summary>Corrupts one image in place.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="severity">1..5.</param>
    /// <param name="shape">[height, width, channels], at least 4 rows and columns.</param>
    /// <param name="pixels">In the order of <paramref name="shape"/>, in [0, 1].</param>
    /// <param name="random">The image's own stream.</param>
    public static void Apply(CorruptionKind kind, int severity, Shape shape, Span<float> pixels, RandomStream random)
    {
        int level = severity - 1;
        switch (kind)
        {
            case CorruptionKind.None:
                return;
            case CorruptionKind.GaussianNoise:
                Noises.Gaussian(pixels, level, random);
                break;
            case CorruptionKind.ShotNoise:
                Noises.Shot(pixels, level, random);
                break;
            case CorruptionKind.ImpulseNoise:
                Noises.Impulse(pixels, level, random);
                break;
            case CorruptionKind.DefocusBlur:
                Blurs.Defocus(shape, pixels, level);
                break;
            case CorruptionKind.GlassBlur:
                Blurs.Glass(shape, pixels, level, random);
                break;
            case CorruptionKind.MotionBlur:
                Blurs.Motion(shape, pixels, level, random);
                break;
            case CorruptionKind.ZoomBlur:
                Blurs.Zoom(shape, pixels, level);
                break;
            case CorruptionKind.Snow:
                Weathers.Snow(shape, pixels, level, random);
                break;
            case CorruptionKind.Frost:
                Weathers.Frost(shape, pixels, level, random);
                break;
            case CorruptionKind.Fog:
                Weathers.Fog(shape, pixels, level, random);
                break;
            case CorruptionKind.Brightness:
                Weathers.Brightness(shape, pixels, level);
                break;
            case CorruptionKind.Contrast:
                Digital.Contrast(shape, pixels, level);
                break;
            case CorruptionKind.Elastic:
                Digital.Elastic(shape, pixels, level, random);
                break;
            case CorruptionKind.Pixelate:
                Digital.Pixelate(shape, pixels, level);
                break;
            case CorruptionKind.Jpeg:
                Digital.Jpeg(shape, pixels, level);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }

        Bytes.Truncate(pixels);
    }
}
