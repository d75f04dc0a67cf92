using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What a search found.</summary>
/// <param name="Images">[batch, pixels], any numbers.</param>
/// <param name="Labels">[batch], the classes that it takes them for; null where they were given.</param>
/// <param name="Distance">What it made small.</param>
/// <param name="Iterations">Steps it took.</param>
internal sealed record Inverted(double[] Images, int[]? Labels, double Distance, int Iterations);

/// <summary>Searches for images by the gradient that they have.</summary>
/// <param name="network">The network.</param>
/// <param name="image">[height, width, channels].</param>
/// <param name="iterations">Steps of a search.</param>
/// <param name="smoothness">Weight of the total variation in searches by Adam.</param>
internal sealed class Inversion(AttackedNetwork network, Shape image, int iterations, double smoothness)
{
    /// <summary>Distance relative to the message below which a search ends.</summary>
    public const double Enough = 1e-8;

    /// <summary>The last layer's weights and biases.</summary>
    public const string HeadWeight = "head.weight", HeadBias = "head.bias";

    private readonly double[] gradient = new double[network.Count], slope = new double[network.Count];

    /// <summary>Searches from one start.</summary>
    /// <param name="attack">How; not by the closed form.</param>
    /// <param name="kind">What it got.</param>
    /// <param name="message">What that says.</param>
    /// <param name="targets">[batch, classes], the true labels, which <see cref="AttackKind.Angle"/> and
    /// <see cref="AttackKind.Fit"/> know.</param>
    /// <param name="start">Draws where the search begins.</param>
    /// <param name="cancellation">Ends it.</param>
    public Inverted Run(
        AttackKind attack, LeakageMessage kind, ClientMessage message, double[] targets, RandomStream start,
        CancellationToken cancellation)
    {
        double[] images = Vectors.Normal(network.Batch * network.Pixels, start);
        switch (attack)
        {
            case AttackKind.Dlg:
                return WithLabels(message.Estimate, images, Vectors.Normal(network.Batch * network.Classes, start), cancellation);
            case AttackKind.Idlg:
                int label = LabelOf(message.Estimate);
                (double value, int steps) = Lbfgs.Minimise(
                    (point, by) => Value(Objectives.Nearest(message.Estimate), point, OneHot(label), by, []), images, iterations,
                    Enough, cancellation);
                return new(images, [label], value, steps);
            default:
                Objective objective = attack == AttackKind.Angle ? Objectives.Angle(message.Estimate)
                    : kind.IsOfSigns ? Objectives.Signs(message.Directions, message.Measured)
                    : Objectives.Slopes(message.Directions, message.Measured);
                foreach (ref double pixel in images.AsSpan())
                    pixel = Math.Clamp(pixel, 0, 1);
                (value, steps) = Adam.Minimise(
                    (point, by) => Value(objective, point, targets, by, []) + TotalVariation.Of(point, image, smoothness, by),
                    images, iterations, cancellation);
                return new(images, null, value, steps);
        }
    }

    /// <summary>
    /// The label of a single image: the row of ∂L/∂W of the last layer with the least sum, since (pᵢ − 1[i = y])·a is below
    /// zero in the row of y alone where no feature is below zero.
    /// </summary>
    /// <param name="told">[n], the gradient.</param>
    public int LabelOf(ReadOnlySpan<double> told)
    {
        ReadOnlySpan<double> rows = told[network.PlaceOf(HeadWeight)!.Value];
        int width = rows.Length / network.Classes, label = 0;
        double least = double.PositiveInfinity;
        for (int row = 0; row < network.Classes; row++)
        {
            double sum = 0;
            foreach (double value in rows.Slice(row * width, width))
                sum += value;
            if (sum < least)
                (least, label) = (sum, row);
        }

        return label;
    }

    /// <summary>What the last layer reads: (∂L/∂W)[i] / (∂L/∂b)[i] for the i with the largest ∂L/∂b. Exact for one
    /// image.</summary>
    /// <param name="told">[n], the gradient.</param>
    public double[] Features(ReadOnlySpan<double> told)
    {
        ReadOnlySpan<double> rows = told[network.PlaceOf(HeadWeight)!.Value], biases = told[network.PlaceOf(HeadBias)!.Value];
        int width = rows.Length / biases.Length, row = 0;
        for (int i = 1; i < biases.Length; i++)
            row = Math.Abs(biases[i]) > Math.Abs(biases[row]) ? i : row;
        double[] features = rows.Slice(row * width, width).ToArray();
        foreach (ref double feature in features.AsSpan())
            feature /= biases[row];
        return features;
    }

    // Images and labels together; labels are softmax of what is searched.
    private Inverted WithLabels(double[] told, double[] images, double[] labels, CancellationToken cancellation)
    {
        double[] both = [.. images, .. labels], shares = new double[labels.Length];
        Objective objective = Objectives.Nearest(told);
        (double value, int steps) = Lbfgs.Minimise((point, by) =>
        {
            Softmax(point[images.Length..], shares);
            if (by.IsEmpty)
                return Value(objective, point[..images.Length], shares, [], []);
            Span<double> byShares = by[images.Length..];
            double found = Value(objective, point[..images.Length], shares, by[..images.Length], byShares);
            for (int row = 0; row < shares.Length; row += network.Classes)
            {
                Span<double> own = byShares.Slice(row, network.Classes);
                ReadOnlySpan<double> share = shares.AsSpan(row, network.Classes);
                double mean = Vectors.Dot(share, own);
                for (int i = 0; i < own.Length; i++)
                    own[i] = share[i] * (own[i] - mean);
            }

            return found;
        }, both, iterations, Enough, cancellation);
        return new(both[..images.Length],
            [.. both[images.Length..].Chunk(network.Classes).Select(c => Array.IndexOf(c, c.Max()))], value, steps);
    }

    private double Value(
        Objective objective, ReadOnlySpan<double> images, ReadOnlySpan<double> targets, Span<double> byImages,
        Span<double> byTargets)
    {
        network.Gradient(images, targets, gradient);
        double value = objective(gradient, slope);
        if (byImages.IsEmpty)
            return value;
        network.Mixed(images, targets, slope, byImages, byTargets.IsEmpty ? new double[targets.Length] : byTargets);
        return value;
    }

    private double[] OneHot(int label)
    {
        double[] target = new double[network.Classes];
        target[label] = 1;
        return target;
    }

    private void Softmax(ReadOnlySpan<double> logits, Span<double> shares)
    {
        for (int row = 0; row < logits.Length; row += network.Classes)
        {
            double most = double.NegativeInfinity, sum = 0;
            for (int i = row; i < row + network.Classes; i++)
                most = Math.Max(most, logits[i]);
            for (int i = row; i < row + network.Classes; i++)
                sum += shares[i] = Elementary.Exp(logits[i] - most);
            for (int i = row; i < row + network.Classes; i++)
                shares[i] /= sum;
        }
    }
}
