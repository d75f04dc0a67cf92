using NpuSim.Simulator.Memory;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class SparseUpdateMemoryTests
{
    [Test]
    public void Every_published_scheme_has_its_published_memory()
    {
        var layers = GoldenFolder.Rows("memory/tiny-training-layers.csv");
        var schemes = GoldenFolder.Rows("memory/tiny-training-schemes.csv");
        Assert.That(schemes, Has.Count.EqualTo(10));
        foreach (IReadOnlyDictionary<string, string> scheme in schemes)
        {
            string[] network = [.. layers.Where(l => l["model"] == scheme["model"]).Select(l => l["index"])];
            var updated = scheme["weight_update_layers"].Split(' ').Zip(scheme["weight_update_ratios"].Split(' '))
                .ToDictionary(p => p.First, p => double.Parse(p.Second));
            int firstBias = network.Length - int.Parse(scheme["bias_update_last_layers"]);
            SparseUpdateMemory memory = SparseUpdateMemory.Of([.. layers.Where(l => l["model"] == scheme["model"]).Select(l =>
                new SparseUpdateLayer(
                    int.Parse(l["in_channels"]), int.Parse(l["out_channels"]), int.Parse(l["kernel"]), int.Parse(l["groups"]),
                    int.Parse(l["in_size"]), int.Parse(l["out_size"]),
                    updated.GetValueOrDefault(l["index"]), int.Parse(l["index"]) >= firstBias))]);

            Assert.Multiple(() =>
            {
                Assert.That(memory.WeightBytes / 1024, Is.EqualTo(double.Parse(scheme["weights_and_biases_kB"])).Within(0.0051));
                Assert.That(memory.ActivationBytes / 1024, Is.EqualTo(double.Parse(scheme["activations_kB"])).Within(0.0051));
                Assert.That(Math.Floor(memory.TotalBytes / 1024), Is.EqualTo(double.Parse(scheme["published_kB_label"])));
            });
        }
    }
}
