using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NpuSim.Reports.Html;

namespace NpuSim.Reports.Tests.Html;

/// <summary>Nothing that a file brings into a report can run or style it: the policy knows script and styles by their
/// hash.</summary>
public sealed class ContentPolicyTests
{
    private static readonly string Report = Written();

    [TestCase("script")]
    [TestCase("style")]
    public void The_only_element_of_its_kind_is_allowed_by_its_hash(string element)
    {
        string[] contents = [.. Regex.Matches(Report, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline)
            .Select(m => m.Groups[1].Value)];
        Assert.That(contents, Has.Length.EqualTo(1));
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(contents[0])));
        Assert.That(Report, Does.Contain($"{element}-src 'sha256-{hash}';"));
    }

    [Test]
    public void No_script_is_allowed_without_a_hash()
    {
        string policy = Regex.Match(Report, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;
        string[] inline = [.. policy.Split("; ").Where(p => p.Contains("unsafe", StringComparison.Ordinal))];
        Assert.That(inline, Is.EqualTo(new[] { "style-src-attr 'unsafe-inline'" }), "colours of marks are attributes");
        Assert.That(Report, Does.Not.Match("<[^>]* on[a-z]+="), "no handler in an attribute");
    }

    private static string Written()
    {
        using StringWriter output = new();
        ReportHtml.Write(SampleStudy.Build(), output);
        return output.ToString();
    }
}
