using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.EndToEnd.Running;

/// <summary>The content of results.json.</summary>
internal static class Results
{
    /// <summary>Reads it.</summary>
    public static JsonNode Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!;

    /// <summary>Its bytes up to the object "host", which comes last and is all that may differ between machines.</summary>
    public static byte[] WithoutHost(byte[] json)
    {
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("host"))
                continue;
            int start = (int)reader.TokenStartIndex;
            reader.Read();
            reader.Skip();
            Assert.That(reader.Read() && reader.TokenType == JsonTokenType.EndObject, "host is the last key");
            return json[..start];
        }

        Assert.Fail("results.json has no key host");
        return [];
    }

    /// <summary>The instruction set that ran, as results.json reports it.</summary>
    public static string Processor(byte[] json) => Parse(json)["host"]!["processor"]!.GetValue<string>();
}
