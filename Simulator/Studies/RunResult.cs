using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Studies;

/// <summary>All that one study found: what <c>results.json</c> holds. A pure function of what was asked, except <see cref="Host"/>.</summary>
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
    string Name, string Description, string Model, long Parameters, long MacsPerSample, int Batch, int Steps, int TrainSamples, int TestSamples,
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
/// <param name="NotRunnable">Why this method cannot run on this profile, in words; null when it can. Memory is shown all the same.</param>
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

    /// <summary>Seeds that diverged or failed, in the order of the study; empty or default where none did.</summary>
    public ImmutableArray<RunFault> Faults { get; init; }
}

/// <summary>What runs once before each few-shot episode: features of the support, class means, classifier.</summary>
/// <param name="Cycles">In cycles of the accelerator's clock.</param>
/// <param name="EnergyJoules">Energy.</param>
/// <param name="ArenaBytes">Scratch memory.</param>
public sealed record SetupResult(double Cycles, double EnergyJoules, long ArenaBytes);

/// <summary>Memory of one training step.</summary>
/// <param name="ArenaBytes">Scratch memory the planner lays out, alignment included.</param>
/// <param name="PeakLiveBytes">Largest sum of live scratch tensors: no layout can need less.</param>
/// <param name="PersistentBytes">Weights and optimiser state, which stay from step to step.</param>
/// <param name="PaperBytes">Convention of arXiv 2411.04036: bytes × (trained parameters + 2 Σ outputs of the layers that own parameters) for BP; the estimate of the gradient vector for FF.</param>
/// <param name="FitsScratchpad">True when the arena fits the scratchpad.</param>
/// <param name="PeakByRole">Bytes of each role live at the moment of the peak; sums to <see cref="PeakLiveBytes"/>.</param>
/// <param name="PersistentByRole">Bytes of each persistent role.</param>
/// <param name="PeakOp">The operation at which the peak occurs.</param>
/// <param name="Timeline">Live scratch bytes during each operation of the step, in order.</param>
public sealed record MemoryResult(
    long ArenaBytes,
    long PeakLiveBytes,
    long PersistentBytes,
    long PaperBytes,
    bool FitsScratchpad,
    ImmutableSortedDictionary<TensorRole, long> PeakByRole,
    ImmutableSortedDictionary<TensorRole, long> PersistentByRole,
    string PeakOp,
    ImmutableArray<long> Timeline);

/// <summary>Cycles and energy of one training step, in cycles of the accelerator's clock.</summary>
/// <param name="Cycles">Compute and exposed transfer together.</param>
/// <param name="ComputeCycles">Cycles in which engine, vector unit or host compute.</param>
/// <param name="ExposedTransferCycles">Cycles spent waiting for memory.</param>
/// <param name="EnergyJoules">Energy of the step.</param>
/// <param name="ScratchpadTrafficBytes">Bytes read from and written to the scratchpad.</param>
/// <param name="DramTrafficBytes">Bytes read from and written to off-chip memory.</param>
/// <param name="CyclesByPhase">Cycles of each phase; sums to <see cref="Cycles"/>.</param>
/// <param name="Utilization">MACs done per MAC the engine could have done in <see cref="Cycles"/>, 0..1.</param>
/// <param name="Layers">The same by layer, in the order in which the step comes to them.</param>
public sealed record CostResult(
    double Cycles,
    double ComputeCycles,
    double ExposedTransferCycles,
    double EnergyJoules,
    long ScratchpadTrafficBytes,
    long DramTrafficBytes,
    ImmutableSortedDictionary<Phase, double> CyclesByPhase,
    double Utilization,
    ImmutableArray<LayerCost> Layers);

/// <summary>What one layer takes of a training step, all phases together.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Cycles">Compute and exposed transfer; of all layers they sum to <see cref="CostResult.Cycles"/>.</param>
/// <param name="Macs">Multiply-accumulates, wherever they run.</param>
/// <param name="DramTrafficBytes">Bytes read from and written to off-chip memory; a fraction where bursts are shared.</param>
public sealed record LayerCost(string Layer, double Cycles, long Macs, double DramTrafficBytes);

