using System.Collections.Immutable;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>Why methods do not run or have no accuracy: each reason once, with a number that cells refer to.</summary>
internal sealed class DecisionReasons
{
    private const int MostNames = 4;

    private readonly Dictionary<string, int> numbers = [];

    /// <summary>Of all matrices of a study. Reasons that differ only in the profile's name are one.</summary>
    public DecisionReasons(ImmutableArray<DecisionMatrix> matrices)
    {
        var reasons = matrices.SelectMany(m => m.Rows).SelectMany(r => r.Runs).Where(c => c.Why is not null).GroupBy(Form);
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>();
        foreach (IGrouping<string, DecisionCell> same in reasons)
        {
            string[] names = [.. same.Select(c => c.Profile.Name).Distinct()];
            if (names.Length > MostNames)
                names = [.. names.Take(MostNames - 1), $"{names.Length - MostNames + 1} other profiles"];
            string joined = names.Length < 2 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
            string text = same.Key.Replace("\0", joined, StringComparison.Ordinal);
            texts.Add(PlainText.Line(same.Key.Contains('\0', StringComparison.Ordinal) ? text : $"{joined}: {text}"));
            numbers.Add(same.Key, texts.Count);
        }

        Texts = texts.ToImmutable();
    }

    /// <summary>The reasons, the first of which has the number 1.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>The number of a cell's reason; null where it needs none.</summary>
    public int? Of(DecisionCell cell) => cell.Why is null ? null : numbers[Form(cell)];

    private static string Form(DecisionCell cell) => cell.Why!.Replace(cell.Profile.Name, "\0", StringComparison.Ordinal);
}
