using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>Runs as rows of a category axis, under a heading per profile; and how many of them a chart takes.</summary>
internal sealed class RunRows
{
    /// <summary>Most runs of one profile in a chart.</summary>
    public const int MostRuns = 24;

    /// <summary>Most lines in a chart.</summary>
    public const int MostLines = 8;

    private const int MostRows = 42, MostPages = 3;

    /// <summary>The rows of all profiles, on as many charts as it takes, up to a limit; a profile is never divided.</summary>
    public static ImmutableArray<RunRows> Pages(StudyResult study)
    {
        ILookup<string, RunResult> runs = study.Runs.ToLookup(r => r.Profile);
        List<List<(ProfileSummary, RunResult[])>> pages = [[]];
        int rows = 0, shown = 0;
        foreach (ProfileSummary profile in study.Profiles.Where(p => runs.Contains(p.Name)))
        {
            RunResult[] some = [.. runs[profile.Name].Take(MostRuns)];
            if (rows > 0 && rows + some.Length + 1 > MostRows)
            {
                if (pages.Count == MostPages)
                    break;
                pages.Add([]);
                rows = 0;
            }

            pages[^1].Add((profile, some));
            rows += some.Length + 1;
            shown += some.Length;
        }

        string omission = shown == study.Runs.Length
            ? ""
            : $" The first {shown} of {study.Runs.Length} runs; all are in the table.";
        return
        [
            .. pages.Select((page, i) => new RunRows(page, omission, pages.Count == 1 ? "" : $" ({i + 1} of {pages.Count})")),
        ];
    }

    private RunRows(List<(ProfileSummary Profile, RunResult[] Runs)> page, string omission, string number)
    {
        List<(int, RunResult)> rows = [];
        foreach ((ProfileSummary profile, RunResult[] runs) in page)
        {
            Headings.Add((Axis.Labels.Count, profile));
            Axis.Headings.Add(Axis.Labels.Count);
            Axis.Labels.Add(PlainText.Line(profile.Name));
            foreach (RunResult run in runs)
            {
                rows.Add((Axis.Labels.Count, run));
                Axis.Labels.Add(PlainText.Line(run.Label()));
            }
        }

        Runs = [.. rows];
        Omission = omission;
        Number = number;
    }

    /// <summary>The rows of one profile, without a heading.</summary>
    public RunRows(RunResult[] runs)
    {
        Runs = [.. runs.Index()];
        Axis.Labels.AddRange(runs.Select(r => PlainText.Line(r.Label())));
        Omission = "";
        Number = "";
    }

    /// <summary>The axis.</summary>
    public RowAxis Axis { get; } = new() { Title = "Method" };

    /// <summary>Each run with its row.</summary>
    public ImmutableArray<(int Row, RunResult Run)> Runs { get; }

    /// <summary>Each heading's row with its profile.</summary>
    public List<(int Row, ProfileSummary Profile)> Headings { get; } = [];

    /// <summary>A sentence that says what is left out, beginning with a space; empty where nothing is.</summary>
    public string Omission { get; }

    /// <summary>Which of several charts it is, as " (1 of 3)"; empty for a single one.</summary>
    public string Number { get; }

    /// <summary>The text of a heading's row, across the chart.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="more">What stands behind the profile's name.</param>
    public RowText Heading(int row, string more = "") =>
        new() { Text = Axis.Labels[row] + more, Row = row, Place = RowPlace.Left, IsHeading = true };

    /// <summary>Each run with a figure in words, for the description of a chart.</summary>
    public string Describe(Func<RunResult, string> figure)
    {
        IEnumerable<string> profiles = Runs.GroupBy(r => r.Run.Profile)
            .Select(p => $"{p.Key}: {string.Join(", ", p.Select(r => $"{r.Run.Label()} {figure(r.Run)}"))}");
        return PlainText.Fit(PlainText.Line(string.Join("; ", profiles)), 1500) + ".";
    }
}
