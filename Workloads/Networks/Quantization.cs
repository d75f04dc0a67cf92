using System.Collections.Immutable;

namespace NpuSim.Workloads.Networks;

/// <summary>What the integers of a value stand for: real = step · (integer − zero point).</summary>
/// <param name="Steps">One step above 0, or one per output channel of a weight.</param>
/// <param name="ZeroPoint">Integer that stands for 0, −128..127; 0 for weights of one step per channel.</param>
public sealed record ValueScale(ImmutableArray<float> Steps, int ZeroPoint = 0);

/// <summary>How a network was quantised elsewhere: all that an 8-bit machine needs beside the graph. Immutable.</summary>
/// <param name="Scales">By value name: inputs, results and 8-bit parameters, but not biases.</param>
/// <param name="Numbers">See <see cref="Integers"/>.</param>
public sealed record Quantization(
    IReadOnlyDictionary<string, ValueScale> Scales, Lazy<IReadOnlyDictionary<string, int[]>> Numbers)
{
    /// <summary>
    /// By parameter name: 8-bit integers of those with a scale; 32-bit integers of biases, which start the accumulator and have
    /// its scale. Read when they are first asked for: a plan needs none.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> Integers => Numbers.Value;
}
