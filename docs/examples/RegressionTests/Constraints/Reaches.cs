using NpuSim.Reports.Text;

namespace NpuSim.RegressionTests.Constraints;

/// <summary>Rules of learning.</summary>
public static class Reaches
{
    /// <summary>The final accuracy, mean over the seeds, is no lower than a bound. A run that was not trained reaches
    /// none.</summary>
    /// <param name="fraction">The bound, 0..1.</param>
    public static RunConstraint Accuracy(double fraction) => new(
        $"an accuracy of at least {Quantity.Percent(fraction)} %", run => run.Accuracy?.Mean >= fraction,
        run => run.Accuracy is { } accuracy ? $"{Quantity.Percent(accuracy.Mean)} %" : "no training");
}
