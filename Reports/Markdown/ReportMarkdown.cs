using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Markdown;

/// <summary>
/// The report as Markdown: the answer with its matrices, links to the charts in the folder "charts", and details that open. Same
/// study, same bytes.
/// </summary>
public static class ReportMarkdown
{
    private const int MostFindings = 24, MostProfiles = 40;

    /// <summary>Writes the report; host timings are not in it.</summary>
    public static void Write(StudyResult study, TextWriter output)
    {
        WorkloadSummary workload = study.Workload;
        output.Write($"# Training on the device: {MarkdownTable.Escape(workload.Name)}\n\n"
            + $"{MarkdownTable.Escape(workload.Description)}\n\n");
        if (!study.IsComplete)
            output.Write("**The study was interrupted: runs, or seeds of runs, are missing.**\n\n");
        DecisionMarkdown.Write(study, output);
        ImmutableArray<StudyChart> charts = StudyCharts.Of(study), first = StudyCharts.First(study, charts);
        output.Write("\n## Charts\n\n");
        Charts(first, output);
        output.Write("## Details\n\n");
        Details(DecisionFigures.EqualFooting.Title, () =>
        {
            MarkdownTable.Write(DecisionFigures.EqualFooting,
                DecisionMatrix.Of(study).SelectMany(m => m.Rows).SelectMany(r => r.Runs), output);
            output.Write('\n');
            foreach (Column<DecisionCell> column in DecisionFigures.EqualFooting.Columns.Where(c => c.Meaning is not null))
                output.Write($"- **{MarkdownTable.Escape(column.Heading)}**: {MarkdownTable.Escape(column.Meaning!)}\n");
        }, output);
        Details("Findings in words", () => Findings(study, output), output);
        Details("All methods on all profiles", () =>
        {
            Table<RunResult> table = RunTables.WithSteps(RunTables.Summary, study);
            MarkdownTable.Write(table, study.Runs, output);
            output.Write('\n');
            foreach (Column<RunResult> column in table.Columns.Where(c => c.Meaning is not null))
                output.Write($"- **{MarkdownTable.Escape(column.Heading)}**: {MarkdownTable.Escape(column.Meaning!)}\n");
            output.Write('\n');
            Charts(charts.Where(c => c.Profile is null).Except(first), output);
        }, output);
        Profiles(study, [.. charts.Except(first)], output);
        Appendix(study, output);
    }

    private static void Findings(StudyResult study, TextWriter output)
    {
        foreach (IGrouping<FindingKind, Finding> kind in Studies.Findings.Of(study).GroupBy(f => f.Kind))
        {
            output.Write($"### {Finding.Heading(kind.Key)}\n\n");
            foreach (Finding finding in kind.Take(MostFindings))
                output.Write($"- {MarkdownTable.Escape(finding.Text)}\n");
            if (kind.Count() > MostFindings)
                output.Write($"- And {kind.Count() - MostFindings} more of this kind; the table below has their figures.\n");
            output.Write('\n');
        }
    }

    // Closed until one opens it, where what shows Markdown knows how.
    private static void Details(string title, Action content, TextWriter output)
    {
        output.Write($"<details><summary>{HtmlText.Escape(title)}</summary>\n\n");
        content();
        output.Write("\n</details>\n\n");
    }

    private static void Profiles(StudyResult study, ImmutableArray<StudyChart> charts, TextWriter output)
    {
        foreach ((int index, ProfileSummary profile) in study.Profiles.Take(MostProfiles).Index())
            Details($"Profile {profile.Name}", () => Profile(index, profile), output);
        if (study.Profiles.Length > MostProfiles)
            output.Write($"\nAnd {study.Profiles.Length - MostProfiles} more profiles; report.html and results.json have "
                + "them.\n");

        void Profile(int index, ProfileSummary profile)
        {
            RunResult[] runs = [.. study.Runs.Where(r => r.Profile == profile.Name)];
            output.Write($"{MarkdownTable.Escape(profile.Description)}\n\nScratchpad {Quantity.Bytes(profile.ScratchpadBytes)}, "
                + $"clock {Quantity.Metric(profile.ClockHz, "Hz")}.\n\n");
            Table(RunTables.Memory, runs, output);
            Table(RunTables.Cost, [.. runs.Where(r => r.Cost is not null)], output);
            Table(RunTables.Numerics, [.. runs.Where(r => r.Numerics is not null)], output);
            Charts(charts.Where(c => c.Profile == profile.Name), output);
            Fenced(ProfileYaml.Text(study, index), output);
        }
    }

    private static void Appendix(StudyResult study, TextWriter output)
    {
        output.Write("\n## Appendix: how to redo this study\n\n");
        Fenced(study.Command, output);
        output.Write($"\nProgram: {MarkdownTable.Escape(study.Tool)}. Seeds: {string.Join(", ", study.Workload.Seeds)}. The "
            + "workload:\n\n");
        Fenced(study.Workload.Yaml, output);
    }

    private static void Table(Table<RunResult> table, RunResult[] runs, TextWriter output)
    {
        if (runs.Length == 0)
            return;
        output.Write($"### {table.Title}\n\n");
        MarkdownTable.Write(table.For(runs), runs, output);
        output.Write('\n');
    }

    private static void Charts(IEnumerable<StudyChart> charts, TextWriter output)
    {
        foreach (StudyChart chart in charts)
            output.Write($"![{MarkdownTable.Escape(chart.Model.Title)}](charts/{chart.Name}.svg)\n\n");
    }

    private static void Fenced(string text, TextWriter output)
    {
        string block = PlainText.Block(text).TrimEnd('\n'), fence = "```";
        while (block.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        output.Write($"{fence}\n{block}\n{fence}\n");
    }
}
