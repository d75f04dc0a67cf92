using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>How values of one C# type are written in YAML: reads, prints, checks and describes them.</summary>
internal abstract class Form
{
    /// <summary>What is accepted, in words that may follow "accepted is".</summary>
    public abstract string Accepts { get; }

    /// <summary>The value, or false after a fault was recorded.</summary>
    public abstract bool TryRead(Node node, string path, Reading reading, out object? value);

    /// <summary>The value as YAML.</summary>
    public abstract Printed Print(object value);

    /// <summary>JSON schema of the accepted nodes.</summary>
    public abstract JsonObject Schema(Definitions definitions);

    /// <summary>Rules that a value broke on another way than through <see cref="TryRead"/>.</summary>
    public virtual IEnumerable<Problem> Check(object value, string path) => [];

    /// <summary>The paths of all words and numbers in a value.</summary>
    public virtual IEnumerable<string> Leaves(object value, string path) => [path];

    /// <summary>The part of a value at a path inside it; null where there is none.</summary>
    public virtual Part? Find(object? value, PartPath path) => path.IsEnd ? new Part(this, value) : null;

    /// <summary>The value with the part at a path inside it read anew, or false after a fault was recorded; no rules between
    /// parts are checked.</summary>
    public virtual bool TryChange(object value, PartPath path, Node node, Reading reading, out object? changed) =>
        path.IsEnd ? TryRead(node, path.Whole, reading, out changed) : Lacks(path, reading, [], out changed);

    /// <summary>The forms inside this one that have a table of their own.</summary>
    public virtual IEnumerable<Form> Parts => [];

    /// <summary>Records that a value has no part of that name.</summary>
    protected static bool Lacks(PartPath path, Reading reading, IReadOnlyList<string> keys, out object? changed)
    {
        string accepted = keys.Count == 0
            ? "it has no parts" : $"accepted are {string.Join(", ", keys)}{Suggestion.For(path.Key, keys)}";
        reading.Fault(Position.Start, path.Whole,
            $"there is no '{path.Key}'{(path.Before.Length > 0 ? $" in {path.Before}" : "")}; {accepted}");
        changed = null;
        return false;
    }

    protected bool Refuse(Node node, string path, Reading reading, out object? value)
    {
        string found = node.IsNull ? "the key has no value" : $"found {node.Noun}";
        reading.Fault(node.At, path, $"{found}; accepted is {Accepts}");
        value = null;
        return false;
    }
}
