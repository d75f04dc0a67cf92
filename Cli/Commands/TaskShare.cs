using System.Globalization;

namespace NpuSim.Cli.Commands;

/// <summary>Which of several tasks of a study one is, as 0/4.</summary>
internal static class TaskShare
{
    /// <summary>Share of the work, 0..1, at which the task begins: all begin elsewhere.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static double Of(string share)
    {
        string[] parts = share.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && index < count
            ? (double)index / count
            : throw new InputException($"--task '{share}': accepted is I/N with I from 0 to N − 1, as 0/4.");
    }
}
