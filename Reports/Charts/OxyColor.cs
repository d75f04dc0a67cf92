using System.Globalization;

namespace NpuSim.Reports.Charts;

/// <summary>A colour of 8 bits per channel.</summary>
/// <param name="A">Opacity: 255 is opaque.</param>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct OxyColor(byte A, byte R, byte G, byte B)
{
    /// <summary>An opaque colour.</summary>
    public static OxyColor FromRgb(byte r, byte g, byte b) => new(255, r, g, b);

    /// <summary>A colour with opacity <paramref name="a"/>.</summary>
    public static OxyColor FromArgb(byte a, byte r, byte g, byte b) => new(a, r, g, b);

    /// <summary>The same hue with another opacity.</summary>
    public static OxyColor FromAColor(byte a, OxyColor color) => color with { A = a };

    /// <summary>The colour without its opacity, as "#0072b2".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{R:x2}{G:x2}{B:x2}");
}
