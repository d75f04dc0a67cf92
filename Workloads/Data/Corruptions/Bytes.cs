namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>Numbers in [0, 1] as bytes.</summary>
internal static class Bytes
{
    // What keeps a whole number of 255ths from falling below itself by rounding.
    private const double Tolerance = 1.0 / 1024;

    /// <summary>Clips to [0, 1] and cuts down to whole 255ths.</summary>
    public static void Truncate(Span<float> pixels)
    {
        foreach (ref float pixel in pixels)
            pixel = (float)(Math.Floor((255 * Math.Clamp((double)pixel, 0, 1)) + Tolerance) / 255);
    }

    /// <summary>Clips to [0, 1] and rounds to whole 255ths, ties upwards.</summary>
    public static void Round(Span<float> pixels)
    {
        foreach (ref float pixel in pixels)
            pixel = (float)(Math.Floor((255 * Math.Clamp((double)pixel, 0, 1)) + 0.5) / 255);
    }
}
