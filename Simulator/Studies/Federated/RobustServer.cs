namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Median or trimmed mean of each weight (arXiv 1803.01498): of each the middle ones of its sorted values, averaged as
/// another server averages.</summary>
/// <param name="mean">What averages.</param>
/// <param name="rule">Median or trimmed mean.</param>
/// <param name="trim">Share that a trimmed mean leaves out at each end, below ½.</param>
internal sealed class RobustServer(IServer mean, AverageRule rule, double trim) : IServer
{
    private readonly List<float[]> answers = [];

    /// <inheritdoc/>
    public float[] Weights => mean.Weights;

    /// <inheritdoc/>
    public float[] Kept => mean.Kept;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> weights, long samples) => answers.Add(weights.ToArray());

    /// <inheritdoc/>
    public void End(int round)
    {
        int count = answers.Count, cut = rule == AverageRule.Median ? Math.Max(0, (count - 1) / 2) : (int)(trim * count);
        float[][] middle = [.. Enumerable.Range(0, count - (2 * cut)).Select(_ => new float[Weights.Length])];
        float[] values = new float[count];
        for (int i = 0; i < Weights.Length && count > 0; i++)
        {
            for (int c = 0; c < count; c++)
                values[c] = answers[c][i];
            Array.Sort(values);
            for (int m = 0; m < middle.Length; m++)
                middle[m][i] = values[cut + m];
        }

        foreach (float[] one in middle)
            mean.Add(one, 1);
        mean.End(round);
        answers.Clear();
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<float> kept) => mean.Restore(kept);
}
