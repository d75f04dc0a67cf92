using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// A step of training, or an inference, with a place for every tensor. It is made once; the memory report, the price and the
/// execution read it, so that what runs is what was reported: at the same addresses.
/// </summary>
/// <param name="Plan">What is done, in order.</param>
/// <param name="Layout">Where every tensor lies.</param>
public sealed record Step(Plan Plan, MemoryLayout Layout)
{
    private const int HostAlignmentBytes = 64;

    /// <summary>One training step on an accelerator.</summary>
    /// <param name="profile">The accelerator, whose alignment the arena keeps.</param>
    /// <param name="graph">The network at the batch wanted, with outputs "logits" and "loss".</param>
    /// <param name="method">The training method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs, or nothing trains.</exception>
    /// <exception cref="InputException">
    /// A weight trains in part, which only backpropagation can do, or sizes leave 64 bits.
    /// </exception>
    public static Step Of(HardwareProfile profile, Graph graph, Method method, TuningScheme scheme) =>
        Of(profile, scheme.Tune(graph), method);

    /// <summary>One training step of a network under a tuning scheme.</summary>
    /// <param name="profile">The accelerator, whose alignment the arena keeps.</param>
    /// <param name="tuning">The network at the batch wanted, with outputs "logits" and "loss", and what of it trains.</param>
    /// <param name="method">The training method.</param>
    /// <exception cref="GraphException">An operation has no derivative that the method needs.</exception>
    /// <exception cref="InputException">
    /// A weight trains in part, which only backpropagation can do, or sizes leave 64 bits.
    /// </exception>
    public static Step Of(HardwareProfile profile, Tuning tuning, Method method) =>
        Of(profile, StepPlanner.TrainingStep(tuning, MicroBatch.Resolved(profile, tuning, method)));

    /// <summary>One inference: a forward pass.</summary>
    /// <param name="profile">The accelerator, whose alignment the arena keeps.</param>
    /// <param name="graph">The network at the batch wanted, with output "logits".</param>
    /// <param name="formats">Formats it runs in.</param>
    public static Step Inference(HardwareProfile profile, Graph graph, OperandFormats formats) =>
        Of(profile, Planner.Inference(graph, formats, ImmutableHashSet<string>.Empty));

    /// <summary>A plan laid out for an accelerator.</summary>
    /// <param name="profile">The accelerator, whose alignment the arena keeps.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="InputException">Sizes leave 64 bits.</exception>
    public static Step Of(HardwareProfile profile, Plan plan) => Of(plan, profile.Memory.AlignmentBytes);

    /// <summary>A plan laid out at an alignment.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="alignmentBytes">A power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">The alignment is no power of two.</exception>
    /// <exception cref="InputException">Sizes leave 64 bits.</exception>
    public static Step Of(Plan plan, int alignmentBytes) => new(plan, MemoryPlanner.Lay(plan, alignmentBytes));

    /// <summary>A plan for no accelerator, which the host runs beside: calibration, pre-training, a teacher.</summary>
    /// <param name="plan">The plan.</param>
    public static Step OnHost(Plan plan) => Of(plan, HostAlignmentBytes);
}
