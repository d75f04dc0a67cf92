using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Vectors;

/// <summary>The key "numerics" of a vector: the section of that name of a hardware profile, as JSON.</summary>
internal static class VectorNumerics
{
    private static readonly JsonSerializerOptions Kebab = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes a policy.</summary>
    public static JsonNode Write(NumericPolicy policy) => JsonSerializer.SerializeToNode(policy, Kebab)!;

    /// <summary>Reads a policy with the rules of profiles; JSON is YAML.</summary>
    /// <exception cref="InputException">A key is missing, unknown or out of range.</exception>
    public static NumericPolicy Read(JsonElement json) => YamlRecord.Read<NumericPolicy>(json.GetRawText(), "numerics");
}
