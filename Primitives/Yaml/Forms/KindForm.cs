using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>An abstract record; the key <c>kind</c> names the record that stands for it.</summary>
internal sealed class KindForm(Type type, IReadOnlyList<Type> kinds) : Form
{
    /// <summary>The key that names the kind.</summary>
    public const string Key = "kind";

    private readonly Dictionary<Type, RecordForm> _kinds = kinds.ToDictionary(k => k, k => (RecordForm)KnownForms.OfRecord(k));

    public string Name => KebabCase.Of(type.Name);

    public IReadOnlyList<RecordForm> Kinds { get; } = [.. kinds.Select(k => (RecordForm)KnownForms.OfRecord(k))];

    public override string Accepts => $"a group of keys with kind {string.Join(", ", Names)}";

    public override IEnumerable<Form> Parts => [this];

    /// <summary>The kind that a value is of.</summary>
    public RecordForm Of(object value) => _kinds[value.GetType()];

    private IEnumerable<string> Names => Kinds.Select(k => k.Name);

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        value = null;
        if (node is not MapNode map)
            return Refuse(node, path, reading, out value);
        string place = Reading.Join(path, Key);
        if (map.Entries.FirstOrDefault(e => e.Key == Key) is not { } entry)
        {
            reading.Fault(place, $"this required key is missing; accepted is one of {string.Join(", ", Names)}");
            return false;
        }

        if (Kinds.FirstOrDefault(k => entry.Value is ScalarNode name && name.Text == k.Name) is { } record)
            return record.TryRead(map, path, reading, [Key], out value);
        string nearest = entry.Value is ScalarNode { Text: var text } ? Suggestion.For(text, Names) : "";
        reading.Fault(entry.Value.At, place, $"found {entry.Value.Noun}; accepted is one of {string.Join(", ", Names)}{nearest}");
        return false;
    }

    public override Printed Print(object value)
    {
        RecordForm record = Of(value);
        return new Printed([$"{Key}: {record.Name}", .. record.Print(value).Lines], Block: true);
    }

    public override IEnumerable<Problem> Check(object value, string path) => Of(value).Check(value, path);

    public override IEnumerable<string> Leaves(object value, string path) =>
        Of(value).Leaves(value, path).Prepend(Reading.Join(path, Key));

    public override Part? Find(object? value, PartPath path) =>
        path.IsEnd || value is null ? base.Find(value, path)
        : path.Key == Key && path.Next.IsEnd ? new Part(new TextForm(), Of(value).Name)
        : Of(value).Find(value, path);

    public override bool TryChange(object value, PartPath path, Node node, Reading reading, out object? changed)
    {
        if (path.IsEnd)
            return base.TryChange(value, path, node, reading, out changed);
        if (path.Key != Key)
            return Of(value).TryChange(value, path, node, reading, out changed);
        reading.Fault(Position.Start, path.Whole,
            "a kind has keys of its own; accepted is all of it at once, or a profile of that kind");
        changed = null;
        return false;
    }

    public override JsonObject Schema(Definitions definitions) => definitions.Refer(Name, () => new JsonObject
    {
        ["oneOf"] = new JsonArray([.. Kinds.Select(k => (JsonNode)k.Schema(definitions, k.Name))]),
    });
}
