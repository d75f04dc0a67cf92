using System.Text;
using NpuSim.Reports.Json;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Json;

[TestFixture]
internal sealed class ResultsJsonTests
{
    private static readonly JsonSchema Schema = new(File.ReadAllText(Repository.At("docs", "results.schema.json")));

    [Test]
    public void The_layout_is_the_checked_in_one() => Snapshot.Matches("results.json", Text(SampleStudy.Build()));

    [Test]
    public void The_published_schema_accepts_what_is_written()
    {
        Assert.That(Schema.Faults(Text(SampleStudy.Build())), Is.Empty);
    }

    [TestCase("\"threads\": 2", "\"threads\": 2.5")]
    [TestCase("\"threads\": 2", "\"threads\": 2, \"extra\": 1")]
    [TestCase("\"batch\": 32", "\"batch\": -1")]
    [TestCase("\"schemaVersion\": 1", "\"schemaVersion\": 2")]
    [TestCase("\"arenaBytes\"", "\"arena\"")]
    [TestCase("\"totalCycles\": ", "\"totalCycles\": \"x\", \"y\": ")]
    public void The_published_schema_and_the_reader_refuse_the_same_faults(string good, string bad)
    {
        string text = Text(SampleStudy.Build());
        string damaged = text.Replace(good, bad, StringComparison.Ordinal);
        Assert.That(damaged, Is.Not.EqualTo(text));
        Assert.Multiple(() =>
        {
            Assert.That(Schema.Faults(damaged), Is.Not.Empty);
            if (!bad.Contains("-1", StringComparison.Ordinal))
                Assert.That(() => Read(damaged), Throws.InstanceOf<InputException>());
        });
    }

    [Test]
    public void What_is_read_is_written_again_to_the_same_bytes()
    {
        string text = Text(SampleStudy.Build());
        Assert.That(Text(Read(text)), Is.EqualTo(text));
    }

    // What a run or a study does not have is not in the file: results without faults keep their bytes.
    [Test]
    public void Faults_seeds_files_and_interruptions_are_read_again_and_in_the_schema()
    {
        string text = Text(FaultySample.Study());
        Assert.Multiple(() =>
        {
            Assert.That(Schema.Faults(text), Is.Empty);
            Assert.That(Text(Read(text)), Is.EqualTo(text));
            Assert.That(Read(text).IsComplete, Is.False);
            Assert.That(Text(SampleStudy.Build()),
                Does.Not.Contain("faults").And.Not.Contain("\"seeds\": [1, 2]").And.Not.Contain("filesSha256"));
            Assert.That(Read(Text(SampleStudy.Build())
                .Replace("  \"complete\": true,\n", "", StringComparison.Ordinal)).IsComplete, "files of earlier versions");
            foreach ((string good, string bad) in new[] { ("\"kind\": \"diverged\"", "\"kind\": \"bored\""),
                ("\"complete\": false", "\"complete\": 0"), ("\"seeds\": [1, 2]", "\"seeds\": [1]") })
                Assert.That(() => Read(text.Replace(good, bad, StringComparison.Ordinal)), Throws.TypeOf<InputException>(), bad);
        });
    }

    [Test]
    public void A_file_of_a_version_that_did_not_know_a_figure_is_read_and_written_again_without_it()
    {
        string text = Text(SampleStudy.Build());
        string old = System.Text.RegularExpressions.Regex.Replace(text, "\\s*\"movedByMemoryBytes\": \\{[^}]*\\},", "");
        Assert.That(old, Is.Not.EqualTo(text));
        Assert.That(Text(Read(old)), Is.EqualTo(old));
        Assert.That(Schema.Faults(old), Is.Empty);
    }

    [Test]
    public void Steps_that_a_budget_decides_are_read_again_and_in_the_schema()
    {
        StudyResult study = SampleStudy.Build();
        string text = Text(study with { Runs = [.. study.Runs.Select((r, i) => r with { Steps = i + 1 })] });
        Assert.Multiple(() =>
        {
            Assert.That(Read(text).Runs.Select(r => r.Steps), Is.EqualTo(Enumerable.Range(1, study.Runs.Length)));
            Assert.That(Text(Read(text)), Is.EqualTo(text));
            Assert.That(Schema.Faults(text), Is.Empty);
        });
    }

