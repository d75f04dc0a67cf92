using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Commands;

/// <summary>What options change of a workload.</summary>
internal static class WorkloadOptions
{
    /// <summary>The workload with other seeds and steps.</summary>
    /// <param name="workload">As its file says.</param>
    /// <param name="seeds">Number of runs, with seeds 1, 2, …; null: the workload's seeds.</param>
    /// <param name="steps">Training steps; null: the workload's.</param>
    public static Workload With(this Workload workload, int? seeds, int? steps)
    {
        if (seeds is int count)
            workload = workload with { Seeds = [.. Enumerable.Range(1, count).Select(i => (ulong)i)] };
        return steps is int wanted ? workload with { Adapt = workload.Adapt with { Steps = wanted } } : workload;
    }
}
