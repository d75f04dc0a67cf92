using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// A weight, or some output channels of it, unfolded from what is stored of it. Operands, as far as there are any: mask, indices,
/// zero points of groups, values; result: the elements from <paramref name="First"/> on. What a part reads of mask, indices and kept weights is counted
/// as its even share: parts are read one after another, so that all of them together read the whole, once.
/// </summary>
/// <param name="Form">What is stored.</param>
/// <param name="Shape">Extents of the result.</param>
/// <param name="First">Element of the weight at which it begins.</param>
internal sealed record Decode(CompressedForm Form, Shape Shape, int First = 0) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "decode";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => Shape;

    /// <summary>Elements of the result that are kept: its even share.</summary>
    public double Kept => (double)Form.Kept * Shape.Count / Form.Elements;

    /// <summary>Id of the mask among the operands; null: there is none.</summary>
    public int? Mask(ImmutableArray<int> operands) => Form.IsPruned ? operands[0] : null;

    /// <summary>Id of the indices among the operands; null: there are none.</summary>
    public int? Indices(ImmutableArray<int> operands) =>
        Form.GroupBits is not null ? operands[^3] : Form.Entries is null ? null : operands[^2];

    /// <summary>Id of the zero points of groups among the operands; null: there are none.</summary>
    public int? Zeros(ImmutableArray<int> operands) => Form.GroupBits is null ? null : operands[^2];

    /// <summary>Id of the values among the operands.</summary>
    public static int Values(ImmutableArray<int> operands) => operands[^1];
}
