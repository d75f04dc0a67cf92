using System.Text.Json;
using System.Xml.Linq;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class LandscapeCommandTests : CommandTests
{
    private static readonly string[] Quick =
        ["study", "landscape", "-s", "lp", "--steps", "4", "--points", "2", "--samples", "20", "--grid", "3"];

    [Test]
    public void Files_hold_the_grid_and_both_trajectories_and_are_the_same_for_any_number_of_threads()
    {
        Npusim.Run([.. Quick, "--out", "one", "--threads", "1"]).Succeeded();
        Outcome run = Npusim.Run([.. Quick, "--out", "two", "--threads", "2"]).Succeeded();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(In("two", "landscape.json")));
        XElement svg = XElement.Load(In("two", "landscape.svg"));
        XNamespace name = svg.Name.Namespace;
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.Contain("qzo-ff:16w8a").And.Contain(Path.Combine("two", "landscape.svg")));
            Assert.That(run.Output.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(100));
            Assert.That(json.RootElement.GetProperty("lossRows").EnumerateArray().Select(r => r.GetArrayLength()),
                Is.EqualTo(new[] { 3, 3, 3 }));
            Assert.That(
                json.RootElement.GetProperty("trajectories").EnumerateArray().Select(t => t.GetProperty("step").GetRawText()),
                Is.EqualTo(new[] { "[0, 2, 4]", "[0, 2, 4]" }));
            Assert.That(json.RootElement.GetProperty("command").GetString(),
                Does.StartWith("npusim study landscape --scheme lp"));
            Assert.That(svg.Element(name + "title")!.Value, Does.Contain("glyphs-cnn"));
            Assert.That(svg.Element(name + "desc")!.Value, Does.Contain("bp:fp32 goes from loss"));
            foreach (string file in new[] { "landscape.json", "landscape.svg" })
                Assert.That(File.ReadAllBytes(In("two", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
        });
    }

    [Test]
    public void A_folder_that_holds_a_landscape_is_refused_unless_overwriting_is_asked_for()
    {
        Directory.CreateDirectory(In("kept"));
        Write(Path.Combine("kept", "landscape.json"), "mine");
        Outcome refused = Npusim.Run([.. Quick, "--out", "kept"]);
        Assert.That((refused.ExitCode, File.ReadAllText(In("kept", "landscape.json"))), Is.EqualTo((2, "mine")), refused.Error);
        Npusim.Run([.. Quick, "--out", "kept", "--overwrite"]).Succeeded();
        Assert.That(File.ReadAllText(In("kept", "landscape.json")), Does.StartWith("{"));
    }
}
