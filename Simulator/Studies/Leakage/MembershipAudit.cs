using System.Collections.Immutable;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Who was trained on, guessed from the losses of trained weights (Yeom et al., arXiv 1709.01604).</summary>
/// <param name="Step">Training steps before.</param>
/// <param name="MemberAccuracy">Accuracy on samples that were trained on, 0..1.</param>
/// <param name="OtherAccuracy">On as many that were not.</param>
/// <param name="MemberLoss">Mean loss of the former: the threshold.</param>
/// <param name="OtherLoss">Mean loss of the latter.</param>
/// <param name="TruePositives">Share of the former with a loss of at most the threshold.</param>
/// <param name="FalsePositives">Share of the latter with one.</param>
/// <param name="Auc">Chance that of one of each kind the member has the smaller loss; ties count half.</param>
/// <param name="TruePositivesAtOnePercent">Share of the members below the threshold below which at most 1 % of the others are
/// (arXiv 2112.03570).</param>
public sealed record AuditPoint(
    int Step, double MemberAccuracy, double OtherAccuracy, double MemberLoss, double OtherLoss, double TruePositives,
    double FalsePositives, double Auc, double TruePositivesAtOnePercent)
{
    /// <summary>True positives less false ones.</summary>
    public double Advantage => TruePositives - FalsePositives;
}

/// <summary>What the audits of a training found.</summary>
/// <param name="Points">The audits, before the first step first.</param>
/// <param name="Divergence">Why the training did not end: step and reason where it diverged; null where it did.</param>
public sealed record AuditOutcome(ImmutableArray<AuditPoint> Points, string? Divergence);

/// <summary>An audited training.</summary>
/// <param name="Method">The method.</param>
/// <param name="Outcome">What was found; null where it does not run.</param>
/// <param name="Refusal">Why it does not run; null where it does.</param>
public sealed record AuditResult(string Method, AuditOutcome? Outcome, string? Refusal);

/// <summary>Membership by a threshold of the loss, in binary64 on the weights as they are.</summary>
/// <param name="network">The network at batch 1.</param>
/// <param name="members">Samples that were trained on.</param>
/// <param name="others">As many that were not.</param>
/// <param name="threads">At the same time.</param>
internal sealed class MembershipAudit(Graph network, Dataset members, Dataset others, int threads)
{
    /// <summary>Audits weights.</summary>
    /// <param name="step">Training steps before.</param>
    /// <param name="weights">Values of all parameters by name.</param>
    public AuditPoint Of(int step, IReadOnlyDictionary<string, float[]> weights)
    {
        ((double[] inside, double insideRight), (double[] outside, double outsideRight)) =
            (Losses(weights, members), Losses(weights, others));
        return Of(step, inside, outside) with { MemberAccuracy = insideRight, OtherAccuracy = outsideRight };
    }

    /// <summary>What losses tell; accuracies are left at 0.</summary>
    /// <param name="step">Training steps before.</param>
    /// <param name="members">Losses of members, at least one.</param>
    /// <param name="others">Losses of others, at least one.</param>
    public static AuditPoint Of(int step, double[] members, double[] others)
    {
        double threshold = members.Average();
        double[] sorted = [.. others.Order()];
        double strict = sorted[(int)Math.Floor(0.01 * sorted.Length)]; // below it lies 1 % at most
        double pairs = 0;
        foreach (double loss in members)
        {
            int smaller = Below(sorted, loss, orEqual: false), notLarger = Below(sorted, loss, orEqual: true);
            pairs += sorted.Length - notLarger + (0.5 * (notLarger - smaller));
        }

        return new(step, 0, 0, threshold, others.Average(), Share(members, l => l <= threshold),
            Share(others, l => l <= threshold), pairs / ((double)members.Length * others.Length),
            Share(members, l => l < strict));
    }

    private (double[] Losses, double Right) Losses(IReadOnlyDictionary<string, float[]> weights, Dataset samples)
    {
        double[] losses = new double[samples.Count];
        int right = 0;
        Parallel.For(0, samples.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => RunOf(weights),
            (i, _, run) =>
            {
                Span<double> image = run["images"];
                for (int p = 0; p < image.Length; p++)
                    image[p] = samples.Image(i)[p];
                run["labels"][0] = samples.Labels.Span[i];
                run.Run();
                losses[i] = run["loss"][0];
                Span<double> logits = run["logits"];
                int best = 0;
                for (int c = 1; c < logits.Length; c++)
                    best = logits[c] > logits[best] ? c : best;
                if (best == samples.Labels.Span[i])
                    Interlocked.Increment(ref right);
                return run;
            }, _ => { });
        return (losses, (double)right / samples.Count);
    }

    private GraphRun RunOf(IReadOnlyDictionary<string, float[]> weights)
    {
        GraphRun run = new(network, "loss", "logits");
        foreach ((string name, float[] values) in weights.Where(w => run.Has(w.Key)))
            Array.ConvertAll(values, v => (double)v).CopyTo(run[name]);
        return run;
    }

    private static double Share(double[] losses, Func<double, bool> counts) => (double)losses.Count(counts) / losses.Length;

    private static int Below(double[] sorted, double value, bool orEqual)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value || (orEqual && sorted[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
