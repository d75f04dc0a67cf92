using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>One plan as <c>npusim plan</c> shows it.</summary>
/// <param name="Task">What is planned: "inference", "bp", "qzo-ff".</param>
/// <param name="Format">Format and switches, as "fp16", "8w8a+m3".</param>
/// <param name="Scheme">Which parameters train; null for an inference.</param>
/// <param name="Reading">Its memory and cost.</param>
/// <param name="OnDeviceBytes">The on-device analytic count; null where it does not apply.</param>
public sealed record PlannedRun(string Task, string Format, string? Scheme, PlanReading Reading, double? OnDeviceBytes)
{
    /// <summary>Where the operands of a layer on its own lie, in words; null for a network, whose operations know.</summary>
    public string? Operands { get; init; }

    /// <summary>The same as the cost model takes it.</summary>
    public OperandPlace Place { get; init; }

    /// <summary>Samples of the step that the scratchpad has room for at once; 0: for none; null: not a step of a
    /// network.</summary>
    public int? FittingSamples { get; init; }

    /// <summary>As "qzo-ff 8w8a ft".</summary>
    public string Label => Scheme is null ? $"{Task} {Format}" : $"{Task} {Format} {Scheme}";

    /// <summary>The count of arXiv 2411.04036; null for an inference, which it does not cover.</summary>
    public long? PaperBytes => Scheme is null ? null : PaperConvention.Bytes(Reading.Plan);
}
