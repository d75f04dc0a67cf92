using System.Xml.Linq;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class CorruptionsCommandTests : CommandTests
{
    private static readonly string[] Quick =
        ["study", "corruptions", "-s", "lp", "-m", "bp:fp32", "qzo-ff:16w8a", "--kind", "fog", "pixelate", "--severity", "5", "1",
            "--steps", "4", "--seeds", "2"];

    [Test]
    public void Every_corruption_has_a_row_per_method_and_the_files_do_not_depend_on_the_threads()
    {
        Npusim.Run([.. Quick, "--out", "one", "--threads", "1"]).Succeeded();
        Outcome run = Npusim.Run([.. Quick, "--out", "two", "--threads", "2"]).Succeeded();
        string[] rows = File.ReadAllLines(In("two", "corruptions.csv"));
        XElement svg = XElement.Load(In("two", "corruptions.svg"));
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Length.EqualTo(1 + (2 * 2 * 2)));
            Assert.That(rows.Skip(1).Select(r => string.Join(',', r.Split(',')[..4])), Is.Unique.And.Contain("fog,5,lp,bp:fp32"));
            Assert.That(run.Output, Does.Contain("4 of 4 corruptions and severities, 2 seeds, 4 steps"));
            Assert.That(run.Output.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(100));
            Assert.That(File.ReadAllText(In("two", "corruptions.md")), Does.Contain("npusim study corruptions --scheme lp"));
            Assert.That(svg.Element(svg.Name.Namespace + "desc")!.Value, Does.Contain("qzo-ff:16w8a lp at severity 5"));
            foreach (string file in new[] { "corruptions.csv", "corruptions.md", "corruptions.svg" })
                Assert.That(File.ReadAllBytes(In("two", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
        });
        Assert.That(Npusim.Run([.. Quick, "--out", "two"]).ExitCode, Is.EqualTo(2), "overwritten without being asked");
    }

    [TestCase("--kind", "rain", "--kind rain: accepted is one of gaussian-noise, ")]
    [TestCase("--kind", "none", "--kind none: accepted is one of gaussian-noise, ")]
    [TestCase("--severity", "6", "--severity 6: accepted is 1 to 5")]
    public void Other_corruptions_are_refused_in_one_line(string option, string value, string message)
    {
        Outcome refused = Npusim.Run("study", "corruptions", option, value);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.ItemAt(0).Contains(message));
    }
}
