using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Parameters of fixed-point networks that are stored once but not read alike: biases of several layers, each of which starts an
/// accumulator of its own scale, and what operations read in unequal formats. They are stored like trained ones and brought to
/// what each operation needs just before it.
/// </summary>
internal static class SharedParameters
{
    /// <summary>Their value ids.</summary>
    /// <param name="nodes">The operations of the network.</param>
    /// <param name="formats">Formats it runs in; a network that was quantised elsewhere gives the integers of each accumulator itself.</param>
    public static HashSet<int> Of(IEnumerable<Node> nodes, OperandFormats formats) => !formats.IsFixedPoint || formats.NarrowLogits ? [] :
    [
        .. nodes.SelectMany(n => n.Inputs.Select((v, i) => (Value: v, IsBias: n.Op is Linear or Conv2d && i == 2, Format: formats.OfOperand(n, i))))
            .Where(read => read.Value.Kind == ValueKind.Parameter).GroupBy(read => read.Value.Id)
            .Where(reads => reads.Count() > 1 && (reads.Any(read => read.IsBias) || reads.DistinctBy(read => read.Format).Count() > 1))
            .Select(reads => reads.Key),
    ];
}
