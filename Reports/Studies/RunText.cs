using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>How runs, roles and phases are called in reports, and figures of a run that several parts show.</summary>
public static class RunText
{
    /// <summary>Method, format and scheme, as "qzo-ff 16w8a ft": unique within one profile.</summary>
    public static string Label(this RunResult run) => $"{run.Method} {run.Format} {run.Scheme}";

    /// <summary>True where equal cycles decide how long each method trains.</summary>
    public static bool IsBudgeted(this StudyResult study) => study.Runs.Any(r => r.Steps is not null);

    /// <summary>How long methods train, as "400 steps" or "as many steps as fit the cycles of the first method's 400
    /// steps".</summary>
    public static string StepsText(this StudyResult study) =>
        $"{(study.IsBudgeted() ? "as many steps as fit the cycles of the first method's " : "")}{study.Workload.Steps} steps";

    /// <summary>Method and format, as "qzo-ff 16w8a".</summary>
    public static string MethodLabel(this RunResult run) => $"{run.Method} {run.Format}";

    /// <summary>As it stands in a sentence: "QZO-FF 16w8a (ft)".</summary>
    public static string InSentence(this RunResult run) => $"{run.Method.ToUpperInvariant()} {run.Format} ({run.Scheme})";

    /// <summary>True for backpropagation, what the others are compared with.</summary>
    public static bool IsBackpropagation(this RunResult run) => run.Method is "bp";

    /// <summary>Seeds that have no accuracy, in words, as "diverged at step 12" or "1 of 3 seeds diverged at step 12"; null where
    /// all have one.</summary>
    public static string? FaultText(this RunResult run)
    {
        if (run.Faults.IsDefaultOrEmpty)
            return null;
        int all = run.Faults.Length + (run.Seeds.IsDefault ? 0 : run.Seeds.Length);
        return string.Join("; ", run.Faults.GroupBy(f => f.Kind).OrderBy(k => k.Key).Select(same =>
        {
            string who = same.Count() == all ? "" : $"{same.Count()} of {all} seeds ";
            return who + (same.Key == FaultKind.Diverged
                ? $"diverged at {Steps([.. same.Select(f => f.Step ?? 0).Distinct().Order()])}" : Word(same.Key));
        }));

        static string Steps(int[] steps) => steps.Length == 1 ? $"step {steps[0]}" : $"steps {steps[0]} to {steps[^1]}";
    }

    /// <summary>What came of a run: "done", "does not run", or what <see cref="FaultText"/> says.</summary>
    public static string Outcome(this RunResult run) => run.FaultText()
        ?? (run.NotRunnable is not null ? "does not run" : run.Accuracy is null ? "not trained" : run.Seeds.IsDefault
            ? "done" : $"{run.Seeds.Length} seeds so far");

    /// <summary>Each fault with its seed and reason, as "seed 1 diverged at step 12: the loss is no finite number"; what is the
    /// same is said once.</summary>
    public static IEnumerable<string> FaultReasons(this RunResult run) => run.Faults.IsDefaultOrEmpty ? [] :
        run.Faults.GroupBy(f => (f.Kind, f.Step, f.Reason)).Select(same =>
            $"{(same.Count() == 1 ? "seed" : "seeds")} {string.Join(", ", same.Select(f => f.Seed))} {Word(same.Key.Kind)}"
            + $"{(same.Key.Step is int step ? $" at step {step}" : "")}: {same.Key.Reason}");

    private static string Word(FaultKind kind) => kind switch
    {
        FaultKind.Diverged => "diverged",
        FaultKind.Refused => "refused",
        FaultKind.Failed => "failed by an internal error",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>
    /// The accuracy in percent with its spread over the seeds, as "73.4 ± 0.6"; of few-shot tasks with the 95 % confidence
    /// interval over the episodes; "73.4" for one seed.
    /// </summary>
    public static string AccuracyPercent(this AccuracyResult accuracy) =>
        accuracy.Confidence is null && accuracy.Final.Length < 2
            ? Quantity.Percent(accuracy.Mean)
            : $"{Quantity.Percent(accuracy.Mean)} ± {Quantity.Percent(accuracy.Confidence ?? accuracy.Spread)}";

    /// <summary>Mean over the seeds of the accuracy before training; null without seeds.</summary>
    public static double? ZeroShotMean(this AccuracyResult accuracy) =>
        accuracy.ZeroShot.IsDefaultOrEmpty ? null : accuracy.ZeroShot.Average();

    /// <summary>Trained tensors whose ε_q is 0: never perturbed, so never learning.</summary>
    public static int UnperturbedTensors(this NumericsResult numerics) => numerics.Epsilon.Count(e => e.Steps == 0);

    /// <summary>Accumulated outputs of all layers.</summary>
    public static long Accumulations(this NumericsResult numerics) => numerics.Layers.Sum(l => l.Accumulations);

    /// <summary>Accumulated outputs whose partial sum left the accumulator, of all layers.</summary>
    public static long Overflowed(this NumericsResult numerics) => numerics.Layers.Sum(l => l.Overflowed);

    /// <summary>Share of a layer's accumulated outputs that overflowed, 0..1; 0 where nothing was accumulated.</summary>
    public static double OverflowShare(this LayerOverflow layer) => Share(layer.Overflowed, layer.Accumulations);

    /// <summary>Share of all accumulated outputs that overflowed, 0..1.</summary>
    public static double OverflowShare(this NumericsResult numerics) => Share(numerics.Overflowed(), numerics.Accumulations());

    /// <summary>Scratch and persistent memory together.</summary>
    public static long TotalBytes(this MemoryResult memory) => memory.ArenaBytes + memory.PersistentBytes;

    /// <summary>A role as a legend says it.</summary>
    public static string Name(this TensorRole role) => role switch
    {
        TensorRole.Input => "input batch",
        TensorRole.FrozenWeight => "frozen weights",
        TensorRole.TrainedWeight => "trained weights",
        TensorRole.Activation => "working activations",
        TensorRole.SavedActivation => "saved activations",
        TensorRole.ActivationGradient => "activation gradients",
        TensorRole.WeightGradient => "weight gradients",
        TensorRole.Perturbation => "perturbation",
        TensorRole.DecodedWeight => "decoded weights",
        TensorRole.OptimizerState => "optimiser state",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>A phase as a legend says it.</summary>
    public static string Name(this Phase phase) => phase switch
    {
        Phase.Forward => "forward",
        Phase.Perturb => "perturb",
        Phase.ForwardPlus => "forward at w + εz",
        Phase.ForwardMinus => "forward at w − εz",
        Phase.Backward => "backward",
        Phase.Update => "update",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
