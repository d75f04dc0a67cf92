using NpuSim.Yaml;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>The fifteen corruptions of CIFAR-10-C.</summary>
public enum CorruptionKind
{
    /// <summary>None of them.</summary>
    [Yaml("none of them")]
    None,

    /// <summary>Normal noise on every number.</summary>
    [Yaml("normal noise on every number")]
    GaussianNoise,

    /// <summary>Every number as a count of few photons.</summary>
    [Yaml("every number as a count of few photons (Poisson)")]
    ShotNoise,

    /// <summary>Some numbers become 0 or 1.</summary>
    [Yaml("some numbers become 0 or 1")]
    ImpulseNoise,

    /// <summary>A disc, softened: a lens out of focus.</summary>
    [Yaml("a softened disc: a lens out of focus")]
    DefocusBlur,

    /// <summary>Neighbours exchanged between two Gaussian blurs.</summary>
    [Yaml("pixels taken from a neighbour, between two Gaussian blurs")]
    GlassBlur,

    /// <summary>Half a Gaussian along a random direction.</summary>
    [Yaml("half a Gaussian along a random direction within 45° of the rows")]
    MotionBlur,

    /// <summary>Mean of growing magnifications.</summary>
    [Yaml("the mean of growing magnifications")]
    ZoomBlur,

    /// <summary>Streaks of white on a whitened image.</summary>
    [Yaml("falling streaks of white on a whitened image")]
    Snow,

    /// <summary>Ice crystals before a darkened image.</summary>
    [Yaml("ice crystals before a darkened image; drawn, where the published one takes photographs of frost")]
    Frost,

    /// <summary>A fractal cloud, and less contrast.</summary>
    [Yaml("a fractal cloud, and less contrast")]
    Fog,

    /// <summary>A higher value in the HSV colour space.</summary>
    [Yaml("a higher value in the HSV colour space")]
    Brightness,

    /// <summary>Less distance from each channel's mean.</summary>
    [Yaml("less distance from each channel's mean")]
    Contrast,

    /// <summary>A random affine map and a smooth random displacement.</summary>
    [Yaml("a random affine map and a smooth random displacement")]
    Elastic,

    /// <summary>Fewer pixels, and back.</summary>
    [Yaml("scaled down to fewer pixels and up again")]
    Pixelate,

    /// <summary>Coded by JPEG.</summary>
    [Yaml("coded and decoded by JPEG, colours at half resolution")]
    Jpeg,
}
