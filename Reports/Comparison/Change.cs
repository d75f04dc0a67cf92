using NpuSim.Reports.Text;

namespace NpuSim.Reports.Comparison;

/// <summary>One figure of one run that differs between two studies.</summary>
/// <param name="Profile">The run's profile.</param>
/// <param name="Method">The run's method, format and scheme.</param>
/// <param name="Metric">The figure.</param>
/// <param name="Before">Its value in the first study; null: it has none there.</param>
/// <param name="After">Its value in the second study; null: it has none there.</param>
public sealed record Change(string Profile, string Method, Metric Metric, double? Before, double? After)
{
    /// <summary>How far it moved, as "+0.40 (+1.2 %)", in the metric's unit; "–" where one side has no value.</summary>
    public string Movement
    {
        get
        {
            if (Before is not { } before || After is not { } after || !double.IsFinite(after - before))
                return Quantity.None;
            string sign = after > before ? "+" : "−";
            string share = before == 0 ? "" : $" ({sign}{Quantity.Fixed(100 * Math.Abs((after - before) / before), 2)} %)";
            return $"{sign}{Quantity.Metric(Math.Abs(after - before))}{share}";
        }
    }

    /// <summary>The first value as people read it.</summary>
    public string ShowBefore => Before is { } value ? Metric.Show(value) : Quantity.None;

    /// <summary>The second value as people read it.</summary>
    public string ShowAfter => After is { } value ? Metric.Show(value) : Quantity.None;

    /// <summary>The change in one line.</summary>
    public override string ToString() => $"{Profile}, {Method}: {Metric.Name} {ShowBefore} → {ShowAfter}, {Movement}";
}
