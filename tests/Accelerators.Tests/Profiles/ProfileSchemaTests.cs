using System.Globalization;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Profiles;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NpuSim.Accelerators.Tests.Profiles;

public sealed class ProfileSchemaTests
{
    private static readonly JsonSchema Schema = new(ProfileSchema.Json());

    private static IEnumerable<string> Names => ShippedProfiles.Names;

    [TestCaseSource(nameof(Names))]
    public void It_accepts_a_shipped_profile_as_written_and_as_printed(string name)
    {
        Assert.That(Schema.Faults(Json(ShippedProfiles.Text(name))), Is.Empty);
        Assert.That(Schema.Faults(Json(ProfileWriter.ToYaml(ShippedProfiles.Find(name)))), Is.Empty);
    }

    [TestCase("rows: 16", "rows: 0")]
    [TestCase("rows: 16", "row: 16")]
    [TestCase("clock: 500 MHz", "clock: 500 MB")]
    [TestCase("clock: 500 MHz", "clock: 500")]
    [TestCase("kind: systolic-array", "kind: mcu")]
    [TestCase("rounding: half-even", "rounding: even")]
    [TestCase("name: Rocket", "nam: Rocket")]
    public void It_refuses_what_the_reader_refuses(string old, string @new)
    {
        string text = SmallProfile.Text.Replace(old, @new);
        Assert.That(Schema.Faults(Json(text)), Is.Not.Empty);
        Assert.That(() => ProfileReader.Read(text, "p.yaml"), Throws.InstanceOf<InputException>());
    }

    [Test]
    public void Every_key_has_a_description()
    {
        JsonObject records = JsonNode.Parse(ProfileSchema.Json())!["$defs"]!.AsObject();
        var bare = new List<string>();
        foreach ((string name, JsonNode? record) in records)
        {
            foreach (JsonNode? variant in record!["oneOf"]?.AsArray() ?? [record.DeepClone()])
            {
                bare.AddRange(variant!["properties"]!.AsObject()
                    .Where(p => p.Key != "kind" && ((string?)p.Value!["description"])!.Split("Accepted: ")[0].Length == 0)
                    .Select(p => $"{name}.{p.Key}"));
            }
        }

        Assert.That(bare, Is.Empty);
    }

    [Test]
    public void The_page_of_keys_is_current()
    {
        string page = Repository.At("docs", "profiles.md");
        string current = ProfileSchema.Markdown();
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(page, current);
        Assert.That(File.ReadAllText(page), Is.EqualTo(current), "Run this test with NPUSIM_UPDATE_DOCS=1 to rewrite the page.");
    }

    private static JsonNode? Json(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Json(stream.Documents[0].RootNode);
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map =>
            new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Json(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } truth => truth.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }
            when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException(node.NodeType.ToString()),
    };
}
