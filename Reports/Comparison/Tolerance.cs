using System.Globalization;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Comparison;

/// <summary>How far a figure may move from its baseline, either way.</summary>
/// <param name="Metric">The figure.</param>
/// <param name="Amount">
/// At least 0: in the metric's unit or, where <paramref name="IsRelative"/>, as a fraction of the baseline.
/// </param>
/// <param name="IsRelative">Whether the amount is relative.</param>
public sealed record Tolerance(Metric Metric, double Amount, bool IsRelative)
{
    /// <summary>Reads "accuracy=0.5" (points), "scratch=1024" (bytes) or "cycles=1%".</summary>
    /// <exception cref="InputException">No such figure, or no such amount.</exception>
    public static Tolerance Parse(string text)
    {
        string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        string names = string.Join(", ", Metric.All.Select(m => m.Name));
        if (parts.Length < 2)
            throw new InputException(
                $"Tolerance \"{PlainText.Line(text)}\": FIGURE=AMOUNT or FIGURE=PERCENT% is accepted, FIGURE one of {names}.");
        Metric metric = Metric.All.FirstOrDefault(m => m.Name == parts[0])
            ?? throw new InputException(
                $"Tolerance \"{PlainText.Line(text)}\": there is no figure \"{PlainText.Line(parts[0])}\"; accepted: {names}.");
        bool relative = parts[1].EndsWith('%');
        string number = relative ? parts[1][..^1] : parts[1];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double amount)
            || !double.IsFinite(amount) || amount < 0)
            throw new InputException(
                $"Tolerance \"{PlainText.Line(text)}\": a number of at least 0 is accepted, with % where it is relative.");
        return new(metric, relative ? amount / 100 : amount, relative);
    }

    /// <summary>True when the figure stayed within the tolerance. A figure that appeared or vanished has not.</summary>
    public bool Accepts(double? baseline, double? value) =>
        baseline is { } from && value is { } to
            ? from.Equals(to) || Math.Abs(to - from) <= Amount * (IsRelative ? Math.Abs(from) : 1)
            : baseline is null && value is null;

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => IsRelative
        ? string.Create(CultureInfo.InvariantCulture, $"{Metric.Name}={100 * Amount:R}%")
        : string.Create(CultureInfo.InvariantCulture, $"{Metric.Name}={Amount:R}");
}
