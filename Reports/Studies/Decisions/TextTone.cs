namespace NpuSim.Reports.Studies.Decisions;

/// <summary>How a piece of text on a terminal may stand out. What it says can be read without.</summary>
public enum TextTone
{
    /// <summary>As the rest.</summary>
    Plain,

    /// <summary>A heading or the answer.</summary>
    Strong,

    /// <summary>What to choose.</summary>
    Good,

    /// <summary>What there is no reason to choose.</summary>
    Weak,

    /// <summary>What cannot be chosen.</summary>
    Bad,
}
