namespace NpuSim.Reports.Comparison;

/// <summary>One figure held against its baseline.</summary>
/// <param name="Change">The two values, which may be equal.</param>
/// <param name="Tolerance">How far it may move.</param>
/// <param name="IsMissing">True when the study no longer has the run.</param>
public sealed record CheckedFigure(Change Change, Tolerance Tolerance, bool IsMissing)
{
    /// <summary>True when it stayed within the tolerance.</summary>
    public bool Holds => !IsMissing && Tolerance.Accepts(Change.Before, Change.After);

    /// <summary>What is wrong, in one line.</summary>
    public string Fault => IsMissing
        ? $"{Change.Profile}, {Change.Method}: the run is missing"
        : $"{Change} (allowed: {Tolerance})";
}
