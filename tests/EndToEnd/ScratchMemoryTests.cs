using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class ScratchMemoryTests : CommandTests
{
    [TestCase(SmallWorkload.Yaml, TestName = "Forward_gradients_need_less_scratch_than_backpropagation_on_every_profile(cnn)")]
    [TestCase(SmallWorkload.TransformerYaml,
        TestName = "Forward_gradients_need_less_scratch_than_backpropagation_on_every_profile(vit)")]
    public void Forward_gradients_need_less_scratch_than_backpropagation_on_every_profile(string workload)
    {
        Write("task.yaml", workload);
        string[] profiles = [.. Npusim.Run("profile", "list").Succeeded().Output.Split('\n',
            StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0])];
        string[] methods = ["bp:fp32", "bp:fp16", "qzo-ff:16w8a", "qzo-ff:8w8a"];
        byte[] json = Npusim.Run(["compare", "-w", "task.yaml", "-p", "all", "-s", "ft", "-m", .. methods, "--steps",
            "1", "--seeds", "1",
            "--json"]).Succeeded().OutputBytes;
        JsonArray runs = Results.Parse(json)["runs"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That(profiles, Has.Length.GreaterThanOrEqualTo(8));
            Assert.That(runs.Select(r => r!["profile"]!.GetValue<string>()).Distinct(), Is.EquivalentTo(profiles));
            foreach (IGrouping<string, JsonNode?> profile in runs.GroupBy(r => r!["profile"]!.GetValue<string>()))
            {
                long backpropagation = profile.Where(r => r!["method"]!.GetValue<string>() == "bp").Min(Scratch);
                long forward = profile.Where(r => r!["method"]!.GetValue<string>() == "qzo-ff").Max(Scratch);
                Assert.That(forward, Is.LessThan(backpropagation).And.Positive, profile.Key);
            }
        });
    }

    private static long Scratch(JsonNode? run) => run!["memory"]!["arenaBytes"]!.GetValue<long>();
}
