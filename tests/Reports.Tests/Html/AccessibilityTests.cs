using System.Text.Json;
using Deque.AxeCore.Commons;

namespace NpuSim.Reports.Tests.Html;

/// <summary>axe-core finds nothing in a report, folded and unfolded; headings, reading order and addresses work from the keyboard.
/// </summary>
[TestFixture]
internal sealed class AccessibilityTests
{
    private const string Axe = """

        for (const details of document.querySelectorAll("details")) details.open = OPEN;
        axe.run(document, { preload: false, resultTypes: ["violations"] }).then(
          r => parent.postMessage(JSON.stringify(r.violations.map(v =>
            `${v.impact} ${v.id}: ${v.help}; ${v.nodes.length} times, as ${v.nodes[0].html.slice(0, 160)}`)), "*"),
          e => parent.postMessage(JSON.stringify(["axe failed: " + e]), "*"));
        """;

    [TestCase(1440, false, true)]
    [TestCase(1440, true, true)]
    [TestCase(390, false, false)]
    public void Axe_finds_nothing_wrong_with_a_report(int width, bool dark, bool open)
    {
        string script = new BundledAxeScriptProvider().GetScript() + Axe.Replace("OPEN", open ? "true" : "false", StringComparison.Ordinal);
        using JsonDocument found = ReportPageTests.Inside(ReportSetTests.Html(SampleStudy.Build()), script, width, dark);
        Assert.That(found.RootElement.EnumerateArray().Select(v => v.GetString()), Is.Empty);
    }

    [Test]
    public void Axe_notices_what_is_wrong()
    {
        string html = ReportSetTests.Html(SampleStudy.Build()).Replace("</main>", "<img src=\"data:,\"></main>", StringComparison.Ordinal);
        string script = new BundledAxeScriptProvider().GetScript() + Axe.Replace("OPEN", "false", StringComparison.Ordinal);
        using JsonDocument found = ReportPageTests.Inside(html, script, 1440, dark: false);
        Assert.That(found.RootElement.EnumerateArray().Select(v => v.GetString()), Has.Some.StartsWith("critical image-alt"));
    }
}
