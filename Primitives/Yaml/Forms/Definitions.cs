using System.Text.Json.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>The <c>$defs</c> of a JSON schema: each record once.</summary>
internal sealed class Definitions
{
    private readonly HashSet<string> _names = [];

    public JsonObject Json { get; } = [];

    /// <summary>A reference to the schema of that name, which is made on first use.</summary>
    public JsonObject Refer(string name, Func<JsonObject> make)
    {
        if (_names.Add(name))
            Json[name] = make();
        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }
}
