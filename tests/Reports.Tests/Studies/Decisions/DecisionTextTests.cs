using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies.Decisions;

internal sealed class DecisionTextTests
{
    [Test]
    public void The_matrices_of_the_sample_are_the_checked_in_ones() =>
        Snapshot.Matches("decision.txt", Written(SampleStudy.Build(), 100));

    [TestCase(60)]
    [TestCase(100)]
    [TestCase(160)]
    public void No_line_of_a_matrix_is_wider_than_the_terminal(int width)
    {
        string[] matrix = [.. Written(SampleStudy.Large(40, 8), width).Split('\n').TakeWhile(l => !l.StartsWith('*'))];
        Assert.That(matrix, Has.Length.GreaterThan(80));
        Assert.That(matrix.Select(PlainText.Columns), Has.All.AtMost(width));
    }

    [Test]
    public void Verdicts_can_be_read_without_colour() => Assert.That(Written(SampleStudy.Build(), 100),
        Does.Contain("! 77.5 %").And.Contain("* 77.3 %").And.Contain("+ 73.7 %").And.Contain("0 13.7 %")
            .And.Contain("x does not run [1]").And.Contain("[1] npu-16x16-acc20: the profile has no host core"));

    [Test]
    public void Hostile_names_stay_text_of_one_line() =>
        Assert.That(Written(ReportSetTests.Hostile(), 100), Does.Not.Contain('\u001b').And.Not.Contain('\u202E'));

    [Test]
    public void The_answer_alone_is_a_line_for_each_scheme()
    {
        using StringWriter output = new();
        DecisionText.WriteAnswer(SampleStudy.Build(), (text, _) => output.Write(text));
        Assert.That(output.ToString().TrimEnd().Split('\n').Select(l => l.Split(' ')[0]), Is.EqualTo(new[] { "ft:", "lp:" }));
    }

    private static string Written(StudyResult study, int width)
    {
        using StringWriter output = new();
        DecisionText.Write(study, (text, _) => output.Write(text), width);
        return output.ToString();
    }
}
