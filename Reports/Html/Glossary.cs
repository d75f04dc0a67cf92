using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Html;

/// <summary>The definitions of a report's figures in one place, each with an address that headings and legends lead to.</summary>
internal sealed class Glossary
{
    private readonly List<(string Id, string Term, string Meaning)> entries = [];

    /// <summary>Adds what columns mean; those that say nothing of themselves are left out.</summary>
    public Glossary With<T>(params ImmutableArray<Column<T>> columns)
    {
        foreach (Column<T> column in columns.Where(c => c.Meaning is not null))
            Add(column.Heading, column.Meaning!);
        return this;
    }

    /// <summary>Adds a term; one that is known with the same meaning stays one.</summary>
    public void Add(string term, string meaning)
    {
        if (entries.Any(e => e.Term == term && e.Meaning == meaning))
            return;
        string id = $"def-{Slug.Of(term)}";
        int more = entries.Count(e => e.Id == id || e.Id.StartsWith(id + "--", StringComparison.Ordinal));
        entries.Add((more == 0 ? id : $"{id}--{more + 1}", term, meaning));
    }

    /// <summary>A link to the definition of a term, which also shows it when pointed at; the plain text where it is
    /// unknown.</summary>
    /// <param name="term">The term.</param>
    /// <param name="meaning">Which of several meanings.</param>
    /// <param name="text">What the link shows, already HTML.</param>
    public string Link(string term, string? meaning, string text) =>
        entries.FirstOrDefault(e => e.Term == term && e.Meaning == meaning) is { Id: { } id } entry
            ? $"<a class=\"def\" href=\"#{id}\" title=\"{HtmlText.Escape(entry.Meaning)}\">{text}</a>" : text;

    /// <summary>Writes the definitions.</summary>
    public void Write(TextWriter output)
    {
        output.Write("<details id=\"definitions\"><summary>What the figures mean</summary>\n<dl class=\"facts\">\n");
        foreach ((string id, string term, string meaning) in entries)
            output.Write($"<dt id=\"{id}\">{HtmlText.Escape(term)}</dt><dd>{HtmlText.Escape(meaning)}</dd>\n");
        output.Write("</dl></details>\n");
    }
}
