using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NpuSim.Reports.Tests.Html;

/// <summary>The report in a real browser: no errors, no requests, nothing clipped or overlapping, sorting works.</summary>
[TestFixture]
internal sealed partial class ReportPageTests
{
    private const string Listener = "<script>window.faults=[];window.alert=t=>faults.push('alert '+t);"
        + "addEventListener('error',e=>faults.push('error '+e.message));console.error=console.warn=(...a)=>faults.push('console "
        + "'+a);"
        + "addEventListener('securitypolicyviolation',e=>faults.push('policy '+e.violatedDirective));</script>";

    // Runs before the page's own script: where everything is then.
    private const string Before = "window.places=()=>[...document.querySelectorAll('h1,h2,p,table,figure,summary')]"
        + ".map(e=>e.getBoundingClientRect().top);window.before=places()";

    [TestCase(1400, false)]
    [TestCase(1400, true)]
    [TestCase(390, false)]
    public void The_sample_report_shows_without_fault(int width, bool dark) =>
        Check(ReportSetTests.Html(SampleStudy.Build()), width, dark);

    [TestCase(1400)]
    [TestCase(420)]
    public void A_report_full_of_hostile_names_shows_without_fault(int width) =>
        Check(ReportSetTests.Html(ReportSetTests.Hostile()), width, dark: false);

    [TestCase(9, 8)]
    [TestCase(40, 8)]
    [TestCase(20, 50)]
    public void A_report_of_many_runs_shows_without_fault(int profiles, int runs) =>
        Check(ReportSetTests.Html(SampleStudy.Large(profiles, runs)), 1400, dark: false);

    [Test]
    public void At_most_sixty_words_stand_before_the_first_matrix([Values(1, 9, 40)] int profiles)
    {
        string html = ReportSetTests.Html(SampleStudy.Large(profiles, 8));
        string before = html[html.IndexOf("<header>", StringComparison.Ordinal)..html.IndexOf("<table", StringComparison.Ordinal)];
        string[] words = Regex.Replace(before, "<[^>]+>", " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(words, Has.Length.InRange(20, 60));
    }

    [TestCase("class=\"axis-title\"", "class=\"other\"", "an axis has no title")]
    [TestCase("</main>", "<script>null.x</script></main>", "policy script-src")]
    [TestCase("</main>", "<img src=\"data:,\" onerror=\"alert(1)\" alt=\"\"></main>", "policy script-src")]
    [TestCase("</main>", "<style>p { color: red }</style></main>", "policy style-src")]
    [TestCase("</main>", "<img src=\"http://localhost/x.png\" alt=\"\"></main>", "policy ")]
    [TestCase("translate(10,10)", "translate(-40,10)", "is clipped")]
    public void The_check_notices_what_is_wrong(string good, string bad, string fault) => Assert.That(
        Faults(ReportSetTests.Html(SampleStudy.Build()).Replace(good, bad, StringComparison.Ordinal), 1400, dark: false).Faults,
        Has.Some.Contains(fault));

    private static void Check(string html, int width, bool dark)
    {
        (string[] faults, int tables) = Faults(html, width, dark);
        Assert.That(faults, Is.Empty);
        Assert.That(tables, Is.GreaterThan(3));
    }

    private static (string[] Faults, int Tables) Faults(string html, int width, bool dark)
    {
        using JsonDocument result = Inside(html, File.ReadAllText(Repository.At("tests", "Reports.Tests", "Html", "selfcheck.js")),
            width, dark);
        string[] faults = [.. result.RootElement.GetProperty("faults").EnumerateArray().Select(f => f.GetString()!)];
        return (faults, result.RootElement.GetProperty("tables").GetInt32());
    }

    /// <summary>Runs a script inside a report, which tells the page around it what it found, as JSON.</summary>
    internal static JsonDocument Inside(string html, string script, int width, bool dark)
    {
        string page = html.Replace("<head>\n", "<head>\n" + Listener, StringComparison.Ordinal)
            .Replace("script-src ", $"script-src 'sha256-{Hash(script)}' 'sha256-{Hash(Before)}' ", StringComparison.Ordinal)
            .Replace("<script>\n\"use strict\";", $"<script>{Before}</script>\n<script>\n\"use strict\";", StringComparison.Ordinal)
            .Replace("</body>\n", $"<script type=\"module\">{script}</script></body>\n", StringComparison.Ordinal);
        Match found = Result().Match(Chromium.Dom(page, width, dark));
        Assert.That(found.Groups[1].Length, Is.Positive, "The check inside the page did not end.");
        return JsonDocument.Parse(WebUtility.HtmlDecode(found.Groups[1].Value));
    }

    // The policy lets nothing else in.
    private static string Hash(string script) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    [GeneratedRegex("<pre id=\"selfcheck\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Result();
}
