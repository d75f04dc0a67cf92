using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Looks for step sizes by short runs on a small grid. In fixed point the grid is laid in multiples of Δw, the coarsest step of a
/// trained tensor, where rounding decides whether anything moves; elsewhere around the sizes that are known.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Known">The sizes known so far, and the length of each run.</param>
/// <param name="Step">Δw; 1 where sizes are counted in steps; 0 in floating point.</param>
public sealed record StepSizeSearch(Method Method, TrainingSettings Known, double Step)
{
    private const double GreatestRate = 10, GreatestEpsilon = 1; // what a workload file takes

    private static readonly double[] Around = [0.25, 1, 4], RatesAround = [0.0625, 0.25, 1, 4, 16];
    private static readonly double[] PerturbationSteps = [1, 8, 64], RateSteps = [1, 8, 64, 512],
        CountedRateSteps = [0.25, 1, 8, 64];

    /// <summary>True when η is tried in multiples of Δw: where estimates have the size of z.</summary>
    public bool IsInSteps =>
        Step > 0 && Method is ForwardMethod { IsKernelNormalized: false, Estimator: Estimator.SignSpsa };

    /// <summary>Every point of the grid, the known sizes first.</summary>
    public ImmutableArray<TrainingSettings> Grid =>
    [
        Known,
        .. from epsilon in Epsilons
           from rate in Rates
           let point = Known with { Epsilon = epsilon, LearningRate = rate }
           where point != Known && rate <= (Known.InSteps ? double.MaxValue : GreatestRate)
               && epsilon <= (Known.InSteps ? double.MaxValue : GreatestEpsilon)
           select point,
    ];

    private IEnumerable<double> Epsilons =>
        Method is not ForwardMethod { Estimator: not Estimator.Jvp } ? [Known.Epsilon]
        : Step > 0 ? PerturbationSteps.Select(n => Rounded(n * Step))
        : Around.Select(n => Rounded(n * Known.Epsilon));

    private IEnumerable<double> Rates => Method is ForwardMethod { Optimizer: FrankWolfeOptimizer } ? [Known.LearningRate]
        : !IsInSteps ? RatesAround.Select(n => Rounded(n * Known.LearningRate))
        : Known.InSteps ? CountedRateSteps
        : RateSteps.Select(n => Rounded(n * Step));

    /// <summary>The coarsest step of the trained tensors; 1 where sizes are counted in steps; 0 in floating point.</summary>
    /// <param name="prepared">A run of the known sizes, whose first step tells the scales.</param>
    /// <param name="known">Them.</param>
    public static double StepOf(NumericsResult? prepared, TrainingSettings known) =>
        known.InSteps && prepared is not null ? 1 : prepared?.Epsilon.Max(e => e.Scale) ?? 0;

    /// <summary>Mean loss over the last quarter of a curve, what points are ranked by; infinite where it is not a number or the
    /// training diverged.</summary>
    public static double Score(TrainingCurve curve)
    {
        if (curve.Divergence is not null)
            return double.PositiveInfinity;
        int last = Math.Max(1, curve.Losses.Length / 4);
        double mean = curve.Losses.TakeLast(last).Average();
        return double.IsFinite(mean) ? mean : double.PositiveInfinity;
    }

    /// <summary>What keeps weights from moving at a point, and what would help; empty where nothing does.</summary>
    /// <param name="point">The sizes.</param>
    /// <param name="numerics">What a run with them counted.</param>
    public IEnumerable<string> Obstacles(TrainingSettings point, NumericsResult numerics)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(numerics);
        EpsilonSteps[] still = [.. numerics.Epsilon.Where(e => e.Steps == 0)];
        if (still.Length > 0)
        {
            yield return FormattableString.Invariant(
                $"ε_q = round(ε / Δw) = 0 for {still.Length} of {numerics.Epsilon.Length} tensors, which are never perturbed: {string.Join(", ", still.Select(e => e.Tensor))}; every tensor is from ε = {Up(still.Max(e => e.Scale) / 2):G3} on");
        }

        if (numerics.TiedLossShare > 0.1)
        {
            yield return FormattableString.Invariant(
                $"{100 * numerics.TiedLossShare:F0} % of directions left both losses equal and taught nothing; a larger ε, more samples a step or 16-bit activations tell them apart");
        }

        if (numerics.RoundedAwayShare > 0.5 && Method.RandomBits.Update == 0)
        {
            string from = Method is ForwardMethod { IsKernelNormalized: true } ? "a larger η"
                : point.InSteps ? "η = 0.5 steps"
                : FormattableString.Invariant($"η = {Up(numerics.Epsilon.Max(e => e.Scale) / 2):G3}");
            yield return FormattableString.Invariant(
                $"{100 * numerics.RoundedAwayShare:F0} % of updates round to nothing, |η·g| being below Δw/2; where |g| = 1 a weight moves from {from} on");
        }
    }

    /// <summary>What else would help where 8-bit or 4-bit weights are in the way.</summary>
    public string? Remedy => Method is QuantizedForwardGradient { InSteps: false, HasMagnitude: false } qzo && Step > 0
        ? $"weights with more bits have finer Δw; qzo-ff-steps:{qzo.Format} counts ε and η in Δw of each tensor"
        : null;

    // Two digits are all that a grid is worth.
    private static double Rounded(double value) =>
        double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double Up(double value) => value * 1.005; // G3 rounds down by less
}
