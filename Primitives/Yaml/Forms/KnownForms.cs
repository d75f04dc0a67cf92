using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace NpuSim.Yaml.Forms;

/// <summary>Finds the form of a C# type; the switch is the list of types that can stand in a document.</summary>
internal static class KnownForms
{
    private static readonly ConcurrentDictionary<Type, Form> Records = new();

    private static readonly Type[] Numeric = [typeof(int), typeof(long), typeof(double)];

    public static bool IsNumeric(Type type) => Numeric.Contains(Item(type));

    /// <exception cref="ArgumentException">No form is known for the type.</exception>
    public static Form Make(Type type, Quantity? quantity, Bounds bounds)
    {
        if (type == typeof(string))
            return new TextForm();
        if (type == typeof(bool))
            return new BooleanForm();
        if (type.IsEnum)
            return new EnumForm(type);
        if (IsGeneric(type, typeof(ImmutableArray<>)))
            return new ListForm(Item(type), Make(Item(type), quantity, bounds));
        if (IsGeneric(type, typeof(ImmutableSortedDictionary<,>)) && type.GenericTypeArguments[0] == typeof(string))
            return new MapForm(type.GenericTypeArguments[1], Make(type.GenericTypeArguments[1], quantity, bounds));
        if (type == typeof(ulong) || (IsNumeric(type) && quantity is null))
            return new NumberForm(type, bounds);
        if (IsNumeric(type))
            return new QuantityForm(quantity!, type, bounds);
        return OfRecord(type);
    }

    /// <summary>The form of a record, abstract or not.</summary>
    public static Form OfRecord(Type type) => Records.GetOrAdd(type, static t =>
    {
        if (t.GetCustomAttribute<YamlKindsAttribute>() is { } kinds)
            return new KindForm(t, kinds.Kinds);
        if (t.IsAbstract || !t.IsClass || t.Namespace?.StartsWith("System", StringComparison.Ordinal) != false)
            throw new ArgumentException($"{t} cannot stand in a YAML document.", nameof(type));
        return new RecordForm(t);
    });

    private static Type Item(Type type) => IsGeneric(type, typeof(ImmutableArray<>)) ? type.GenericTypeArguments[0] : type;

    private static bool IsGeneric(Type type, Type definition) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
