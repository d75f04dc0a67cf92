namespace NpuSim.Reports.Studies;

/// <summary>What a finding is about; reports list findings in this order.</summary>
public enum FindingKind
{
    /// <summary>The study was interrupted.</summary>
    Incomplete,

    /// <summary>Which method to choose on a profile.</summary>
    Choice,

    /// <summary>A method against backpropagation.</summary>
    Comparison,

    /// <summary>Cycles of a step against backpropagation.</summary>
    Cycles,

    /// <summary>What does not fit a scratchpad.</summary>
    Fit,

    /// <summary>What does not run at all.</summary>
    NotRunnable,

    /// <summary>Trainings that diverged or failed.</summary>
    Fault,

    /// <summary>Perturbations and updates that rounded to nothing.</summary>
    Rounding,

    /// <summary>Accumulations that overflowed.</summary>
    Overflow,
}

/// <summary>Something a study found, in a sentence made from its numbers.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">The sentence; plain text, not escaped for any format.</param>
public sealed record Finding(FindingKind Kind, string Text)
{
    /// <summary>Heading of a kind's findings.</summary>
    public static string Heading(FindingKind kind) => kind switch
    {
        FindingKind.Incomplete => "What is missing",
        FindingKind.Choice => "Which method to choose",
        FindingKind.Comparison => "Forward gradients against backpropagation",
        FindingKind.Cycles => "What a step costs",
        FindingKind.Fit => "What fits the scratchpad",
        FindingKind.NotRunnable => "What does not run",
        FindingKind.Fault => "What did not train to the end",
        FindingKind.Rounding => "What rounds to nothing",
        FindingKind.Overflow => "What overflows",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
