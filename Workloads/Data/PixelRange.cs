using System.Globalization;

namespace NpuSim.Workloads.Data;

/// <summary>What numbers a network takes for pixels: images are in 0..1, networks of others often take 0..255 or −1..1.</summary>
/// <param name="Black">What 0 becomes.</param>
/// <param name="White">What 1 becomes.</param>
public readonly record struct PixelRange(float Black, float White)
{
    /// <summary>0..1: pixels as they are.</summary>
    public static PixelRange Unit { get; } = new(0, 1);

    /// <summary>Reads what <see cref="ToString"/> writes: "0..255".</summary>
    /// <exception cref="InputException">The text is not of that form.</exception>
    public static PixelRange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text) ?? throw new InputException(
            $"'{text}' is no range of pixels; accepted is BLACK..WHITE such as 0..255 or -1..1.");
    }

    /// <summary>As <see cref="Parse"/>; null where the text is not of that form.</summary>
    public static PixelRange? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] ends = text.Split("..");
        return ends.Length == 2 && Number(ends[0]) is { } black && Number(ends[1]) is { } white && black != white
            ? new(black, white) : null;
    }

    /// <summary>As "0..255".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Black}..{White}");

    /// <summary>Pixels in 0..1 brought to this range: black + pixel · (white − black).</summary>
    public float[] Apply(ReadOnlySpan<float> pixels)
    {
        float[] values = new float[pixels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = Black + (pixels[i] * (White - Black));
        return values;
    }

    /// <summary>Pixels of another range brought to this one.</summary>
    /// <param name="pixels">In the range <paramref name="from"/>.</param>
    /// <param name="from">Their range.</param>
    public float[] Apply(ReadOnlySpan<float> pixels, PixelRange from)
    {
        if (from == this)
            return pixels.ToArray();
        float[] unit = new float[pixels.Length];
        for (int i = 0; i < unit.Length; i++)
            unit[i] = (pixels[i] - from.Black) / (from.White - from.Black);
        return Apply(unit);
    }

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out float number)
            && float.IsFinite(number) ? number : null;
}
