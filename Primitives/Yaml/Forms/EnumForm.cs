using System.Reflection;
using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>One word of a fixed set.</summary>
internal sealed class EnumForm(Type type) : Form
{
    /// <summary>Word, C# value and description, in the order of the declaration.</summary>
    public IReadOnlyList<(string Word, object Value, string Description)> Members { get; } =
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (f, Declared: f.GetCustomAttribute<YamlAttribute>()))
            .Select(m => (m.Declared?.Key ?? KebabCase.Of(m.f.Name), m.f.GetValue(null)!, m.Declared?.Description ?? "")),
    ];

    public string Name => KebabCase.Of(type.Name);

    public override string Accepts => string.Join(", ", Members.Select(m => m.Word));

    public override IEnumerable<Form> Parts => Members.Any(m => m.Description.Length > 0) ? [this] : [];

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode scalar || node.IsNull)
            return Refuse(node, path, reading, out value);
        value = Members.FirstOrDefault(m => m.Word == scalar.Text).Value;
        if (value is null)
        {
            string nearest = Suggestion.For(scalar.Text, Members.Select(m => m.Word));
            reading.Fault(node.At, path, $"found {node.Noun}; accepted is one of {Accepts}{nearest}");
        }

        return value is not null;
    }

    public override Printed Print(object value) => Printed.Inline(Members.First(m => m.Value.Equals(value)).Word);

    public override JsonObject Schema(Definitions definitions) =>
        new() { ["enum"] = new JsonArray([.. Members.Select(m => (JsonNode)m.Word)]) };
}
