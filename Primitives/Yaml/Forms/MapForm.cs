using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>An <see cref="ImmutableSortedDictionary{TKey, TValue}"/> with names of the user's choice, in ordinal order.</summary>
internal sealed class MapForm(Type valueType, Form value) : Form
{
    public override string Accepts => $"names of your choice, each with {value.Accepts}";

    public override IEnumerable<Form> Parts => value.Parts;

    public Form Value => value;

    /// <summary>The map without names.</summary>
    public object Empty => Make([]);

    public override bool TryRead(Node node, string path, Reading reading, out object? result)
    {
        if (node is not MapNode map)
            return Refuse(node, path, reading, out result);
        var entries = new List<(string, object?)>();
        bool ok = true;
        foreach (Entry entry in map.Entries)
        {
            string place = Reading.Join(path, entry.Key);
            reading.Remember(place, entry.At);
            ok &= value.TryRead(entry.Value, place, reading, out object? element);
            entries.Add((entry.Key, element));
        }

        result = ok ? Make(entries) : null;
        return ok;
    }

    public override Printed Print(object map)
    {
        string[] lines = [.. Entries(map).SelectMany(e => value.Print(e.Value!).Under(TextForm.Quoted((string)e.Key)))];
        return lines.Length == 0 ? Printed.Inline("{}") : new Printed(lines, Block: true);
    }

    public override IEnumerable<Problem> Check(object map, string path) =>
        Entries(map).SelectMany(e => value.Check(e.Value!, Reading.Join(path, (string)e.Key)));

    public override IEnumerable<string> Leaves(object map, string path) =>
        Entries(map).SelectMany(e => value.Leaves(e.Value!, Reading.Join(path, (string)e.Key)));

    public override JsonObject Schema(Definitions definitions) =>
        new() { ["type"] = "object", ["additionalProperties"] = value.Schema(definitions) };

    private static IEnumerable<DictionaryEntry> Entries(object map)
    {
        foreach (DictionaryEntry entry in (IDictionary)map)
            yield return entry;
    }

    private object Make(List<(string, object?)> entries) =>
        typeof(MapForm).GetMethod(nameof(Freeze), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(valueType).Invoke(null, [entries])!;

    private static ImmutableSortedDictionary<string, T> Freeze<T>(List<(string Key, object? Value)> entries) =>
        entries.ToImmutableSortedDictionary(e => e.Key, e => (T)e.Value!, StringComparer.Ordinal);
}
