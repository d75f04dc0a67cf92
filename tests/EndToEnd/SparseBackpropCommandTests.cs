using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class SparseBackpropCommandTests : CommandTests
{
    [Test]
    public void The_scheme_that_is_found_is_one_that_plan_takes()
    {
        string[] lines = Npusim.Run("study", "sparse-backprop", "--steps", "2", "--generations", "5")
            .Succeeded().Output.TrimEnd().Split('\n');
        string scheme = lines[^1].Split(": ")[0];
        Assert.That(scheme, Does.StartWith("sparse:"));
        byte[] json = Npusim.Run("study", "sparse-backprop", "--steps", "2", "--generations", "5", "--json")
            .Succeeded().OutputBytes;
        Assert.That(JsonNode.Parse(json)!["best"]!["scheme"]!.GetValue<string>(), Is.EqualTo(scheme));
        Npusim.Run("plan", "-p", "systolic-int8-16x16", "-m", "bp:fp32+compact", "-s", scheme).Succeeded();
    }
}
