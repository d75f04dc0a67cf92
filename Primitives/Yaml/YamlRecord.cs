using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Yaml.Forms;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml;

/// <summary>
/// Immutable records as strict YAML. The constructor's parameters are the declaration: key, unit, range, default and description
/// come from their names, types and <see cref="YamlAttribute"/>. Parameters may be string, bool, int, long, ulong, double, enums,
/// other records, <see cref="System.Collections.Immutable.ImmutableArray{T}"/>,
/// <see cref="System.Collections.Immutable.ImmutableSortedDictionary{TKey, TValue}"/> with string keys, and nullable.
/// </summary>
public static class YamlRecord
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The record that a text describes.</summary>
    /// <param name="text">YAML, at most 2^20 characters.</param>
    /// <param name="file">Name that faults carry.</param>
    /// <param name="rules">What the record breaks of rules that it does not know itself; null: there are none.</param>
    /// <exception cref="InvalidDocumentException">The text has faults; it lists all of them.</exception>
    public static T Read<T>(string text, string file, Func<T, IEnumerable<Problem>>? rules = null) where T : class
    {
        var reading = new Reading();
        object? record = null;
        if (NodeParser.Parse(text.TrimStart('\uFEFF'), reading) is { } root)
            KnownForms.OfRecord(typeof(T)).TryRead(root, "", reading, out record);
        foreach (Problem problem in record is T read && rules is not null ? rules(read) : [])
            reading.Fault(problem.Key, problem.Text);
        return reading.Faults.Count == 0
            ? (T)record!
            : throw new InvalidDocumentException(file, [.. reading.Faults.OrderBy(f => f.At)]);
    }

    /// <summary>The record that a file describes.</summary>
    /// <exception cref="InputException">The file cannot be read, or has faults.</exception>
    public static T ReadFile<T>(string path, Func<T, IEnumerable<Problem>>? rules = null) where T : class =>
        Read(TextFile.Read(path, NodeParser.MaxCharacters), path, rules);

    /// <summary>The record as YAML with every default written out; <see cref="Read{T}"/> gives it back.</summary>
    public static string Print<T>(T record) where T : class =>
        string.Join('\n', KnownForms.OfRecord(typeof(T)).Print(record).Lines) + "\n";

    /// <summary>
    /// The record as YAML to be edited: every default written out, above each key a comment with its meaning and what it accepts.
    /// <see cref="Read{T}"/> gives the record back.
    /// </summary>
    public static string PrintCommented<T>(T record) where T : class =>
        string.Join('\n', CommentedText.Lines(KnownForms.OfRecord(typeof(T)), record)) + "\n";

    /// <summary>Every rule that a record made in code breaks, its parts included; empty when it can be used.</summary>
    public static IReadOnlyList<Problem> Problems<T>(T record) where T : class =>
        [.. KnownForms.OfRecord(typeof(T)).Check(record, "")];

    /// <summary>
    /// The paths of all words and numbers that a record holds, in the order of its print: <c>engine.rows</c>,
    /// <c>formats[0].rate</c>.
    /// </summary>
    public static IReadOnlyList<string> Leaves<T>(T record) where T : class =>
        [.. KnownForms.OfRecord(typeof(T)).Leaves(record, "")];

    /// <summary>The record with the part at one path read anew. Rules between parts are not checked: <see cref="Problems{T}"/>
    /// does.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">As <c>engine.rows</c>, <c>formats[0].rate</c> or, for a whole group, <c>memory.dram</c>.</param>
    /// <param name="value">The value as YAML: <c>16</c>, <c>64 KiB</c>, <c>null</c>, <c>{weights: int8, activations:
    /// int8}</c>.</param>
    /// <exception cref="InputException">There is no such key, or it does not take the value; the message names both.</exception>
    public static T With<T>(T record, string path, string value) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(value);
        var reading = new Reading();
        object? changed = null;
        if (NodeParser.Parse(value, reading) is { } node)
            KnownForms.OfRecord(typeof(T)).TryChange(record, new PartPath(path), node, reading, out changed);
        return reading.Faults.Count == 0
            ? (T)changed!
            : throw new InputException($"{path}={value}: {reading.Faults[0].Problem.Text}.");
    }

    /// <summary>The part of a record at a path; null where it has none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">As <c>engine.rows</c>.</param>
    public static Leaf? Find<T>(T record, string path) where T : class => KnownForms.OfRecord(typeof(T))
        .Find(record, new PartPath(path)) is { } part
        ? new Leaf(
            part.Value, part.Value is null ? "null" : string.Join(' ', part.Form.Print(part.Value).Lines.Select(l => l.Trim())),
            (part.Form as QuantityForm)?.Symbol)
        : null;

    /// <summary>What the declarations say of the key at a path.</summary>
    /// <param name="path">As <c>engine.rows</c> or <c>formats[0].rate</c>.</param>
    /// <param name="record">A record, of whose kinds the key must be; null: of any kind.</param>
    /// <exception cref="InputException">There is no such key; the message says which there are.</exception>
    public static KeyMeaning Explain<T>(string path, T? record = null) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return KeyMeanings.Of(KnownForms.OfRecord(typeof(T)), record, path);
    }

    /// <summary>The paths of all keys, those inside lists left out, groups before what is in them.</summary>
    /// <param name="record">A record, whose kinds count; null: every kind.</param>
    public static IReadOnlyList<string> Keys<T>(T? record = null) where T : class =>
        [.. KeyMeanings.All(KnownForms.OfRecord(typeof(T)), record, "")];

    /// <summary>JSON schema (draft 2020-12) of the documents that <see cref="Read{T}"/> accepts, for editors.</summary>
    /// <param name="title">Title of the schema.</param>
    public static string Schema<T>(string title) where T : class
    {
        var definitions = new Definitions();
        JsonObject root = KnownForms.OfRecord(typeof(T)).Schema(definitions);
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach ((string key, JsonNode? value) in root)
            schema[key] = value?.DeepClone();
        schema["$defs"] = definitions.Json;
        return schema.ToJsonString(Readable) + "\n";
    }

    /// <summary>Tables of all keys in Markdown: a section for each record, each kind of a record and each set of words.</summary>
    public static string Markdown<T>() where T : class
    {
        var text = new StringBuilder();
        KeyTables.Append(text, KnownForms.OfRecord(typeof(T)));
        return text.ToString();
    }
}
