using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Json;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.RegressionTests;

/// <summary>The results that the tests speak of.</summary>
internal static class Studies
{
    /// <summary>An earlier study, kept beside the tests.</summary>
    public static StudyResult Baseline { get; } = ResultsJson.ReadFile(Path.Combine(AppContext.BaseDirectory, "baseline.json"));

    /// <summary>The run of a study with this method, format and scheme, as "qzo-ff 16w8a lp".</summary>
    public static RunResult Run(this StudyResult study, string label) => study.Runs.Single(r => r.Label() == label);

    /// <summary>Memory, cycles and energy of one step as this version computes them; nothing is trained.</summary>
    /// <param name="profile">Shipped profile or path of a YAML file.</param>
    /// <param name="method">As "qzo-ff:16w8a".</param>
    /// <param name="scheme">As "lp".</param>
    public static RunResult Step(string profile, string method, string scheme)
    {
        Workload workload = Workload.Load("glyphs-cnn");
        Graph graph = WorkloadSetup.ModelOf(workload).Build(workload.Adapt.Batch);
        return StepCost.Of(
            graph, workload.Configure(Method.Parse(method)), TuningScheme.Parse(scheme), ShippedProfiles.Find(profile));
    }

    /// <summary>The study without what only training tells: what <see cref="Step"/> can be held against.</summary>
    public static StudyResult CostsOnly(this StudyResult study) => study with
    {
        Runs = [.. study.Runs.Select(r => r with { Accuracy = null, Numerics = null })],
    };
}
