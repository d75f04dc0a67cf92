using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>A record: one key for each parameter of its constructor, or of those that a registry has, no other.</summary>
internal sealed class RecordForm : Form
{
    private readonly Func<object?[], object> _make;
    private readonly Lazy<IReadOnlyList<Field>> _fields;

    public RecordForm(Type type)
    {
        var declared = type.GetCustomAttribute<YamlAttribute>();
        Name = declared?.Key ?? KebabCase.Of(type.Name);
        Description = declared?.Description ?? "";
        ConstructorInfo constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)
            ?? throw new ArgumentException($"{type} has no public constructor.", nameof(type));
        if (type.IsAssignableTo(typeof(IYamlNumbers)))
        {
            _fields = new(() => [.. Keys(type).Select(Field.Of)]);
            _make = values => constructor.Invoke([Numbers(values)]);
        }
        else
        {
            _fields = new(() => [.. constructor.GetParameters().Select(p => Field.Of(p, type))]);
            _make = constructor.Invoke;
        }
    }

    /// <summary>Name in kebab-case, which is also its kind.</summary>
    public string Name { get; }

    public string Description { get; }

    public IReadOnlyList<Field> Fields => _fields.Value;

    public override string Accepts => $"a group of the keys {string.Join(", ", Fields.Select(f => f.Key))}";

    public override IEnumerable<Form> Parts => [this];

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        if (node is not MapNode map)
            return Refuse(node, path, reading, out value);
        return TryRead(map, path, reading, [], out value);
    }

    /// <summary>Reads the keys except those in <paramref name="known"/>, which were read already.</summary>
    public bool TryRead(MapNode map, string path, Reading reading, IReadOnlyList<string> known, out object? value)
    {
        bool ok = true;
        foreach (Entry entry in map.Entries)
        {
            reading.Remember(Reading.Join(path, entry.Key), entry.At);
            if (known.Contains(entry.Key) || Fields.Any(f => f.Key == entry.Key))
                continue;
            string[] keys = [.. known, .. Fields.Select(f => f.Key)];
            reading.Fault(entry.At, Reading.Join(path, entry.Key),
                $"unknown key; accepted are {string.Join(", ", keys)}{Suggestion.For(entry.Key, keys)}");
            ok = false;
        }

        var arguments = new object?[Fields.Count];
        for (int i = 0; i < arguments.Length; i++)
            ok &= TryRead(Fields[i], map, path, reading, out arguments[i]);
        value = ok ? _make(arguments) : null;
        if (value is IChecked record)
        {
            foreach (Problem problem in record.Problems())
                reading.Fault(Path(path, problem.Key), problem.Text);
        }

        return ok;
    }

    public override Printed Print(object value) => new([.. Fields.SelectMany(f => f.Print(value))], Block: true);

    public override IEnumerable<Problem> Check(object value, string path)
    {
        foreach (Field field in Fields)
        {
            if (field.Get(value) is not { } part)
                continue;
            foreach (Problem problem in field.Form.Check(part, Reading.Join(path, field.Key)))
                yield return problem;
        }

        if (value is IChecked record)
        {
            foreach (Problem problem in record.Problems())
                yield return problem with { Key = Path(path, problem.Key) };
        }
    }

    public override IEnumerable<string> Leaves(object value, string path) => Fields.SelectMany(field =>
        field.Get(value) is { } part ? field.Form.Leaves(part, Reading.Join(path, field.Key)) : []);

    public override Part? Find(object? value, PartPath path) =>
        path.IsEnd ? base.Find(value, path)
        : value is not null && Fields.FirstOrDefault(f => f.Key == path.Key) is { } field
            ? field.Form.Find(field.Get(value), path.Next)
        : null;

    public override bool TryChange(object value, PartPath path, Node node, Reading reading, out object? changed)
    {
        if (path.IsEnd)
            return base.TryChange(value, path, node, reading, out changed);
        int index = Fields.ToList().FindIndex(f => f.Key == path.Key);
        if (index < 0)
            return Lacks(path, reading, [.. Fields.Select(f => f.Key)], out changed);
        if (!TryChange(Fields[index], Fields[index].Get(value), path.Next, node, reading, out object? part))
        {
            changed = null;
            return false;
        }

        changed = _make([.. Fields.Select((f, i) => i == index ? part : f.Get(value))]);
        return true;
    }

    public override JsonObject Schema(Definitions definitions) => definitions.Refer(Name, () => Schema(definitions, null));

    /// <summary>The schema itself; with the key <c>kind</c> where <paramref name="kind"/> is given.</summary>
    public JsonObject Schema(Definitions definitions, string? kind)
    {
        JsonObject properties = [];
        if (kind is not null)
            properties["kind"] = new JsonObject { ["const"] = kind };
        foreach (Field field in Fields)
            properties[field.Key] = Schema(field, definitions);
        var required = Fields.Where(f => f.Required).Select(f => f.Key);
        if (kind is not null)
            required = required.Prepend("kind");
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = Description,
            ["properties"] = properties,
            ["required"] = new JsonArray([.. required.Select(k => (JsonNode)k)]),
            ["additionalProperties"] = false,
        };
    }

    /// <summary>The record that an empty group of keys gives.</summary>
    /// <exception cref="ArgumentException">One of its keys is required.</exception>
    public object AllDefaults() => Fields.FirstOrDefault(f => f.Required) is { } field
        ? throw new ArgumentException($"{Name} cannot be left out: its key {field.Key} is required.")
        : _make([.. Fields.Select(f => f.Default)]);

    private static ImmutableArray<YamlNumber> Keys(Type type) =>
        (ImmutableArray<YamlNumber>)type.GetProperty(
            nameof(IYamlNumbers.Keys), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private ImmutableSortedDictionary<string, double> Numbers(object?[] values) => Fields.Zip(values)
        .Where(p => p.Second is not null)
        .ToImmutableSortedDictionary(p => p.First.Key, p => (double)p.Second!, StringComparer.Ordinal);

    private static JsonObject Schema(Field field, Definitions definitions)
    {
        JsonObject schema = field.Form.Schema(definitions);
        if (field.Nullable)
            schema = new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        schema["description"] = $"{field.Description} Accepted: {field.Form.Accepts}.".TrimStart();
        bool scalar = !field.Required && field.Form is not (ListForm or MapForm);
        if (scalar && field.PrintValue(field.Default) is { Block: false } absent)
        {
            bool literal = field.Default is null || field.Form is NumberForm or BooleanForm;
            schema["default"] = literal ? JsonNode.Parse(absent.Lines[0]) : JsonValue.Create(absent.Lines[0]);
        }

        return schema;
    }

    private static bool TryChange(Field field, object? value, PartPath path, Node node, Reading reading, out object? changed)
    {
        changed = null;
        if (path.IsEnd && field.Nullable && node.IsNull)
            return true;
        if (path.IsEnd)
            return field.Form.TryRead(node, path.Whole, reading, out changed);
        if (value is not null)
            return field.Form.TryChange(value, path, node, reading, out changed);
        reading.Fault(Position.Start, path.Whole, $"{path.Before} is null; accepted is all of it at once, {path.Before}={{…}}");
        return false;
    }

    private static bool TryRead(Field field, MapNode map, string path, Reading reading, out object? value)
    {
        value = field.Default;
        Entry? entry = map.Entries.FirstOrDefault(e => e.Key == field.Key);
        if (entry is null)
        {
            if (field.Required)
                reading.Fault(Reading.Join(path, field.Key), $"this required key is missing; accepted is {field.Form.Accepts}");
            return !field.Required;
        }

        if (field.Nullable && entry.Value.IsNull)
        {
            value = null;
            return true;
        }

        return field.Form.TryRead(entry.Value, Reading.Join(path, field.Key), reading, out value);
    }

    private static string Path(string path, string key) => (path, key) switch
    {
        (_, "") => path,
        ("", _) => key,
        _ => $"{path}.{key}",
    };
}
