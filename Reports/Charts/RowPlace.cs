namespace NpuSim.Reports.Charts;

/// <summary>Where the text of a row stands.</summary>
internal enum RowPlace
{
    /// <summary>Right of a value, as behind a bar.</summary>
    Value,

    /// <summary>At the left end of the plot area.</summary>
    Left,

    /// <summary>In a column right of the plot area.</summary>
    Right,
}
