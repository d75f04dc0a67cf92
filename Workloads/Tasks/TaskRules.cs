using NpuSim.Workloads.Data;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>Rules that several parts of a workload share.</summary>
internal static class TaskRules
{
    /// <summary>The image set must be known.</summary>
    public static IEnumerable<Problem> Images(string name)
    {
        if (!ImageSets.IsPath(name) && ImageSets.Find(name) is null)
            yield return new Problem("images", ImageSets.Unknown(name));
    }

    /// <summary>A batch takes each sample at most once.</summary>
    public static IEnumerable<Problem> Batch(int batch, int samples, string samplesKey)
    {
        if (batch > samples)
            yield return new Problem("batch",
                $"a batch of {batch} is more than {samplesKey}, which is {samples}; accepted is 1 to {samples}");
    }
}