/// <summary>Accuracy on the target domain's test samples, one entry per seed, as fractions 0..1.</summary>
/// <param name="ZeroShot">Before any training, in this method's arithmetic.</param>
/// <param name="Final">After the last step.</param>
/// <param name="Loss">Training loss per recorded point (mean over the steps since the last), outermost by seed.</param>
/// <param name="LossSteps">The step of each recorded point.</param>
/// <param name="Episodes">Of few-shot tasks the accuracy after each episode, outermost by seed; else empty or default.</param>
public sealed record AccuracyResult(
    ImmutableArray<double> ZeroShot, ImmutableArray<double> Final, ImmutableArray<ImmutableArray<double>> Loss, ImmutableArray<int> LossSteps,
    ImmutableArray<ImmutableArray<double>> Episodes = default)
{
    private const double NormalQuantile = 1.96; // of 97.5 %

    /// <summary>
    /// Half of the 95 % confidence interval of the mean over the episodes, each averaged over the seeds: 1.96 · s / √episodes; null where
    /// there are none.
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

/// <summary>What fixed-point arithmetic did during training, summed over the seeds.</summary>
/// <param name="Epsilon">Perturbation per trained tensor in steps of its weight scale.</param>
/// <param name="RoundedAwayShare">Share of the non-zero weight updates that rounded to nothing, 0..1.</param>
/// <param name="TiedLossShare">Share of the directions whose two losses were equal, so that nothing was learnt from them, 0..1.</param>
/// <param name="Layers">Overflow per layer.</param>
public sealed record NumericsResult(
    ImmutableArray<EpsilonSteps> Epsilon, double RoundedAwayShare, double TiedLossShare, ImmutableArray<LayerOverflow> Layers)
{
    /// <summary>Several runs of one method in one: counts add up, shares are averaged; null where the runs were in floating point.</summary>
    public static NumericsResult? Over(ImmutableArray<NumericsResult?> runs) => runs[0] is not { } first ? null : first with
    {
        RoundedAwayShare = runs.Average(r => r!.RoundedAwayShare),
        TiedLossShare = runs.Average(r => r!.TiedLossShare),
        Layers = [.. first.Layers.Select((layer, i) => layer with
        {
            Accumulations = runs.Sum(r => r!.Layers[i].Accumulations),
            Overflowed = runs.Sum(r => r!.Layers[i].Overflowed),
            Clipped = runs.Sum(r => r!.Layers[i].Clipped),
        })],
    };
}

/// <summary>The perturbation of one tensor.</summary>
/// <param name="Tensor">Name of the parameter.</param>
/// <param name="Scale">Δw, the value of one step.</param>
/// <param name="Steps">ε_q = round(ε / Δw): 0 means that this tensor is never perturbed.</param>
public sealed record EpsilonSteps(string Tensor, double Scale, int Steps);

/// <summary>Overflow of one layer over the whole training.</summary>
/// <param name="Layer">Name of the operation.</param>
/// <param name="Accumulations">Outputs accumulated.</param>
/// <param name="Overflowed">Of them, those whose partial sum left the accumulator (wrapped or saturated).</param>
/// <param name="Clipped">Outputs clipped to the output format.</param>
public sealed record LayerOverflow(string Layer, long Accumulations, long Overflowed, long Clipped);

/// <summary>How long the simulation itself took.</summary>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Threads">Threads used.</param>
/// <param name="Processor">Instruction set of the kernels.</param>
public sealed record HostTimings(double Seconds, int Threads, string Processor)
{
    /// <summary>SHA-256 in hexadecimal of each file published with results.json, by name; empty or null where none is known.</summary>
    public ImmutableSortedDictionary<string, string>? Files { get; init; }
}
