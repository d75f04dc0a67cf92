using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>The tables that have one row per run.</summary>
public static class RunTables
{
    private static readonly Column<RunResult> Profile = new("Profile", r => r.Profile);

    private static readonly Column<RunResult> Run = new("Method", r => r.Label(),
        Meaning: "Training method, number format and which parameters train (ft: all, lp: the last linear layer).");

    private static readonly Column<RunResult> Steps = new("Steps", r => r.Steps, Format: "#,0",
        Meaning: "Training steps, as many as fit the cycles in which the first method does the workload's; where one of the two does not run, the workload's.");

    private static readonly Column<RunResult> ZeroShot = new("Zero-shot", r => 100 * r.Accuracy?.ZeroShotMean(), "%", "F1",
        Meaning: "Accuracy on the target domain before any training, in this method's arithmetic; mean over the seeds.");

    private static readonly Column<RunResult> Accuracy = new("Accuracy", r => 100 * r.Accuracy?.Mean, "%", "F1",
        r => r.Accuracy!.AccuracyPercent(),
        "Accuracy after the last step: mean ± sample standard deviation over the seeds; of few-shot tasks ± 95 % confidence interval over the episodes.");

    // For people, who read in its place why there is none.
    private static readonly Column<RunResult> AccuracyOrFault = Accuracy with
    {
        Value = r => (object?)(100 * r.Accuracy?.Mean) ?? r.FaultText(),
        Text = r => string.Join(", ", new[] { r.Accuracy?.AccuracyPercent(), r.FaultText() }.OfType<string>()),
    };

    private static readonly Column<RunResult> Scratch = new("Scratch", r => r.Memory.ArenaBytes, "B", "bytes",
        Meaning: "Memory laid out for one training step beside the weights, alignment included: what must be provided.");

    private static readonly Column<RunResult> Fits = new("Fits", r => r.Memory.FitsScratchpad,
        Meaning: "Whether the scratch memory fits the profile's scratchpad.");

    private static readonly Column<RunResult> Cycles = new("Cycles", r => r.Cost?.Cycles, Format: "prefix",
        Meaning: "Cycles of one training step, waiting for memory included; – where the method does not run.");

    private static readonly Column<RunResult> Energy = new("Energy", r => r.Cost?.EnergyJoules, "J", "metric",
        Meaning: "Energy of one training step.");

    /// <summary>The table on the terminal: what fits 100 columns.</summary>
    public static readonly Table<RunResult> Terminal =
        new("Training methods by profile", Profile, Run, ZeroShot, AccuracyOrFault, Scratch, Fits, Cycles, Energy);

    /// <summary>The main table of a report.</summary>
    public static readonly Table<RunResult> Summary = new("Training methods by profile",
        Profile, Run,
        new("Runs", r => r.NotRunnable is null, Meaning: "Whether the method can run on the profile; the findings say why not."),
        ZeroShot, AccuracyOrFault, Scratch, Fits,
        new("Total memory", r => r.Memory.TotalBytes(), "B", "bytes", Meaning: "Scratch memory, weights and optimiser state."),
        Cycles, Energy,
        new("ε = 0", r => r.Numerics is { Epsilon.Length: > 0 } n ? n.UnperturbedTensors() : null, "tensors", "F0",
            r => $"{r.Numerics!.UnperturbedTensors()} of {r.Numerics.Epsilon.Length}",
            "Trained tensors whose perturbation rounds to zero steps of their scale: they are never perturbed."),
        new("Rounded away", r => 100 * r.Numerics?.RoundedAwayShare, "%", "F1",
            Meaning: "Share of the non-zero weight updates that rounded to nothing."),
        new("Overflowed", r => 100 * r.Numerics?.OverflowShare(), "%", "F1",
            r => Quantity.Share(r.Numerics!.OverflowShare())[..^2],
            "Share of the accumulated outputs whose partial sum left the accumulator."));

    /// <summary>Every figure of a run, for CSV.</summary>
    public static readonly Table<RunResult> Everything = new("Runs",
    [
        Profile,
        new("Method", r => r.Method), new("Format", r => r.Format), new("Scheme", r => r.Scheme),
        new("Runnable", r => r.NotRunnable is null), new("Reason", r => r.NotRunnable),
        new("Trained parameters", r => r.TrainedParameters),
        new("Steps", r => r.Steps),
        ZeroShot, Accuracy,
        new("Accuracy spread", r => 100 * r.Accuracy?.Spread, "%", "F1"),
        new("Confidence", r => 100 * r.Accuracy?.Confidence, "%", "F1"),
        new("Seeds", r => r.Accuracy?.Final.Length),
        new("Episode setup", r => r.Setup?.Cycles, "cycle"), new("Episode setup energy", r => r.Setup?.EnergyJoules, "J"),
        new("Scratch arena", r => r.Memory.ArenaBytes, "B", "bytes"),
        new("Peak live", r => r.Memory.PeakLiveBytes, "B", "bytes"),
        new("Persistent", r => r.Memory.PersistentBytes, "B", "bytes"),
        new("Paper convention", r => r.Memory.PaperBytes, "B", "bytes"),
        new("Fits scratchpad", r => r.Memory.FitsScratchpad),
        new("Peak operation", r => r.Memory.PeakOp),
        .. Enum.GetValues<TensorRole>().Where(role => !IsPersistent(role)).Select(role => AtPeak(role)),
        .. Enum.GetValues<TensorRole>().Where(IsPersistent).Select(role => Persistent(role)),
        new("Cycles", r => r.Cost?.Cycles, Format: "prefix"),
        new("Compute", r => r.Cost?.ComputeCycles, "cycle", "prefix"),
        new("Exposed transfer", r => r.Cost?.ExposedTransferCycles, "cycle", "prefix"),
        .. Enum.GetValues<Phase>().Select(InPhase),
        new("Energy", r => r.Cost?.EnergyJoules, "J", "metric"),
        new("Scratchpad traffic", r => r.Cost?.ScratchpadTrafficBytes, "B", "bytes"),
        new("DRAM traffic", r => r.Cost?.DramTrafficBytes, "B", "bytes"),
        new("Utilization", r => 100 * r.Cost?.Utilization, "%", "F1"),
        new("Trained tensors", r => r.Numerics?.Epsilon.Length),
        new("Tensors with epsilon 0", r => r.Numerics?.UnperturbedTensors()),
        new("Updates rounded away", r => 100 * r.Numerics?.RoundedAwayShare, "%", "F1"),
        new("Directions with tied losses", r => 100 * r.Numerics?.TiedLossShare, "%", "F1"),
        new("Accumulations", r => r.Numerics?.Accumulations()),
        new("Accumulations overflowed", r => r.Numerics?.Overflowed()),
        new("Outputs clipped", r => r.Numerics?.Layers.Sum(l => l.Clipped)),
        new("Outcome", r => r.Outcome()),
    ]);

