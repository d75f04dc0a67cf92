namespace NpuSim.Yaml;

/// <summary>
/// Says how a constructor parameter of a record, an enum member or one kind of a polymorphic record appears in YAML. Without it a
/// name is written in kebab-case. A parameter whose name ends in a unit (<c>ClockHz</c>, <c>SizeBytes</c>, see
/// <see cref="Quantity"/>) is a quantity: its key drops the unit and its value carries it (<c>clock: 800 MHz</c>).
/// </summary>
/// <param name="description">What it means, in one sentence; shown by editors and in the tables of keys.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Field | AttributeTargets.Class, Inherited = false)]
public sealed class YamlAttribute(string description) : Attribute
{
    /// <summary>What it means, in one sentence.</summary>
    public string Description { get; } = description;

    /// <summary>The key, enum value or kind as written in YAML; null: made from the C# name.</summary>
    public string? Key { get; set; }

    /// <summary>Least number accepted, in the unit of the C# name; NaN: no limit.</summary>
    public double Min { get; set; } = double.NaN;

    /// <summary>Every number accepted is greater than this, in the unit of the C# name; NaN: no limit.</summary>
    public double Above { get; set; } = double.NaN;

    /// <summary>Greatest number accepted, in the unit of the C# name; NaN: no limit.</summary>
    public double Max { get; set; } = double.NaN;

    /// <summary>
    /// The key may be left out, which means an empty list, an empty map or a record of all its defaults. Nullable parameters and
    /// those with a C# default are optional without it.
    /// </summary>
    public bool Optional { get; set; }

    /// <summary>
    /// A null value is not printed: what was printed before the key existed is still printed the same, and so keeps its hash.
    /// </summary>
    public bool HideNull { get; set; }
}
