using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>What a tensor is to a training step; the classes of the memory breakdown.</summary>
public enum TensorRole
{
    /// <summary>Images and labels of the batch.</summary>
    Input,

    /// <summary>A parameter that no method changes.</summary>
    FrozenWeight,

    /// <summary>A parameter that training changes.</summary>
    TrainedWeight,

    /// <summary>A result read only by the pass that made it.</summary>
    Activation,

    /// <summary>A forward result that a backward operation reads.</summary>
    SavedActivation,

    /// <summary>Gradient of the loss with respect to an activation.</summary>
    ActivationGradient,

    /// <summary>Gradient of the loss with respect to a trained weight, or an estimate of it.</summary>
    WeightGradient,

    /// <summary>Perturbed weights and what else a forward-gradient method needs to probe.</summary>
    Perturbation,

    /// <summary>A frozen weight unfolded from its compressed form.</summary>
    DecodedWeight,

    /// <summary>State an optimiser keeps between steps (momentum).</summary>
    OptimizerState,
}

/// <summary>One tensor of a plan.</summary>
/// <param name="Id">Index in <see cref="Plan.Tensors"/>.</param>
/// <param name="Name">Unique in the plan.</param>
/// <param name="Shape">Extents.</param>
/// <param name="Format">Storage format.</param>
/// <param name="Role">Class in the memory breakdown.</param>
/// <param name="ViewOf">Id of the tensor whose memory this one is, under another shape or a part of it; null when it has its
/// own.</param>
/// <param name="Source">Id of the graph value it holds; null for tensors that only the method needs.</param>
/// <param name="First">
/// Element of the other tensor at which a part begins: a part of a weight is some of its output channels, one after another; a
/// part of a result is some channels (innermost axis) of every position.
/// </param>
public sealed record PlanTensor(int Id, string Name, Shape Shape, NumberFormat Format, TensorRole Role, int? ViewOf = null,
    int? Source = null, int First = 0)
{
    /// <summary>Size in bytes.</summary>
    public long Bytes => Format.BytesFor(Shape.Count);

    /// <summary>True for what stays from step to step (weights, optimiser state): not part of the scratch memory.</summary>
    public bool IsPersistent => Role is TensorRole.FrozenWeight or TensorRole.TrainedWeight or TensorRole.OptimizerState;
}

/// <summary>Which part of a training step an operation belongs to.</summary>
public enum Phase
{
    /// <summary>A forward pass without perturbation.</summary>
    Forward,

    /// <summary>Drawing z and forming perturbed weights.</summary>
    Perturb,

    /// <summary>The forward pass at w + εz.</summary>
    ForwardPlus,

    /// <summary>The forward pass at w − εz.</summary>
    ForwardMinus,

    /// <summary>The backward pass.</summary>
    Backward,

    /// <summary>The weight update.</summary>
    Update,
}

/// <summary>Which unit runs an operation.</summary>
public enum Unit
{
    /// <summary>The engine: matrix products in integers.</summary>
    Engine,

    /// <summary>The vector unit: all other integer operations.</summary>
    Vector,

    /// <summary>The host core: float operations.</summary>
    Host,
}

/// <summary>One operation of a training step.</summary>
/// <param name="Index">Position in <see cref="Plan.Ops"/>.</param>
/// <param name="Name">As "conv1" or "perturb conv1.weight".</param>
/// <param name="Op">What is computed; an operation of a graph or one of the training operations in Planning.</param>
/// <param name="Inputs">Ids of the tensors it reads.</param>
/// <param name="Output">Id of the tensor it writes; an update writes the tensor it also reads first.</param>
/// <param name="Phase">Part of the step.</param>
/// <param name="Unit">Where it runs.</param>
/// <param name="Direction">Which of the m directions it belongs to; 0 where there is one.</param>
/// <param name="Frozen">True when no trained weight feeds it: same result every step for the same sample.</param>
/// <param name="Rectifier">The ReLU that is part of the operation: the result is clamped as it leaves the engine; null:
/// none.</param>
/// <param name="Loop">
/// Which loop over the micro-batches of the step it belongs to, from 1: neighbours of one loop run together, once for each
/// micro-batch (<see cref="Plan.Rounds"/>); 0: it runs once a step.
/// </param>
public sealed record PlannedOp(
    int Index, string Name, Op Op, ImmutableArray<int> Inputs, int Output, Phase Phase, Unit Unit, int Direction = 0,
    bool Frozen = false,
    Relu? Rectifier = null, int Loop = 0)
{
    /// <summary>In fixed point: random bits by which it rounds, 1..32; 0: as the accelerator rounds.</summary>
    public int RandomBits { get; init; }
}

/// <summary>
/// The operations of one training step (or one inference) on one accelerator, in the order in which they run. Memory, timing and
/// execution are three readings of this one list: what is costed is what is run. Immutable.
/// </summary>
/// <param name="Name">As "qzo-ff 16w8a ft, cnn, batch 32".</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Tensors">Every tensor; <see cref="PlanTensor.Id"/> is its index.</param>
/// <param name="Ops">Every operation, in order.</param>
/// <exception cref="InvalidOperationException">A view is no view of its owner: see <see cref="Views"/>.</exception>
public sealed record Plan(string Name, int Batch, ImmutableArray<PlanTensor> Tensors, ImmutableArray<PlannedOp> Ops)
{
    /// <summary>Every operation, in order.</summary>
    public ImmutableArray<PlannedOp> Ops { get; init; } = Views.Checked(Name, Tensors, Ops);

    /// <summary>Micro-batches that a step is cut into, how often each loop runs; 1: the samples of a step run at
    /// once.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Samples that run at once: those of a micro-batch, or of the step.</summary>
    public int SamplesAtOnce => Batch / Rounds;

    /// <summary>How often an operation runs in a step.</summary>
    public int RunsOf(PlannedOp op) => op.Loop == 0 ? 1 : Rounds;

    /// <summary>Index after the last of the neighbours of an operation that belong to the same loop, or to none.</summary>
    /// <param name="first">Index of the operation.</param>
    public int EndOf(int first)
    {
        int end = first;
        while (end < Ops.Length && Ops[end].Loop == Ops[first].Loop)
            end++;
        return end;
    }

    /// <summary>The tensor that owns the memory of <paramref name="id"/>: itself, or what it is a view of.</summary>
    public PlanTensor Owner(int id)
    {
        PlanTensor tensor = Tensors[id];
        while (tensor.ViewOf is int under)
            tensor = Tensors[under];
        return tensor;
    }

    /// <summary>Shapes of an operation's operands.</summary>
    public ImmutableArray<Shape> InputShapes(PlannedOp op) => [.. op.Inputs.Select(i => Tensors[i].Shape)];
}
