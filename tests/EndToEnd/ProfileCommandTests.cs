using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>npusim profile and npusim workload, which have the same commands.</summary>
[TestFixture("profile", "systolic-int8-16x16", "clock: 500 MHz", "clock: 500 parsec")]
[TestFixture("workload", "glyphs-cnn", "batch: 32", "batch: 0")]
public sealed class ProfileCommandTests(string command, string name, string right, string wrong) : CommandTests
{
    [Test]
    public void List_names_each_with_its_description_and_show_prints_a_file_that_is_valid()
    {
        string[] lines = Npusim.Run(command, "list").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(l => l.Split(' ')[0]), Does.Contain(name));
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', 2);
            string shown = Npusim.Run(command, "show", words[0]).Succeeded().Output;
            Assert.That(shown, Does.Contain(words[1].Trim()), "the description");
            Write("shown.yaml", shown);
            Assert.That(Npusim.Run(command, "validate", "shown.yaml").Succeeded().Output,
                Is.EqualTo($"shown.yaml: {words[0]} is valid\n"));
            Assert.That(Npusim.Run(command, "show", "./shown.yaml").Succeeded().Output, Is.EqualTo(shown));
        }
    }

    [Test]
    public void Validate_reports_every_file_and_every_fault()
    {
        string good = Npusim.Run(command, "show", name).Succeeded().Output;
        Assert.That(good, Does.Contain(right));
        Write("good.yaml", good);
        Write("bad.yaml", good.Replace(right, wrong, StringComparison.Ordinal) + "surplus: 1\n");
        Outcome run = Npusim.Run(command, "validate", "bad.yaml", "none.yaml", "good.yaml");
        string[] faults = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Output, Is.EqualTo($"good.yaml: {name} is valid\n"));
            Assert.That(faults.Count(f => f.StartsWith("bad.yaml:", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(2),
                run.Error);
            Assert.That(run.Error, Does.Contain("surplus").And.Contain(wrong.Split(' ')[^1]).And.Contain("none.yaml"));
        });
    }

    [Test]
    public void Schema_is_a_json_schema()
    {
        JsonNode schema = JsonNode.Parse(Npusim.Run(command, "schema").Succeeded().OutputBytes)!;
        Assert.That(schema["$schema"]!.GetValue<string>(), Does.Contain("json-schema.org"));
    }
}
