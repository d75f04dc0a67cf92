using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OxyPlot;

namespace NpuSim.Reports.Charts;

/// <summary>
/// The colours of charts: those of Okabe and Ito ("Color Universal Design", 2008), which people with any colour vision tell
/// apart. Each is written as a CSS variable with a light and a dark value, so that a page or an image follows the reader's
/// preference.
/// </summary>
internal static class Palette
{
    /// <summary>Text, axes and marks.</summary>
    public static readonly OxyColor Ink = OxyColor.FromRgb(0x1f, 0x24, 0x2b);

    /// <summary>Secondary text.</summary>
    public static readonly OxyColor Muted = OxyColor.FromRgb(0x59, 0x63, 0x6e);

    /// <summary>Grid lines.</summary>
    public static readonly OxyColor Grid = OxyColor.FromRgb(0xdd, 0xe1, 0xe6);

    /// <summary>What is behind a chart.</summary>
    public static readonly OxyColor Paper = OxyColor.FromRgb(0xff, 0xff, 0xfe);

    /// <summary>Points that something else beats.</summary>
    public static readonly OxyColor Dimmed = OxyColor.FromRgb(0xa8, 0xb0, 0xb9);

    /// <summary>
    /// Blue, vermilion, bluish green, orange, sky blue, reddish purple, yellow and grey, in the order in which series take them.
    /// </summary>
    public static readonly ImmutableArray<OxyColor> Series =
    [
        OxyColor.FromRgb(0x00, 0x72, 0xb2), OxyColor.FromRgb(0xd5, 0x5e, 0x00), OxyColor.FromRgb(0x00, 0x9e, 0x73),
        OxyColor.FromRgb(0xe6, 0x9f, 0x00), OxyColor.FromRgb(0x56, 0xb4, 0xe9), OxyColor.FromRgb(0xcc, 0x79, 0xa7),
        OxyColor.FromRgb(0xf0, 0xe4, 0x42), OxyColor.FromRgb(0x7a, 0x7a, 0x7a),
    ];

    private static readonly (string Name, OxyColor Light, string Dark)[] Variables =
    [
        ("ink", Ink, "#e6e9ed"), ("muted", Muted, "#a6b0bb"), ("grid", Grid, "#353c45"), ("paper", Paper, "#14181d"),
        ("dimmed", Dimmed, "#5c6670"),
        ("s1", Series[0], "#3b9bdc"), ("s2", Series[1], "#f0803c"), ("s3", Series[2], "#1fbf91"), ("s4", Series[3], "#f0b23c"),
        ("s5", Series[4], "#8fd0f7"), ("s6", Series[5], "#dd9bbf"), ("s7", Series[6], "#f5ec70"), ("s8", Series[7], "#9a9a9a"),
    ];

    /// <summary>The colour as CSS: by its variable, with the light value for readers that know no variables.</summary>
    public static string Css(OxyColor color)
    {
        OxyColor opaque = OxyColor.FromAColor(255, color);
        string? name = Variables.FirstOrDefault(v => v.Light.Equals(opaque)).Name;
        return name is null ? Hex(opaque) : $"var(--{name},{Hex(opaque)})";
    }

    /// <summary>CSS rules that define the variables for light, dark and print.</summary>
    /// <param name="root">The element they are set on, as ":root" or "svg".</param>
    public static string StyleSheet(string root)
    {
        string light = string.Concat(Variables.Select(v => $"--{v.Name}:{Hex(v.Light)};")),
            dark = string.Concat(Variables.Select(v => $"--{v.Name}:{v.Dark};"));
        return new StringBuilder()
            .Append($"{root}{{{light}}}\n")
            .Append($"@media screen and (prefers-color-scheme:dark){{{root}{{{dark}}}}}\n")
            .ToString();
    }

    private static string Hex(OxyColor color) =>
        string.Create(CultureInfo.InvariantCulture, $"#{color.R:x2}{color.G:x2}{color.B:x2}");
}