    [Test]
    public void Host_timings_come_last_and_are_all_that_differs_between_two_identical_studies()
    {
        StudyResult study = SampleStudy.Build();
        string first = Text(study), second = Text(study with { Host = new HostTimings(99, 64, "scalar") });
        int host = first.IndexOf("\n  \"host\": {", StringComparison.Ordinal);
        Assert.That(host, Is.Positive);
        Assert.That(second[..host], Is.EqualTo(first[..host]));
    }

    [Test]
    public void Lines_end_with_a_line_feed_and_so_does_the_file()
    {
        string text = Text(SampleStudy.Build());
        Assert.That(text, Does.EndWith("}\n").And.Not.Contain("\r"));
    }

    [Test]
    public void A_loss_that_is_not_a_number_survives_as_null()
    {
        StudyResult study = SampleStudy.Build();
        RunResult run = study.Runs[0];
        RunResult diverged = run with
        {
            Accuracy = run.Accuracy! with
            {
                Loss = run.Accuracy.Loss.SetItem(0,
            run.Accuracy.Loss[0].SetItem(3, double.NaN))
            }
        };
        StudyResult read = Read(Text(study with { Runs = study.Runs.SetItem(0, diverged) }));
        Assert.That(read.Runs[0].Accuracy!.Loss[0][3], Is.NaN);
    }

    [Test]
    public void A_file_cut_anywhere_is_refused_in_one_line()
    {
        string text = Text(SampleStudy.Build());
        for (int length = 0; length < text.Length - 3; length += 997)
            Refuses(text[..length], "not a whole JSON document");
    }

    [TestCase("", "not a whole JSON document")]
    [TestCase("[]", "$ is an array; an object is accepted")]
    [TestCase("null", "an object is accepted")]
    [TestCase("{}", "lacks \"schemaVersion\"")]
    [TestCase("{\"schemaVersion\": 2}", "a newer version of npusim wrote it")]
    [TestCase("{\"schemaVersion\": 0}", "no version of npusim wrote it")]
    [TestCase("{\"schemaVersion\": 1, \"schemaVersion\": 1}", "not a whole JSON document")]
    [TestCase("{\"schemaVersion\": 1e99}", "an integer is accepted")]
    [TestCase("{\"schemaVersion\": 1}", "lacks \"tool\"")]
    [TestCase("{\"schemaVersion\": 1, \"a\\nb\": 1}", "unknown key \"a b\"")]
    [TestCase("{\"schemaVersion\": 1, \"tool\": \"\\ud800\"}", "whole characters")]
    [TestCase("{\"schemaVersion\": 1, \"\\ud800\": 0}", "the key at byte 21 is not whole characters")]
    [TestCase("{\"schemaVersion\": 1, \"a\": {\"\\udc00\": 0}}", "the key at byte 27 is not whole characters")]
    public void A_foreign_document_is_refused_in_one_line(string text, string reason) => Refuses(text, reason);

    [Test]
    public void A_document_nested_too_deeply_is_refused() => Refuses(new string('[', 100_000), "not a whole JSON document");

    [Test]
    public void A_run_of_an_unknown_profile_is_refused() => Refuses(
        Text(SampleStudy.Build()).Replace("\"profile\": \"cortex-m4\"", "\"profile\": \"cortex-m5\"", StringComparison.Ordinal),
            "profiles does not list");

    [Test]
    public void Wrong_values_are_refused_with_their_path() => Refuses(
        Text(SampleStudy.Build()).Replace("\"arenaBytes\": ", "\"arenaBytes\": -", StringComparison.Ordinal),
            "$.runs[0].memory.arenaBytes");

    private static void Refuses(string text, string reason) =>
        Assert.That(() => Read(text),
            Throws.InstanceOf<InputException>().With.Message.Contains(reason).And.Message.Not.Contains("\n"));

    internal static string Text(StudyResult study)
    {
        using MemoryStream stream = new();
        ResultsJson.Write(study, stream);
        return new UTF8Encoding(false, true).GetString(stream.ToArray());
    }

    private static StudyResult Read(string text) => ResultsJson.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
