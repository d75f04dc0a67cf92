using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>What a figure is measured in: its columns and its text in comparisons follow.</summary>
/// <param name="Unit">Unit of a column; null for counts and text.</param>
/// <param name="Format">Format of a column, as <see cref="Column{T}"/> takes it; null shows the value as it is.</param>
/// <param name="Show">A value in the unit of comparisons as people read it.</param>
internal sealed record Measure(string? Unit, string? Format, Func<double, string> Show)
{
    /// <summary>Bytes.</summary>
    public static readonly Measure Bytes = new("B", Column<object>.BinaryBytes, Quantity.Bytes);

    /// <summary>Cycles of the accelerator's clock.</summary>
    public static readonly Measure Cycles = new("cycle", Column<object>.PrefixOnly, v => Quantity.Metric(v));

    /// <summary>Joules.</summary>
    public static readonly Measure Joules = new("J", Column<object>.MetricPrefix, v => Quantity.Metric(v, "J"));

    /// <summary>A fraction 0..1, shown in percent and compared in points.</summary>
    public static readonly Measure Fraction = new("%", "F1", v => Quantity.Fixed(v, 2) + " %") { Scale = 100 };

    /// <summary>A share 0..1 of which the small ones matter, shown in percent and compared in points.</summary>
    public static readonly Measure Share = new("%", "F1", v => Quantity.Share(v / 100)) { Scale = 100 };

    /// <summary>Plain counts.</summary>
    public static readonly Measure Count = new(null, null, v => Quantity.Metric(v));

    /// <summary>Yes or no, compared as 1 or 0.</summary>
    public static readonly Measure Truth = new(null, null, v => v == 0 ? "no" : "yes");

    /// <summary>Text, which is not compared.</summary>
    public static readonly Measure Text = new(null, null, _ => throw new NotSupportedException("texts are not compared"));

    /// <summary>By how much the value is multiplied before it is shown or compared.</summary>
    public int Scale { get; private init; } = 1;
}