    /// <summary>Scratch memory by role at the moment of the peak.</summary>
    public static readonly Table<RunResult> Memory = new("Memory of one training step",
    [
        Run,
        .. Enum.GetValues<TensorRole>().Where(role => !IsPersistent(role)).Select(role => AtPeak(role)),
        new("Peak live", r => r.Memory.PeakLiveBytes, "B", "bytes",
            Meaning: "Largest sum of live scratch tensors; no layout can need less."),
        new("Arena", r => r.Memory.ArenaBytes, "B", "bytes",
            Meaning: "What the planner lays out: peak live plus alignment and gaps."),
        new("Paper convention", r => r.Memory.PaperBytes, "B", "bytes",
            Meaning: "Scratch as arXiv 2411.04036 counts it: bytes × (trained parameters + 2 Σ outputs of the layers that own "
                + "parameters)."),
        .. Enum.GetValues<TensorRole>().Where(IsPersistent).Select(role => Persistent(role)),
        new("Peak at", r => r.Memory.PeakOp, Meaning: "The operation during which the peak occurs."),
    ]);

    /// <summary>Cycles by phase, energy and traffic.</summary>
    public static readonly Table<RunResult> Cost = new("Cost of one training step",
    [
        Run,
        .. Enum.GetValues<Phase>().Select(InPhase),
        Cycles,
        new("Utilization", r => 100 * r.Cost?.Utilization, "%", "F1",
            Meaning: "MACs done per MAC the engine could have done in these cycles."),
        new("Waiting for memory", r => r.Cost?.ExposedTransferCycles, Format: "prefix",
            Meaning: "Cycles of transfers that no computation hides."),
        Energy,
        new("Scratchpad traffic", r => r.Cost?.ScratchpadTrafficBytes, "B", "bytes"),
        new("DRAM traffic", r => r.Cost?.DramTrafficBytes, "B", "bytes"),
    ]);

    /// <summary>What fixed-point arithmetic did to the numbers.</summary>
    public static readonly Table<RunResult> Numerics = new("Fixed-point numerics of the whole training",
        Run,
        new("ε = 0", r => r.Numerics is { Epsilon.Length: > 0 } n ? n.UnperturbedTensors() : null, "tensors", "F0",
            r => $"{r.Numerics!.UnperturbedTensors()} of {r.Numerics.Epsilon.Length}"),
        new("Rounded away", r => 100 * r.Numerics?.RoundedAwayShare, "%", "F1"),
        new("Tied losses", r => r.Numerics is { Epsilon.Length: > 0 } n ? 100 * n.TiedLossShare : null, "%", "F1",
            Meaning: "Share of the directions whose two losses were equal, so that nothing was learnt from them."),
        new("Accumulations", r => r.Numerics?.Accumulations(), Format: "prefix"),
        new("Overflowed", r => r.Numerics?.Overflowed(), Format: "prefix"),
        new("Clipped", r => r.Numerics?.Layers.Sum(l => l.Clipped), Format: "prefix",
            Meaning: "Outputs clipped to the output format."));

    /// <summary>The table with a column of steps behind the methods where a budget decides them; else as it is.</summary>
    public static Table<RunResult> WithSteps(Table<RunResult> table, StudyResult study) => !study.IsBudgeted() ? table
        : table with { Columns = table.Columns.Insert(table.Columns.IndexOf(Run) + 1, Steps) };

    /// <summary>A table of runs with the profile in front, for runs of several profiles.</summary>
    public static Table<RunResult> WithProfile(Table<RunResult> table) => table with { Columns = [Profile, .. table.Columns] };

    private static bool IsPersistent(TensorRole role) =>
        role is TensorRole.FrozenWeight or TensorRole.TrainedWeight or TensorRole.OptimizerState;

    private static Column<RunResult> AtPeak(TensorRole role) =>
        new(Capital(role.Name()), r => r.Memory.PeakByRole.GetValueOrDefault(role), "B", "bytes");

    private static Column<RunResult> Persistent(TensorRole role) =>
        new(Capital(role.Name()), r => r.Memory.PersistentByRole.GetValueOrDefault(role), "B", "bytes");

    private static Column<RunResult> InPhase(Phase phase) =>
        new(Capital(phase.Name()), r => r.Cost is { } cost ? cost.CyclesByPhase.GetValueOrDefault(phase) : null, "cycle",
            "prefix");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
