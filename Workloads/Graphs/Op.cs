using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs;

/// <summary>
/// An operation: a small immutable record of its attributes. It knows the shape of its result, its multiply-accumulates and its
/// derivative, which it states as more operations, so that a backward pass is an ordinary graph.
/// </summary>
public abstract record Op
{
    /// <summary>Name in plans and reports: "conv2d".</summary>
    public abstract string Name { get; }

    /// <summary>Shape of the result.</summary>
    /// <exception cref="GraphException">The operands do not fit this operation.</exception>
    public abstract Shape Infer(ImmutableArray<Shape> inputs);

    /// <summary>This operation as matrix products, or null when it is none.</summary>
    public virtual Contraction? AsContraction(ImmutableArray<Shape> inputs) => null;

    /// <summary>Multiply-accumulates.</summary>
    public long Macs(ImmutableArray<Shape> inputs) => AsContraction(inputs)?.Macs ?? 0;

    /// <summary>True when the result is the operand's memory under another shape: no work, no bytes.</summary>
    public virtual bool IsView => false;

    /// <summary>
    /// True when the result may take the first operand's memory: element i of the result needs only element i of it.
    /// </summary>
    public virtual bool InPlace => false;

    /// <summary>True when the result is the mean loss of the batch.</summary>
    public virtual bool IsLoss => false;

    /// <summary>
    /// Adds to <paramref name="graph"/> the gradient of the loss with respect to operand <paramref name="input"/>.
    /// </summary>
    /// <param name="graph">Where the operations go.</param>
    /// <param name="node">The application being differentiated.</param>
    /// <param name="gradient">Gradient of the loss with respect to the node's result, of the result's shape.</param>
    /// <param name="input">Index of the operand.</param>
    /// <returns>A value of the operand's shape, or null where the derivative is zero or undefined (labels).</returns>
    /// <exception cref="GraphException">The operation has no derivative here (gradients of gradient operations).</exception>
    public virtual Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        throw new GraphException($"{Name} has no derivative.");

    /// <summary>
    /// Adds to <paramref name="graph"/> the forward derivative of the result: ẏ = Σ ∂y/∂xᵢ · ẋᵢ over the operands with a tangent.
    /// </summary>
    /// <param name="graph">Where the operations go.</param>
    /// <param name="node">The application being differentiated.</param>
    /// <param name="tangents">ẋᵢ of each operand, of its shape; null where it is zero. At least one is not.</param>
    /// <returns>A value of the result's shape, or null where the tangent is zero.</returns>
    /// <exception cref="GraphException">The operation has no forward derivative here.</exception>
    public virtual Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        throw new GraphException($"{Name} has no forward derivative.");
}

/// <summary>
/// Matrix products as an accelerator sees them: <paramref name="Count"/> independent products [M, K] · [K, N]. A convolution is
/// one by im2col (per group): M = batch·OH·OW, N = filters, K = FH·FW·Cin.
/// </summary>
/// <param name="Kind">The kernel class, which decides the cost on engines whose kernels differ.</param>
/// <param name="Count">Independent products: groups, or batch·heads of a batched matrix product.</param>
/// <param name="M">Rows of the streamed operand.</param>
/// <param name="N">Columns of the weight operand.</param>
/// <param name="K">Reduction length.</param>
/// <param name="Window">Geometry of the convolution, or of the one whose gradient this is; null for plain products.</param>
public sealed record Contraction(ContractionKind Kind, long Count, long M, long N, long K, Window? Window = null)
{
    /// <summary>Multiply-accumulates.</summary>
    public long Macs => checked(Count * M * N * K);
}

/// <summary>Kernel classes of matrix products.</summary>
public enum ContractionKind
{
    /// <summary>Spatial convolution.</summary>
    Convolution,

    /// <summary>Depthwise convolution: one input channel per filter.</summary>
    Depthwise,

    /// <summary>1×1 convolution.</summary>
    Pointwise,

    /// <summary>Fully connected layer.</summary>
    FullyConnected,

    /// <summary>Product of two activations.</summary>
    MatMul,
}

/// <summary>
/// Operands do not fit an operation, or a graph is not what an algorithm needs. The message names operation and shapes.
/// </summary>
public sealed class GraphException(string message) : InputException(message);
