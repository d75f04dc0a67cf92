using System.Text.Json.Nodes;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanForm : Form
{
    public override string Accepts => "true or false";

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        if (node is not ScalarNode { Plain: true, Text: "true" or "false" } scalar)
            return Refuse(node, path, reading, out value);
        value = scalar.Text == "true";
        return true;
    }

    public override Printed Print(object value) => Printed.Inline((bool)value ? "true" : "false");

    public override JsonObject Schema(Definitions definitions) => new() { ["type"] = "boolean" };
}
