using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies;

[TestFixture]
internal sealed class FindingsTests
{
    private static readonly StudyResult Sample = SampleStudy.Build();

    [TestCase(FindingKind.Comparison, "On npu-16x16 and cortex-m4, QZO-FF 16w8a (ft) needs 73.0 KiB of scratch memory where "
        + "BP fp32 needs 602 KiB (8.2× less) and ends 3.8 points lower (73.7 ± 0.5 % against 77.5 ± 0.5 %; "
        + "21.7 % before training).")]
    [TestCase(FindingKind.NotRunnable, "On npu-16x16-acc20, BP fp16 (ft) and BP fp16 (lp) do not run: "
        + "the profile has no host core, and no unit of it computes in fp16.")]
    [TestCase(FindingKind.Fit, "On npu-16x16, BP fp32 (ft) with 602 KiB does not fit the 512 KiB scratchpad.")]
    [TestCase(FindingKind.Rounding, "On npu-16x16 and cortex-m4, with QZO-FF 8w8a (ft), ε rounds to 0 steps in all 5 trained "
        + "tensors, which are never perturbed, and 98.4 % of the non-zero weight updates rounded to nothing, "
        + "and 91.2 % of the directions gave two equal losses; accuracy went from 21.7 % to 23.1 ± 0.5 %.")]
    [TestCase(FindingKind.Overflow, "On npu-16x16-acc20, with QZO-FF 16w8a (ft), 0.93 % of the accumulations left the "
        + "accumulator, most in conv1 (1.4 %); it ends at 64.3 ± 0.5 %, on npu-16x16, where none did, at 73.7 ± 0.5 %.")]
    public void The_sample_is_told_in_these_words(FindingKind kind, string sentence) =>
        Assert.That(Findings.Of(Sample), Does.Contain(new Finding(kind, sentence)));

    [Test]
    public void Backpropagation_that_runs_is_preferred_as_reference_over_one_that_only_was_trained()
    {
        RunResult[] runs = [.. Sample.Runs.Where(r => r.Profile == "npu-16x16")];
        RunResult idle = runs[0] with { NotRunnable = "no float unit", Cost = null };
        Assert.Multiple(() =>
        {
            Assert.That(Findings.Reference(runs[2], runs), Is.SameAs(runs[0]));
            Assert.That(Findings.Reference(runs[2], [idle, runs[1]]), Is.SameAs(runs[1]));
            Assert.That(Findings.Reference(runs[2], [idle]), Is.SameAs(idle));
            Assert.That(Findings.Reference(runs[2], runs[4..]), Is.Null, "Another scheme is no reference.");
        });
    }

    [Test]
    public void A_reference_that_does_not_run_is_said_not_to()
    {
        RunResult idle = Sample.Runs[0] with { NotRunnable = "no float unit", Cost = null };
        StudyResult study = Sample with { Runs = [idle, Sample.Runs[2]] };
        string text = Findings.Of(study).Single(f => f.Kind == FindingKind.Comparison).Text;
        Assert.That(text, Does.Contain("(8.2× less; it does not run there)"));
    }

    [Test]
    public void A_difference_no_larger_than_the_spread_is_said_to_be_so()
    {
        RunResult bp = Sample.Runs[0], ff = Sample.Runs[2];
        RunResult close = ff with { Accuracy = ff.Accuracy! with { Final = [.. bp.Accuracy!.Final.Select(a => a - 0.002)] } };
        string text = Findings.Of(Sample with { Runs = [bp, close] }).Single(f => f.Kind == FindingKind.Comparison).Text;
        Assert.That(text, Does.Contain("ends 0.2 points lower, no more than the seeds spread"));
    }

    [Test]
    public void A_study_without_overflow_says_so_once()
    {
        StudyResult clean = Sample with { Runs = [.. Sample.Runs.Where(r => r.Profile != "npu-16x16-acc20")] };
        ImmutableArray<Finding> findings = Findings.Of(clean);
        Assert.That(findings.Where(f => f.Kind == FindingKind.Overflow).Select(f => f.Text),
            Is.EqualTo(new[] { "No accumulation overflowed in any fixed-point run." }));
    }

    [Test]
    public void What_holds_on_all_profiles_is_said_of_all()
    {
        StudyResult study = Sample with
        {
            Runs = [.. Sample.Runs.Select(r => r with { Memory = r.Memory with { FitsScratchpad = true } })],
            Profiles = [.. Sample.Profiles.Select(p => p with { ScratchpadBytes = 1 << 20 })],
        };
        string[] texts = [.. Findings.Of(study).Select(f => f.Text)];
        Assert.That(texts, Does.Contain("On all 3 profiles, every method fits the 1.00 MiB scratchpad."));
    }
}
