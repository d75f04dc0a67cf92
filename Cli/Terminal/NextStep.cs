using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Terminal;

/// <summary>What to try after a comparison, made from what it found.</summary>
internal static class NextStep
{
    /// <summary>A command, or a file to open.</summary>
    /// <param name="result">The study.</param>
    /// <param name="replay">The command line that redoes it.</param>
    public static string Of(StudyResult result, string replay)
    {
        bool isBudgeted = result.Runs.Any(r => r.Steps is not null),
            isTooLarge = result.Runs.Any(r => !r.Memory.FitsScratchpad && r.Method == "bp" && r.Format.StartsWith("fp", StringComparison.Ordinal)),
            hasIntegerBackpropagation = result.Runs.Any(r => r.Method == "bp" && !r.Format.StartsWith("fp", StringComparison.Ordinal));
        if (!result.IsComplete)
            return $"the same with --resume goes on: {replay} --resume";
        if (isTooLarge && !hasIntegerBackpropagation && !replay.Contains(" --method ", StringComparison.Ordinal)
            && !replay.Contains(" -m ", StringComparison.Ordinal))
            return $"backpropagation in integers that keeps less: {replay} --method bp:16w8a+compact qzo-ff:16w8a --out smaller";
        return isBudgeted ? "open report.html; each profile there has an address to share"
            : $"equal cycles instead of equal samples: {replay} --budget cycles --out equal-cycles";
    }
}
