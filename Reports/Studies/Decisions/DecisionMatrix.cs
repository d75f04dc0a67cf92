using System.Collections.Immutable;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>One tuning scheme of a study: what every method comes to on every profile.</summary>
/// <param name="Scheme">Its name.</param>
/// <param name="Methods">Method and format of each column.</param>
/// <param name="Rows">One per profile that has a run.</param>
internal sealed record DecisionMatrix(string Scheme, ImmutableArray<string> Methods, ImmutableArray<DecisionRow> Rows)
{
    /// <summary>The matrices of a study, one per scheme, in its order.</summary>
    public static ImmutableArray<DecisionMatrix> Of(StudyResult study) =>
        [.. study.Runs.GroupBy(r => r.Scheme).Select(scheme => Of(study, scheme.Key, [.. scheme]))];

    private static DecisionMatrix Of(StudyResult study, string scheme, ImmutableArray<RunResult> runs)
    {
        ImmutableArray<string> methods = [.. runs.Select(r => r.MethodLabel()).Distinct()];
        ILookup<string, RunResult> ofProfile = runs.ToLookup(r => r.Profile);
        DecisionRow[] rows =
            [.. study.Profiles.Where(p => ofProfile.Contains(p.Name)).Select(p => Row(p, [.. ofProfile[p.Name]]))];
        double? target = EqualFooting.Target(rows.SelectMany(r => r.Runs));
        return new(scheme, methods, [.. rows.Select(r => OnEqualFooting(r, target))]);

        DecisionRow Row(ProfileSummary profile, ImmutableArray<RunResult> own)
        {
            ImmutableArray<Verdict> verdicts = Verdicts.Of(own);
            return new(profile,
            [
                .. methods.Select(m => own.Select(r => r.MethodLabel()).ToList().IndexOf(m) is >= 0 and var i
                    ? new DecisionCell(profile, own[i], verdicts[i], study) : null),
            ]);
        }
    }

    // Each cell with what its row and its scheme are compared at.
    private static DecisionRow OnEqualFooting(DecisionRow row, double? target)
    {
        DecisionCell[] trained = [.. row.Runs.Where(c => c.Run is { Cost: not null, Accuracy: not null })];
        double? cycles = trained.Min(c => c.WholeCycles()), energy = trained.Min(c => c.WholeEnergy());
        return row with
        {
            Cells = [.. row.Cells.Select(c => c is null
                ? null : c with { Target = target, LeastCycles = cycles, LeastEnergy = energy })],
        };
    }
}

/// <summary>One profile.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Cells">One per method; null where the study has no such run.</param>
internal sealed record DecisionRow(ProfileSummary Profile, ImmutableArray<DecisionCell?> Cells)
{
    /// <summary>The cells that are there.</summary>
    public IEnumerable<DecisionCell> Runs => Cells.OfType<DecisionCell>();

    /// <summary>The best; null where nothing runs, fits and learns.</summary>
    public DecisionCell? Best => Runs.FirstOrDefault(c => c.Verdict == Verdict.Best);
}

/// <summary>One method on one profile.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Run">Its run.</param>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="Study">The study.</param>
internal sealed record DecisionCell(ProfileSummary Profile, RunResult Run, Verdict Verdict, StudyResult Study)
{
    /// <summary>The accuracy that costs are compared at, 0..1; null where the scheme has none.</summary>
    public double? Target { get; init; }

    /// <summary>The least cycles of a whole training in its row.</summary>
    public double? LeastCycles { get; init; }

    /// <summary>The least energy of a whole training in its row, in joules.</summary>
    public double? LeastEnergy { get; init; }

    /// <summary>As it stands in a sentence: "QZO-FF 16w8a".</summary>
    public string Name => $"{Run.Method.ToUpperInvariant()} {Run.Format}";

    /// <summary>Why it does not run or has no accuracy; null otherwise.</summary>
    public string? Why => Run.NotRunnable ?? (Verdict == Verdict.NoAccuracy ? string.Join("; ", Run.FaultReasons()) switch
    {
        "" => "nothing was trained",
        var reasons => reasons,
    } : null);
}
