namespace NpuSim.Yaml;

/// <summary>One value of a record.</summary>
/// <param name="Value">As the record holds it; null where the key stands for nothing.</param>
/// <param name="Text">As YAML.</param>
/// <param name="Unit">Of a quantity the unit of <paramref name="Value"/>, as "B"; else null.</param>
public sealed record Leaf(object? Value, string Text, string? Unit)
{
    /// <summary>The value as a number; null where it is none.</summary>
    public double? Number => Value is int or long or ulong or double
        ? Convert.ToDouble(Value, System.Globalization.CultureInfo.InvariantCulture) : null;
}
