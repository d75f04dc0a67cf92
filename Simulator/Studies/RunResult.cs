using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Studies;

/// <summary>All that one study found: what <c>results.json</c> holds. A pure function of what was asked, except <see
/// cref="Host"/>.</summary>
/// <param name="SchemaVersion">Version of the layout of results.json.</param>
/// <param name="Tool">Name and version of the program.</param>
/// <param name="Command">The command line that redoes the study.</param>
/// <param name="Workload">What was trained.</param>
/// <param name="Profiles">The accelerators, each with its YAML.</param>
/// <param name="Runs">One per (profile, method, scheme), in the order asked.</param>
/// <param name="Host">Timings of the machine that simulated; the only part that differs between two identical studies.</param>
public sealed record StudyResult(
    int SchemaVersion,
    string Tool,
    string Command,
    WorkloadSummary Workload,
    ImmutableArray<ProfileSummary> Profiles,
    ImmutableArray<RunResult> Runs,
    HostTimings Host)
{
    /// <summary>False when the study was interrupted: runs or seeds are missing.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>The workload of a study, enough to find it again.</summary>
/// <param name="Name">Name of the workload file.</param>
/// <param name="Description">One line.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="MacsPerSample">Multiply-accumulates of one forward pass of one sample.</param>
/// <param name="Batch">Samples per training step.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="TrainSamples">Samples trained on.</param>
/// <param name="TestSamples">Samples every accuracy is measured on.</param>
/// <param name="Seeds">The seeds, one run each.</param>
/// <param name="Yaml">The workload file's text with every default filled in.</param>
public sealed record WorkloadSummary(
    string Name, string Description, string Model, long Parameters, long MacsPerSample, int Batch, int Steps, int TrainSamples,
    int TestSamples,
    ImmutableArray<ulong> Seeds, string Yaml);

/// <summary>A profile of a study.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">One line.</param>
/// <param name="ScratchpadBytes">On-chip memory.</param>
/// <param name="ClockHz">Clock.</param>
/// <param name="Yaml">The whole profile.</param>
public sealed record ProfileSummary(string Name, string Description, long ScratchpadBytes, double ClockHz, string Yaml);

/// <summary>One training method on one accelerator.</summary>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Method">As "bp", "qzo-ff".</param>
/// <param name="Format">Format and switches, as "fp32", "16w8a+m3".</param>
/// <param name="Scheme">Which parameters train: "ft", "lp".</param>
/// <param name="TrainedParameters">How many parameters train.</param>
/// <param name="NotRunnable">Why this method cannot run on this profile, in words; null when it can. Memory is shown all the
/// same.</param>
/// <param name="Memory">Scratch memory of one step.</param>
/// <param name="Cost">Cycles and energy of one step; null when it cannot run.</param>
/// <param name="Accuracy">Accuracy over the seeds; null when nothing was trained.</param>
/// <param name="Numerics">What fixed-point arithmetic did to the numbers; null for float methods.</param>
/// <param name="Setup">What runs once before each few-shot episode; null for other tasks and where it cannot run.</param>
/// <param name="Steps">Training steps where a budget decides them (<see cref="Budget.Cycles"/>); null: the workload's.</param>
public sealed record RunResult(
    string Profile,
    string Method,
    string Format,
    string Scheme,
    long TrainedParameters,
    string? NotRunnable,
    MemoryResult Memory,
    CostResult? Cost,
    AccuracyResult? Accuracy,
    NumericsResult? Numerics,
    SetupResult? Setup = null,
    int? Steps = null)
{
    /// <summary>Seeds that <see cref="Accuracy"/> is over, where they are not all of the study's; else default.</summary>
    public ImmutableArray<ulong> Seeds { get; init; }

    /// <summary>
    /// Name of the profile whose run this provably is too, to the bit: its accumulator is no wider, and no partial sum ever left it.
    /// Null where the run was trained in this profile's own arithmetic.
    /// </summary>
    public string? ProvenBy { get; init; }

    /// <summary>Seeds that diverged or failed, in the order of the study; empty or default where none did.</summary>
    public ImmutableArray<RunFault> Faults { get; init; }
}

/// <summary>What runs once before each few-shot episode: features of the support, class means, classifier.</summary>
/// <param name="Cycles">In cycles of the accelerator's clock.</param>
/// <param name="EnergyJoules">Energy.</param>
/// <param name="ArenaBytes">Scratch memory.</param>
public sealed record SetupResult(double Cycles, double EnergyJoules, long ArenaBytes);

/// <summary>Accuracy on the target domain's test samples, one entry per seed, as fractions 0..1.</summary>
/// <param name="ZeroShot">Before any training, in this method's arithmetic.</param>
/// <param name="Final">After the last step.</param>
/// <param name="Loss">Training loss per recorded point (mean over the steps since the last), outermost by seed.</param>
/// <param name="LossSteps">The step of each recorded point.</param>
/// <param name="Episodes">Of few-shot tasks the accuracy after each episode, outermost by seed; else empty or default.</param>
public sealed record AccuracyResult(
    ImmutableArray<double> ZeroShot, ImmutableArray<double> Final, ImmutableArray<ImmutableArray<double>> Loss,
    ImmutableArray<int> LossSteps,
    ImmutableArray<ImmutableArray<double>> Episodes = default)
{
    /// <summary>Steps after which accuracy was measured on few samples, from 0 to the last; empty where it was not.</summary>
    public ImmutableArray<int> CurveSteps { get; init; } = [];

    /// <summary>Accuracy after each of <see cref="CurveSteps"/> on the first of the test samples, outermost by seed.</summary>
    public ImmutableArray<ImmutableArray<double>> Curve { get; init; } = [];

    private const double NormalQuantile = 1.96; // of 97.5 %

    /// <summary>
    /// Half of the 95 % confidence interval of the mean over the episodes, each averaged over the seeds: 1.96 · s / √episodes;
    /// null where there are none.
    /// </summary>
    public double? Confidence
    {
        get
        {
            if (Episodes.IsDefaultOrEmpty)
                return null;
            double[] means = [.. Enumerable.Range(0, Episodes[0].Length).Select(i => Episodes.Average(seed => seed[i]))];
            double mean = means.Average(), variance = means.Sum(m => (m - mean) * (m - mean)) / (means.Length - 1);
            return NormalQuantile * Math.Sqrt(variance / means.Length);
        }
    }

    /// <summary>Mean of the final accuracies.</summary>
    public double Mean => Final.Average();

    /// <summary>Sample standard deviation of the final accuracies; 0 for one seed.</summary>
    public double Spread =>
        Final.Length < 2 ? 0 : Math.Sqrt(Final.Sum(a => (a - Mean) * (a - Mean)) / (Final.Length - 1));
}

/// <summary>How long the simulation itself took.</summary>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Processor">Instruction set of the kernels.</param>
public sealed record HostTimings(double Seconds, int Threads, string Processor)
{
    /// <summary>SHA-256 in hexadecimal of each file published with results.json, by name; empty or null where none is
    /// known.</summary>
    public ImmutableSortedDictionary<string, string>? Files { get; init; }
}
