using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Comparison;

/// <summary>Holds a study against an earlier one, so that continuous integration notices what moved.</summary>
public static class Baseline
{
    /// <summary>
    /// Holds every figure of every run of the baseline against the study. Runs that only the study has are not checked. Figures
    /// that no tolerance names may not move at all.
    /// </summary>
    /// <param name="study">The new results.</param>
    /// <param name="baseline">The results to hold on to.</param>
    /// <param name="tolerances">How far figures may move; of two for one figure the later one counts.</param>
    /// <returns>All checked figures, in the order of the baseline; the check failed when one does not hold.</returns>
    /// <exception cref="InputException">The baseline has no runs, so nothing would be checked.</exception>
    public static ImmutableArray<CheckedFigure> Check(StudyResult study, StudyResult baseline, IEnumerable<Tolerance> tolerances)
    {
        Dictionary<string, Tolerance> allowed = Metric.All.ToDictionary(m => m.Name, m => new Tolerance(m, 0, IsRelative: false));
        foreach (Tolerance tolerance in tolerances)
            allowed[tolerance.Metric.Name] = tolerance;
        if (baseline.Runs.IsEmpty)
            throw new InputException("The baseline has no runs; results of at least one run are accepted.");

        Dictionary<string, RunResult> runs = ResultsDiff.Keyed(study);
        ImmutableArray<CheckedFigure>.Builder figures = ImmutableArray.CreateBuilder<CheckedFigure>();
        foreach ((string key, RunResult before) in ResultsDiff.Keyed(baseline))
        {
            RunResult? after = runs.GetValueOrDefault(key);
            foreach (Metric metric in Metric.All.Where(m => m.Compares(before, after)))
            {
                double? from = metric.Value(before), to = after is null ? null : metric.Value(after);
                if (from is not null || to is not null)
                    figures.Add(new(new(before.Profile, before.Label(), metric, from, to), allowed[metric.Name], after is null));
            }
        }

        return figures.ToImmutable();
    }
}
