using System.Collections.Immutable;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Reports.Tables;

namespace NpuSim.Reports.Studies;

/// <summary>What a figure of reports is, from the declaration that makes its columns.</summary>
/// <param name="Title">Heading of its column.</param>
/// <param name="Name">As a tolerance of <c>npusim check</c> names it, or its title in small letters with hyphens.</param>
/// <param name="IsChecked">Whether tolerances name it.</param>
/// <param name="Key">Its key in results.json; null where it follows from others.</param>
/// <param name="Unit">Unit of its column; null for counts, truth values and text.</param>
/// <param name="Meaning">Its definition.</param>
/// <param name="Formula">How it follows from others; null where the definition says it.</param>
/// <param name="Docs">Where the documentation says more.</param>
public sealed record FigureMeaning(
    string Title, string Name, bool IsChecked, string? Key, string? Unit, string Meaning, string? Formula, string Docs)
{
    /// <summary>All of them, in the order in which they are listed.</summary>
    public static ImmutableArray<FigureMeaning> All { get; } = [.. RunFigures.All.Select(Of), .. DecisionFigures.Derived.Select(Of)];

    private static FigureMeaning Of(Column<DecisionCell> column) => new(
        column.Header, column.Header.ToLowerInvariant().Replace(' ', '-'), false, null, column.Unit, column.Meaning!, null,
        "docs/reports.md#the-answer");

    private static FigureMeaning Of(Figure figure) => new(
        figure.Title, figure.Check?.Name ?? figure.Title.ToLowerInvariant().Replace(' ', '-'), figure.Check is not null,
        figure.Key, figure.Measure.Unit, figure.Meaning ?? figure.Check!.Value.Meaning, figure.Formula, figure.Docs);
}
