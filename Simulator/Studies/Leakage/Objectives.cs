namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>How far the gradient of supposed images is from what a message tells.</summary>
/// <param name="gradient">p, [n].</param>
/// <param name="slope">[n]: the distance's derivative with respect to p.</param>
/// <returns>The distance, at least 0.</returns>
internal delegate double Objective(ReadOnlySpan<double> gradient, Span<double> slope);

/// <summary>The distances that attacks make small.</summary>
internal static class Objectives
{
    private const double Sharpness = 4; // κ of the signs' logistic

    /// <summary>‖p − g‖² / ‖g‖².</summary>
    public static Objective Nearest(double[] told)
    {
        double length = Vectors.Dot(told, told), scale = length > 0 ? 1 / length : 1;
        return (gradient, slope) =>
        {
            double sum = 0;
            for (int i = 0; i < slope.Length; i++)
            {
                double difference = gradient[i] - told[i];
                sum += difference * difference;
                slope[i] = 2 * scale * difference;
            }

            return scale * sum;
        };
    }

    /// <summary>1 − cos(p, g).</summary>
    public static Objective Angle(double[] told)
    {
        double length = Vectors.Norm(told);
        return (gradient, slope) =>
        {
            double own = Vectors.Norm(gradient);
            slope.Clear();
            if (own == 0 || length == 0)
                return 1;
            double cosine = Vectors.Dot(gradient, told) / (own * length);
            Vectors.Add(slope, -1 / (own * length), told);
            Vectors.Add(slope, cosine / (own * own), gradient);
            return 1 - cosine;
        };
    }

    /// <summary>‖Z·p − c‖² / ‖c‖² of slopes c along the rows of Z.</summary>
    public static Objective Slopes(double[][] directions, double[] told)
    {
        double length = Vectors.Dot(told, told), scale = length > 0 ? 1 / length : 1;
        return (gradient, slope) =>
        {
            double sum = 0;
            slope.Clear();
            for (int i = 0; i < told.Length; i++)
            {
                double difference = Vectors.Dot(directions[i], gradient) - told[i];
                sum += difference * difference;
                Vectors.Add(slope, 2 * scale * difference, directions[i]);
            }

            return scale * sum;
        };
    }

    /// <summary>Mean of log(1 + exp(−κ · s · ⟨z, p⟩ / ‖p‖)) over signs s along directions z, κ = 4.</summary>
    public static Objective Signs(double[][] directions, double[] told) => (gradient, slope) =>
    {
        double own = Vectors.Norm(gradient), sum = 0, along = 0;
        slope.Clear();
        if (own == 0)
            return Elementary.Log(2);
        for (int i = 0; i < told.Length; i++)
        {
            double part = Vectors.Dot(directions[i], gradient) / own, x = -Sharpness * told[i] * part;
            sum += Math.Max(x, 0) + Elementary.Log(1 + Elementary.Exp(-Math.Abs(x)));
            double share = x > 0 ? 1 / (1 + Elementary.Exp(-x)) : Elementary.Exp(x) / (1 + Elementary.Exp(x));
            double factor = -Sharpness * told[i] * share / told.Length;
            Vectors.Add(slope, factor / own, directions[i]);
            along += factor * part;
        }

        Vectors.Add(slope, -along / (own * own), gradient);
        return sum / told.Length;
    };
}
