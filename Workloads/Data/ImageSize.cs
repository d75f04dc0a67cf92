using System.Globalization;

namespace NpuSim.Workloads.Data;

/// <summary>Rows and columns of images, as "224x224".</summary>
/// <param name="Height">Rows, 1 to 4096.</param>
/// <param name="Width">Columns, 1 to 4096.</param>
internal readonly record struct ImageSize(int Height, int Width)
{
    private const int Most = 4096;

    /// <summary>What is accepted, for messages.</summary>
    public static string Accepted => $"HEIGHTxWIDTH, each 1 to {Most}, as 224x224";

    /// <summary>Reads "224x224"; null where the text is not of that form.</summary>
    public static ImageSize? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('x');
        return parts.Length == 2 && Number(parts[0]) is { } height && Number(parts[1]) is { } width ? new(height, width) : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= Most ? number
            : null;
}
