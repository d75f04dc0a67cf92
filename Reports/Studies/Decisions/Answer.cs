using NpuSim.Reports.Text;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>The answer in one sentence: which method wins where, by how much and at which accuracy.</summary>
internal static class Answer
{
    private const int MostTold = 2, MostNamed = 4;

    /// <summary>A difference in accuracy that is worth a word, as a fraction.</summary>
    private const double Difference = 0.01;

    /// <summary>From this ratio on scratch memory is much less.</summary>
    private const double MuchLess = 0.7;

    /// <summary>The sentence on one scheme, of some 45 words at most. Every figure in it is one of the study's.</summary>
    public static string Of(DecisionMatrix matrix)
    {
        DecisionRow[][] winners = [.. matrix.Rows.Where(r => r.Best is not null).GroupBy(r => r.Best!.Run.MethodLabel())
            .Select(g => g.ToArray()).OrderByDescending(g => g.Length)];
        List<string> clauses = [.. winners.Take(MostNamed).Select((rows, i) => Wins(rows, i, matrix))];
        if (winners.Length > MostNamed)
            clauses.Add($"{winners.Length - MostNamed} other methods elsewhere");
        clauses.AddRange(matrix.Rows.Where(r => r.Best is null).GroupBy(Nothing)
            .Select(g => $"{g.Key} {Place([.. g], matrix, isFirst: clauses.Count == 0)}"));
        return PlainText.Line(clauses.Count == 0 ? "Nothing was compared." : PlainText.Capital(string.Join("; ", clauses)) + ".");
    }

    private static string Wins(DecisionRow[] rows, int index, DecisionMatrix matrix)
    {
        DecisionCell[] best = [.. rows.Select(r => r.Best!)];
        string verb = index > 0 ? "" : matrix.Methods.Length > 1 ? " wins" : " trains";
        string text = $"{best[0].Name}{verb} {Place(rows, matrix, index == 0)}";
        if (index >= MostTold)
            return text;
        text += $": {Percent(best)} in {Bytes(best)}";
        DecisionCell[] rivals = Rivals(rows), savers = Savers(rows);
        return rivals.Length > 0 ? $"{text} where {rivals[0].Name} needs {Bytes(rivals)} for {Percent(rivals)}"
            : savers.Length > 0 ? $"{text} ({savers[0].Name} {Percent(savers)} in {Bytes(savers)})"
            : text;
    }

    // The most accurate method of each row, where it does not fit or run and would be better, the same in all rows.
    private static DecisionCell[] Rivals(DecisionRow[] rows) => Same(rows, row =>
        row.Runs.Where(c => c.Run.Accuracy is { } a && a.Mean > row.Best!.Run.Accuracy!.Mean + Difference)
            .MaxBy(c => c.Run.Accuracy!.Mean));

    // The most accurate trade-off of each row that needs much less scratch memory than the winner, the same in all rows.
    private static DecisionCell[] Savers(DecisionRow[] rows) => Same(rows, row =>
        row.Runs.Where(c => c.Verdict == Verdict.TradeOff && c.Run.Memory.ArenaBytes <= MuchLess * row.Best!.Run.Memory.ArenaBytes)
            .MaxBy(c => c.Run.Accuracy!.Mean));

    private static DecisionCell[] Same(DecisionRow[] rows, Func<DecisionRow, DecisionCell?> choose)
    {
        DecisionCell?[] chosen = [.. rows.Select(choose)];
        return chosen.All(c => c is not null && c.Run.MethodLabel() == chosen[0]!.Run.MethodLabel())
            ? [.. chosen.OfType<DecisionCell>()] : [];
    }

    private static string Nothing(DecisionRow row) =>
        row.Runs.Any(c => c.Verdict == Verdict.LearnsNothing) ? "nothing that fits learns"
        : row.Runs.Any(c => c.Verdict == Verdict.DoesNotFit) ? "nothing fits"
        : row.Runs.Any(c => c.Verdict == Verdict.NoAccuracy) ? "nothing trained to the end"
        : "nothing runs";

    private static string Place(DecisionRow[] rows, DecisionMatrix matrix, bool isFirst) =>
        rows.Length == 1 ? $"on {rows[0].Profile.Name}"
        : rows.Length == matrix.Rows.Length ? $"on all {rows.Length} profiles"
        : isFirst ? $"on {rows.Length} of {matrix.Rows.Length} profiles" : $"on {rows.Length}";

    private static string Percent(DecisionCell[] cells) =>
        Range(cells.Select(c => c.Run.Accuracy!.Mean), a => Quantity.Percent(a)) + " %";

    private static string Bytes(DecisionCell[] cells) =>
        Range(cells.Select(c => (double)c.Run.Memory.ArenaBytes), Quantity.Bytes);

    private static string Range(IEnumerable<double> values, Func<double, string> show) =>
        (show(values.Min()), show(values.Max())) is var (least, most) && least == most ? least : $"{least} to {most}";
}
