using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>Runs as rows of a category axis, under a heading per profile; and how many of them a chart takes.</summary>
internal sealed class RunRows
{
    /// <summary>Most runs of one profile in a chart.</summary>
    public const int MostRuns = 24;

    /// <summary>Most lines in a chart.</summary>
    public const int MostLines = 8;

    private const int MostRows = 42;

    /// <summary>The rows of all profiles, of as many of them as fit one chart.</summary>
    public RunRows(StudyResult study)
    {
        ILookup<string, RunResult> runs = study.Runs.ToLookup(r => r.Profile);
        List<(int, RunResult)> rows = [];
        foreach (ProfileSummary profile in study.Profiles.Where(p => runs.Contains(p.Name)))
        {
            RunResult[] some = [.. runs[profile.Name].Take(MostRuns)];
            if (rows.Count > 0 && Axis.Labels.Count + some.Length + 1 > MostRows)
                break;
            Headings.Add((Axis.Labels.Count, profile));
            Axis.Headings.Add(Axis.Labels.Count);
            Axis.Labels.Add(PlainText.Line(profile.Name));
            foreach (RunResult run in some)
            {
                rows.Add((Axis.Labels.Count, run));
                Axis.Labels.Add(PlainText.Line(run.Label()));
            }
        }

        Runs = [.. rows];
        Omission = Runs.Length == study.Runs.Length ? ""
            : $" The first {Runs.Length} of {study.Runs.Length} runs; all are in the table.";
    }

    /// <summary>The rows of one profile, without a heading.</summary>
    public RunRows(RunResult[] runs)
    {
        Runs = [.. runs.Index()];
        Axis.Labels.AddRange(runs.Select(r => PlainText.Line(r.Label())));
        Axis.Title = "Training method";
        Omission = "";
    }

    /// <summary>The axis.</summary>
    public CategoryAxis Axis { get; } = new() { Position = AxisPosition.Left, Title = "Training method by profile" };

    /// <summary>Each run with its row.</summary>
    public ImmutableArray<(int Row, RunResult Run)> Runs { get; }

    /// <summary>Each heading's row with its profile.</summary>
    public List<(int Row, ProfileSummary Profile)> Headings { get; } = [];

    /// <summary>A sentence that says what is left out, beginning with a space; empty where nothing is.</summary>
    public string Omission { get; }

    /// <summary>Each run with a figure in words, for the description of a chart.</summary>
    public string Describe(Func<RunResult, string> figure)
    {
        IEnumerable<string> profiles = Runs.GroupBy(r => r.Run.Profile)
            .Select(p => $"{p.Key}: {string.Join(", ", p.Select(r => $"{r.Run.Label()} {figure(r.Run)}"))}");
        return PlainText.Fit(PlainText.Line(string.Join("; ", profiles)), 1500) + ".";
    }
}
