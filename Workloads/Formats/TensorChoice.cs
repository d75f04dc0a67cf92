using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>What a file says of a tensor before its numbers.</summary>
/// <param name="Shape">Extents; a scalar is [1].</param>
/// <param name="Type">Type of its elements, as the file's format calls it.</param>
public readonly record struct TensorHead(Shape Shape, string Type);

/// <summary>
/// Says which tensors of a file are read, before a number of any is. May refuse the file with an <see cref="InputException"/>.
/// </summary>
/// <param name="heads">What the file says of each tensor, by its name.</param>
/// <returns>Names of those to read, each among the keys.</returns>
public delegate IEnumerable<string> TensorChoice(IReadOnlyDictionary<string, TensorHead> heads);
