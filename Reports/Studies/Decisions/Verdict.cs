namespace NpuSim.Reports.Studies.Decisions;

/// <summary>What becomes of a method on one profile in one tuning scheme, when one has to choose.</summary>
internal enum Verdict
{
    /// <summary>The most accurate that runs, fits and learns; of equals the one with less scratch memory.</summary>
    Best,

    /// <summary>It runs, fits and learns, and no other such method is at least as good in all figures.</summary>
    TradeOff,

    /// <summary>Another that runs, fits and learns is at least as good in accuracy, scratch, time and energy, and better in
    /// one.</summary>
    Dominated,

    /// <summary>It runs and fits, but training does not make it better.</summary>
    LearnsNothing,

    /// <summary>Its scratch memory exceeds the scratchpad; where it runs, its tensors are in slower memory.</summary>
    DoesNotFit,

    /// <summary>It cannot run there at all.</summary>
    DoesNotRun,

    /// <summary>No seed has an accuracy: all diverged or failed, or nothing was trained.</summary>
    NoAccuracy,
}
