namespace NpuSim.Accelerators.Vectors;

/// <summary>How a test vector came out.</summary>
/// <param name="Name">The vector's name.</param>
/// <param name="FirstDifference">Index of the first element that differs; −1 when all are equal.</param>
/// <param name="Expected">What the vector says there.</param>
/// <param name="Actual">What the kernel gave there.</param>
public readonly record struct VectorOutcome(string Name, int FirstDifference, long Expected, long Actual)
{
    /// <summary>True when every element is equal.</summary>
    public bool Passed => FirstDifference < 0;
}
