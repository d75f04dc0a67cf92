using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>What a study compares.</summary>
/// <param name="Profiles">Accelerators.</param>
/// <param name="Methods">Training methods.</param>
/// <param name="Schemes">Which parameters train.</param>
/// <param name="Seeds">One run each.</param>
/// <param name="Settings">Step sizes of a method in a scheme.</param>
/// <param name="Threads">Runs at the same time; no result depends on it.</param>
public sealed record StudyRequest(
    ImmutableArray<HardwareProfile> Profiles,
    ImmutableArray<Method> Methods,
    ImmutableArray<TuningScheme> Schemes,
    ImmutableArray<ulong> Seeds,
    Func<Method, TuningScheme, TrainingSettings> Settings,
    int Threads)
{
    /// <summary>How long each method trains.</summary>
    public Budget Budget { get; init; }

    /// <summary>What this study is of where it is one of several, as "fog 3": part of the names of trainings that the store
    /// shows; null: none.</summary>
    public string? Subject { get; init; }

    /// <summary>Keeps what trainings come to; null: nothing is kept.</summary>
    public RunStore? Store { get; init; }

    /// <summary>Where fixed-point methods are trained; no result depends on it.</summary>
    public FixedPointBackend Backend { get; init; } = FixedPointBackend.Processor;
}
