using System.Reflection;

namespace NpuSim.Yaml.Forms;

/// <summary>One key of a record.</summary>
/// <param name="Key">As written in YAML.</param>
/// <param name="Description">One sentence; may be empty.</param>
/// <param name="Form">Form of its value.</param>
/// <param name="Nullable">True: <c>null</c> is a value.</param>
/// <param name="Required">True: there is no default.</param>
/// <param name="Default">Value when the key is left out; null unless optional.</param>
/// <param name="Get">Its value in a record.</param>
/// <param name="HideNull">True: null is not printed.</param>
internal sealed record Field(
    string Key, string Description, Form Form, bool Nullable, bool Required, object? Default,
    Func<object, object?> Get, bool HideNull)
{
    /// <summary>The lines of <c>key: value</c> for that record; none for a null that is hidden.</summary>
    public IEnumerable<string> Print(object record) =>
        Get(record) is var value && value is null && HideNull ? [] : PrintValue(value).Under(Key);

    public Printed PrintValue(object? value) => value is null ? Printed.Inline("null") : Form.Print(value);

    /// <summary>The field for a constructor parameter of that record.</summary>
    public static Field Of(ParameterInfo parameter, Type record)
    {
        string name = parameter.Name!;
        var declared = parameter.GetCustomAttribute<YamlAttribute>();
        Type type = System.Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        bool nullable = type != parameter.ParameterType
            || (!type.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable);
        Quantity? quantity = KnownForms.IsNumeric(type) ? Quantity.OfName(name) : null;
        string kept = quantity is null || name == quantity.Suffix ? name : name[..^quantity.Suffix.Length];
        Form form = KnownForms.Make(type, quantity, Bounds.Of(declared));

        object? absent = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        if (absent is not null && type.IsEnum)
            absent = Enum.ToObject(type, absent);
        bool empty = absent is null && !nullable && (declared?.Optional == true || parameter.HasDefaultValue);
        if (empty)
            absent = Empty(form);

        PropertyInfo property = record.GetProperty(name)
            ?? throw new ArgumentException($"{record} has no property for its parameter {name}.", nameof(parameter));
        return new Field(declared?.Key ?? KebabCase.Of(kept), declared?.Description ?? "", form, nullable,
            !nullable && !parameter.HasDefaultValue && declared?.Optional != true, absent, property.GetValue,
            declared?.HideNull == true);
    }

    /// <summary>The field for a key of a registry.</summary>
    public static Field Of(YamlNumber number) => new(
        number.Key, number.Description, new NumberForm(typeof(double), Bounds.Of(number)), !number.Required, number.Required,
        null,
        record => ((IYamlNumbers)record).Numbers.TryGetValue(number.Key, out double value) ? value : null, number.HideNull);

    private static object? Empty(Form form) => form switch
    {
        ListForm list => list.Empty,
        MapForm map => map.Empty,
        RecordForm inner => inner.AllDefaults(),
        _ => throw new ArgumentException($"Only lists, maps and records can be empty, not {form.Accepts}.", nameof(form)),
    };
}
