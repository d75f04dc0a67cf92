using System.Text.Json;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class WorkloadSchemaTests
{
    [Test]
    public void The_page_of_keys_is_up_to_date()
    {
        string path = Repository.At("docs", "workloads.md");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, WorkloadSchema.Markdown());
        Assert.That(File.ReadAllText(path), Is.EqualTo(WorkloadSchema.Markdown()),
            "look at the difference, then run the tests with NPUSIM_UPDATE_SNAPSHOTS=1");
    }

    [Test]
    public void Every_key_of_the_page_has_a_meaning() =>
        Assert.That(WorkloadSchema.Markdown().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)
            && line.EndsWith("|  |", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void The_schema_knows_the_keys_and_no_others()
    {
        using JsonDocument schema = JsonDocument.Parse(WorkloadSchema.Json());
        JsonElement workload = schema.RootElement.GetProperty("$defs").GetProperty("workload");
        Assert.Multiple(() =>
        {
            Assert.That(workload.GetProperty("properties").EnumerateObject().Select(key => key.Name),
                Is.EqualTo(new[] { "name", "description", "model", "pretrain", "adapt", "methods", "seeds", "data-seed",
                    "weights", "pixels", "compress", "head", "prepare", "file" }));
            Assert.That(workload.GetProperty("additionalProperties").GetBoolean(), Is.False);
        });
    }
}
