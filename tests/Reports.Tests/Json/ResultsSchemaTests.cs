using System.Text.Json.Nodes;
using NpuSim.Reports.Studies.Figures;

namespace NpuSim.Reports.Tests.Json;

/// <summary>
/// Parts of docs/results.schema.json that hold figures are what the figures say; NPUSIM_UPDATE_DOCS=1 writes them anew.
/// </summary>
public sealed class ResultsSchemaTests
{
    [Test]
    public void The_parts_with_figures_are_what_the_figures_say()
    {
        string path = Repository.At("docs", "results.schema.json");
        JsonObject schema = JsonNode.Parse(File.ReadAllText(path))!.AsObject(), parts = schema["$defs"]!.AsObject();
        parts["memory"] = MemoryFigures.Json.Schema(
            "Scratch memory of one training step; weights and optimiser state are persistent and counted apart.");
        parts["cost"] = CostFigures.Json.Schema("One training step, in cycles of the accelerator's clock.");
        parts["numerics"] = NumericsFigures.Json.Schema(
            "What fixed-point arithmetic did during training, summed over the seeds.");
        parts["run"]!["properties"]!["episodeSetup"] =
            SetupFigures.Json.Schema("What runs once before each few-shot episode; absent for other tasks.");
        string wanted = CompactJson.Text(schema);
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(path, wanted);
        Assert.That(File.ReadAllText(path), Is.EqualTo(wanted), "NPUSIM_UPDATE_DOCS=1 writes the schema anew.");
    }
}
