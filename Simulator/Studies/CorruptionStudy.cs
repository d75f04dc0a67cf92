using System.Collections.Immutable;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies;

/// <summary>One method adapted to one corruption.</summary>
/// <param name="Kind">The corruption.</param>
/// <param name="Severity">Its severity, 1..5.</param>
/// <param name="Run">Accuracy and cost.</param>
public sealed record CorruptedRun(CorruptionKind Kind, int Severity, RunResult Run);

/// <summary>
/// In-domain shift: the same network adapted to each of several corruptions of its own images, as arXiv 2411.04036 does with
/// CIFAR-10-C.
/// </summary>
public sealed class CorruptionStudy
{
    private readonly Workload workload;
    private readonly string? dataFolder;
    private readonly StudyRequest request;
    private readonly ImmutableArray<(CorruptionKind Kind, int Severity)> corruptions;

    /// <summary>Sets up a study.</summary>
    /// <param name="workload">Network, images and settings; each corruption takes the place of the workload's own.</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <param name="request">Methods and schemes; one profile.</param>
    /// <param name="corruptions">Corruptions and severities, at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no corruption, or not one profile.</exception>
    public CorruptionStudy(
        Workload workload, string? dataFolder, StudyRequest request,
        ImmutableArray<(CorruptionKind Kind, int Severity)> corruptions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(corruptions.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(request.Profiles.Length, 1);
        (this.workload, this.dataFolder, this.request, this.corruptions) = (workload, dataFolder, request, corruptions);
    }

    /// <summary>Runs the study, corruption by corruption.</summary>
    /// <param name="pretraining">As for <see cref="WorkloadSetup.Open"/>.</param>
    /// <param name="begin">Called before the trainings of each corruption with the training steps of the whole study that were
    /// not finished before it, as far as is known by then.</param>
    /// <param name="step">Called after each training step, from several threads.</param>
    /// <param name="cancellation">Ends the study early: the corruptions that every method is finished with are returned, so that
    /// all means are over the same ones.</param>
    /// <exception cref="InputException">Data or weights are missing, damaged or of another shape.</exception>
    public (ImmutableArray<CorruptedRun> Runs, bool IsComplete, ImmutableArray<Exception> Defects) Run(
        Action<int, int, double>? pretraining, Action<long>? begin, Action? step, CancellationToken cancellation)
    {
        List<CorruptedRun> runs = [];
        List<Exception> defects = [];
        bool isComplete = true;
        long known = 0;
        foreach (((CorruptionKind kind, int severity), int index) in corruptions.Select((c, i) => (c, i)))
        {
            Workload corrupted = workload with
            {
                Adapt = workload.Adapt with { Corruption = new Corruption(Kind: kind, Severity: severity) },
            };
            CompareStudy compare = new(request with { Subject = $"{YamlWords.Of(kind)} {severity}" },
                WorkloadSetup.Open(corrupted, dataFolder, pretraining, cancellation).Bench);
            known += compare.TotalSteps;
            begin?.Invoke(known + (compare.AllSteps * (corruptions.Length - 1 - index)));
            StudyRuns finished = compare.Run(step, cancellation);
            defects.AddRange(finished.Defects);
            isComplete = finished.IsComplete;
            if (!isComplete)
                break;
            runs.AddRange(finished.Runs.Select(run => new CorruptedRun(kind, severity, run)));
        }

        return ([.. runs], isComplete, [.. defects]);
    }
}
