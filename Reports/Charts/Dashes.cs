namespace NpuSim.Reports.Charts;

/// <summary>Dash patterns of lines, in pixels: wide enough that a line below a dashed one is seen.</summary>
internal static class Dashes
{
    private static readonly double[]?[] Patterns = [null, [7, 4], [2, 3], [8, 3, 2, 3]];

    /// <summary>The pattern with a number: unbroken, dashes, dots, dashes and dots, and so on from the start.</summary>
    public static double[]? Of(int number) => Patterns[number % Patterns.Length];
}
