using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Html;

/// <summary>The sections of a report with the details of one profile each.</summary>
internal static class ProfileSections
{
    /// <summary>Writes a section per profile.</summary>
    public static void Write(
        StudyResult study, ImmutableArray<StudyChart> charts, Glossary glossary, TextWriter output)
    {
        ILookup<string, RunResult> runs = study.Runs.ToLookup(r => r.Profile);
        ILookup<string?, StudyChart> ofProfile = charts.ToLookup(c => c.Profile);
        foreach ((int index, ProfileSummary profile) in study.Profiles.Index())
        {
            string id = $"profile-{index + 1}";
            string name = HtmlText.Escape(profile.Name);
            output.Write($"<details id=\"{id}\" data-profile=\"{name}\"><summary>Profile {name}</summary>\n");
            output.Write($"<p>{HtmlText.Escape(profile.Description)}</p>\n");
            ReportHtml.Facts(
                output,
                ("Scratchpad", Quantity.Bytes(profile.ScratchpadBytes)),
                ("Clock", Quantity.Metric(profile.ClockHz, "Hz")));
            IEnumerable<RunResult> idle = runs[profile.Name].Where(r => r.NotRunnable is not null);
            foreach (IGrouping<string, RunResult> reason in idle.GroupBy(r => r.NotRunnable!))
            {
                string methods = HtmlText.Escape(string.Join(", ", reason.Select(r => r.Label())));
                output.Write($"<p><strong>Does not run:</strong> {methods} – {HtmlText.Escape(reason.Key)}</p>\n");
            }

            ReportHtml.Charts([.. ofProfile[profile.Name]], output);
            Tables([.. runs[profile.Name]], study.Runs.Length <= ReportHtml.MostDetailedRuns ? glossary : null, output);
            ReportHtml.File($"Profile {profile.Name} as YAML", ProfileYaml.Text(study, index), output);
            output.Write("</details>\n");
        }
    }

    // Of very many runs neither links to the definitions nor a row per tensor and layer.
    private static void Tables(RunResult[] runs, Glossary? glossary, TextWriter output)
    {
        if (runs.Length == 0)
            return;
        HtmlTable.Write(RunTables.Memory.For(runs), runs, output, glossary);
        RunResult[] costed = [.. runs.Where(r => r.Cost is not null)], counted = [.. runs.Where(r => r.Numerics is not null)];
        if (costed.Length > 0)
            HtmlTable.Write(RunTables.Cost.For(costed), costed, output, glossary);
        if (counted.Length > 0)
            HtmlTable.Write(RunTables.Numerics, counted, output, glossary);
        if (glossary is null)
            return;
        foreach (RunResult run in counted)
        {
            output.Write($"<details><summary>{HtmlText.Escape(run.Label())}: tensors and layers</summary>\n");
            HtmlTable.Write(TensorTables.Epsilon, run.Numerics!.Epsilon, output, glossary);
            HtmlTable.Write(TensorTables.Overflow, run.Numerics.Layers, output, glossary);
            output.Write("</details>\n");
        }
    }
}
