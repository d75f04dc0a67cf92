using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>What methods come to on equal terms, read off their accuracy curves by straight lines between the measured points.</summary>
internal static class EqualFooting
{
    /// <summary>Training steps of a run.</summary>
    public static int Steps(this DecisionCell cell) => cell.Run.Steps ?? cell.Study.Workload.Steps;

    /// <summary>Cycles of the whole training, with what runs once before; null where it does not run.</summary>
    public static double? WholeCycles(this DecisionCell cell) => cell.CyclesAfter(cell.Steps());

    /// <summary>Energy of the whole training in joules, with what runs once before; null where it does not run.</summary>
    public static double? WholeEnergy(this DecisionCell cell) => cell.EnergyAfter(cell.Steps());

    /// <summary>Cycles of some steps, with what runs once before them.</summary>
    public static double? CyclesAfter(this DecisionCell cell, double steps) =>
        cell.Run.Cost is { } cost ? (cell.Run.Setup?.Cycles ?? 0) + (steps * cost.Cycles) : null;

    /// <summary>Energy of some steps in joules, with what runs once before them.</summary>
    public static double? EnergyAfter(this DecisionCell cell, double steps) =>
        cell.Run.Cost is { } cost ? (cell.Run.Setup?.EnergyJoules ?? 0) + (steps * cost.EnergyJoules) : null;

    /// <summary>Accuracy after some steps, 0..1; null where it was not measured on the way or the training is shorter.</summary>
    public static double? AccuracyAfter(this DecisionCell cell, double steps)
    {
        (int Step, double Accuracy)[] curve = Curve(cell);
        int end = Array.FindIndex(curve, p => p.Step >= steps);
        if (end < 0 || steps < 0)
            return null;
        if (end == 0)
            return curve[0].Accuracy;
        ((int from, double low), (int to, double high)) = (curve[end - 1], curve[end]);
        return low + ((high - low) * (steps - from) / (to - from));
    }

    /// <summary>The first whole step after which the accuracy is at least this; null where it is not reached or was not measured on
    /// the way.</summary>
    public static int? StepsTo(this DecisionCell cell, double accuracy)
    {
        (int Step, double Accuracy)[] curve = Curve(cell);
        int end = Array.FindIndex(curve, p => p.Accuracy >= accuracy);
        if (end <= 0)
            return end == 0 ? 0 : null;
        ((int from, double low), (int to, double high)) = (curve[end - 1], curve[end]);
        return (int)Math.Ceiling(from + ((to - from) * (accuracy - low) / (high - low)));
    }

    /// <summary>True where accuracy was measured on the way.</summary>
    public static bool HasCurve(this DecisionCell cell) => Curve(cell).Length > 0;

    /// <summary>
    /// The accuracy that costs are compared at, 0..1: half of what the most accurate run of a scheme gains, in whole percent; null
    /// where nothing gains.
    /// </summary>
    public static double? Target(IEnumerable<DecisionCell> cells)
    {
        RunResult? best = cells.Select(c => c.Run).Where(r => r.Accuracy is { } a && double.IsFinite(a.Mean))
            .MaxBy(r => r.Accuracy!.Mean);
        if (best?.Accuracy?.ZeroShotMean() is not { } before || !best.Learns())
            return null;
        return Math.Round(50 * (before + best.Accuracy.Mean), MidpointRounding.AwayFromZero) / 100;
    }

    // From before the first step to after the last; empty where nothing was measured between. What the few samples of the way are
    // easier or harder than all at both ends is taken off, in a straight line.
    private static (int Step, double Accuracy)[] Curve(DecisionCell cell)
    {
        if (cell.Run.Accuracy is not { CurveSteps: { IsDefaultOrEmpty: false, Length: > 2 } steps } accuracy
            || accuracy.ZeroShotMean() is not { } before || !double.IsFinite(accuracy.Mean))
            return [];
        double[] few = [.. steps.Select((_, i) => accuracy.Curve.Average(seed => seed[i]))];
        double atFirst = before - few[0], atLast = accuracy.Mean - few[^1];
        return [.. steps.Select((step, i) => (step, few[i] + atFirst + ((atLast - atFirst) * step / steps[^1])))];
    }
}
