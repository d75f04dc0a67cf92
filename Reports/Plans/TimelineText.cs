using System.Collections.Immutable;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Planning;

namespace NpuSim.Reports.Plans;

/// <summary>Occupancy of the scratch memory over the operations of a step, drawn with block characters.</summary>
internal static class TimelineText
{
    private const int Rows = 6, Columns = 84;
    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>Draws a run: the most bytes live in each slice of the step, the phase below.</summary>
    public static void Write(PlannedRun run, TextWriter output)
    {
        ImmutableArray<long> live = run.Reading.Layout.Timeline;
        ImmutableArray<PlannedOp> ops = run.Reading.Plan.Ops;
        int columns = Math.Min(Columns, live.Length);
        (int From, int To)[] slices = [.. Enumerable.Range(0, columns).Select(c => (Edge(c), Edge(c + 1)))];
        long[] heights = [.. slices.Select(s => live.AsSpan()[s.From..s.To].ToArray().Max())];
        long top = Math.Max(1, heights.Max());
        string peak = $"at most {Quantity.Bytes(top)} in '{ops[run.Reading.Layout.PeakOp].Name}'";
        output.Write($"{run.Label}: bytes live over {live.Length} operations, {peak}\n");
        for (int row = Rows - 1; row >= 0; row--)
        {
            string line = string.Concat(heights.Select(h => Block((double)h / top * Rows, row)));
            string axis = row == Rows - 1 ? Quantity.Bytes(top) : row == 0 ? "0 B" : "";
            output.Write($"{axis,10} │{line}".TrimEnd() + "\n");
        }

        output.Write($"{"",10} └{string.Concat(slices.Select(s => Letter(Longest(ops, s.From, s.To))))}\n");

        static char Block(double height, int row) => Eighths[(int)Math.Clamp(Math.Ceiling(8 * (height - row)), 0, 8)];

        int Edge(int column) => (int)((long)column * live.Length / columns);
    }

    /// <summary>What the letters below a timeline mean.</summary>
    public static string Legend { get; } =
        $"phases: {string.Join(", ", Enum.GetValues<Phase>().Select(p => $"{Letter(p)} {PhaseName(p)}"))}";

    private static string PhaseName(Phase phase) => phase == Phase.Perturb ? "perturb" : Studies.RunText.Name(phase);

    private static Phase Longest(ImmutableArray<PlannedOp> ops, int from, int to) =>
        Enumerable.Range(from, to - from).CountBy(i => ops[i].Phase).OrderByDescending(g => g.Value)
            .ThenBy(g => g.Key).First().Key;

    /// <summary>A phase as one letter.</summary>
    public static char Letter(Phase phase) => phase switch
    {
        Phase.Forward => 'f',
        Phase.Perturb => 'p',
        Phase.ForwardPlus => '+',
        Phase.ForwardMinus => '−',
        Phase.Backward => 'b',
        Phase.Update => 'u',
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
