using NpuSim.Reports.Studies.Decisions;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies.Decisions;

internal sealed class AnswerTests
{
    private static readonly StudyResult Sample = SampleStudy.Build();

    [Test]
    public void The_sample_is_answered_in_these_words() => Assert.That(Answers(Sample), Is.EqualTo(new[]
    {
        "QZO-FF 16w8a wins on 2 of 3 profiles: 64.3 to 73.7 % in 73.0 KiB where BP fp32 needs 602 KiB for 77.5 %; "
            + "BP fp16 on npu-16x16: 77.3 % in 301 KiB (QZO-FF 16w8a 73.7 % in 73.0 KiB).",
        "BP fp32 wins on 2 of 3 profiles: 76.3 % in 241 KiB; BP fp16 on cortex-m4: 76.2 % in 121 KiB (QZO-FF 16w8a 74.5 % in 38.0 KiB).",
    }));

    [Test]
    public void Where_nothing_wins_it_says_why()
    {
        RunResult idle = Sample.Runs[2] with { Accuracy = Sample.Runs[2].Accuracy! with { Final = [0.217, 0.219, 0.214] } };
        RunResult large = Sample.Runs[0], none = large with { NotRunnable = "why", Cost = null };
        Assert.Multiple(() =>
        {
            Assert.That(Answers(Of(idle)), Is.EqualTo(new[] { "Nothing that fits learns on npu-16x16." }));
            Assert.That(Answers(Of(large)), Is.EqualTo(new[] { "Nothing fits on npu-16x16." }));
            Assert.That(Answers(Of(none)), Is.EqualTo(new[] { "Nothing runs on npu-16x16." }));
            Assert.That(Answers(Of(large with { Accuracy = null })),
                Is.EqualTo(new[] { "Nothing trained to the end on npu-16x16." }));
        });
    }

    [Test]
    public void A_single_method_does_not_win() =>
        Assert.That(Answers(Of(Sample.Runs[1])), Is.EqualTo(new[] { "BP fp16 trains on npu-16x16: 77.3 % in 301 KiB." }));

    [TestCase(1)]
    [TestCase(40)]
    public void It_leaves_the_rest_of_the_page_its_words(int profiles) => Assert.That(
        Answers(SampleStudy.Large(profiles, 8)).Select(a => a.Split(' ').Length), Has.All.AtMost(48));

    private static StudyResult Of(params RunResult[] runs) => Sample with { Runs = [.. runs] };

    private static string[] Answers(StudyResult study) => [.. DecisionMatrix.Of(study).Select(Answer.Of)];
}
