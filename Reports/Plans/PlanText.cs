using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>Plans on the terminal.</summary>
public static class PlanText
{
    private const int Width = 100, LabelWidth = 26, Gap = 2, RunWidth = 12;

    /// <summary>One line per run: what compares profiles.</summary>
    private static readonly Table<PlannedRun> Overview = new("Plans",
        new("Profile", r => r.Reading.Profile.Name),
        new("Run", r => r.Label),
        new("Arena", r => r.Reading.Layout.ArenaBytes, "B", "bytes"),
        new("Fits", r => r.Reading.FitsScratchpad),
        new("At once", r => r.FittingSamples),
        new("Cycles", r => r.Reading.Cost?.Cycles, Format: "prefix"),
        new("Time", r => r.Reading.Cost?.Seconds, "s", "metric"),
        new("Energy", r => r.Reading.Cost?.EnergyJoules, "J", "metric"));

    private static readonly Table<OpCost> Layers = new("Operations",
        new("Operation", o => o.Name),
        new("Phase", o => TimelineText.Letter(o.Phase).ToString()),
        new("Unit", o => o.Unit.ToString().ToLowerInvariant()),
        new("MACs", o => o.Macs, Format: "prefix"),
        new("Cycles", o => o.Cycles, Format: "prefix"),
        new("Waiting", o => o.ExposedTransferCycles, Format: "prefix"),
        // From outside the chip
        new("MACs/B", o => o is { Macs: > 0, Traffic.External: > 0 } ? o.MacsPerExternalByte : null, Format: "prefix"),
        new("Moved", o => o.Traffic.Scratchpad + o.Traffic.External, "B", "bytes"),
        new("Energy", o => o.EnergyJoules, "J", "metric"));

    private static readonly Table<StepBound> Bounds = new("What bounds this step",
        new("If it took no time", b => b.What),
        new("Cycles saved", b => b.FreedCycles, Format: "prefix"));

    private static readonly Table<Sensitivity> Elasticities = new("Sensitivity",
        new("Number", s => s.Key),
        new("Value", s => s.Value),
        new("Cycles", s => s.Cycles, Format: "F3"),
        new("Energy", s => s.Energy, Format: "F3"),
        new("Arena", s => s.Arena, Format: "F3"),
        new("Source", s => s.IsAssumed ? "assumed" : "given"));

    /// <summary>Prints, for each run that has a cost, what it waits for and how much it would gain without.</summary>
    public static void WriteBounds(IEnumerable<PlannedRun> runs, TextWriter output)
    {
        foreach (PlannedRun run in runs.Where(r => r.Reading.Cost is not null))
        {
            output.Write($"\n{run.Label}: what bounds {Quantity.Metric(run.Reading.Cost!.Cycles)} cycles\n");
            Table<StepBound> table = Bounds with
            {
                Columns = Bounds.Columns.Add(new("%", b => 100 * b.FreedCycles / run.Reading.Cost.Cycles, Format: "F1")),
            };
            var bounds = StepBound.Of(run.Reading.Step, run.Reading.Profile, run.Place);
            TextTable.Write(table, [.. bounds.Where(b => b.FreedCycles > 0)], output, Width);
        }
    }

    /// <summary>Prints, for each run that has a cost, the numbers of the profile that decide it.</summary>
    public static void WriteSensitivity(IEnumerable<PlannedRun> runs, TextWriter output)
    {
        foreach (PlannedRun run in runs.Where(r => r.Reading.Cost is not null))
        {
            IReadOnlyList<Sensitivity> all = Sensitivity.Of(run);
            output.Write($"\n{run.Label}: elasticities, per cent for one per cent of a number\n");
            TextTable.Write(Elasticities, [.. all.Where(s => s.Largest >= 0.0005)], output, Width);
            output.Write($"{all.Count(s => s.Largest < 0.0005)} other numbers decide less than 0.0005.\n");
        }
    }

    /// <summary>Prints the runs: in full for one profile, a line each for several.</summary>
    public static void Write(IReadOnlyList<PlannedRun> runs, bool layers, TextWriter output)
    {
        if (runs.Select(r => r.Reading.Profile.Name).Distinct().Count() > 1)
        {
            TextTable.Write(Overview, runs, output, Width);
            output.Write("\n");
            output.Write("Choose one --profile for every figure, the memory timeline and why a run is not possible (–).\n");
            return;
        }

        int width = Math.Max(RunWidth, runs.Max(r => Heading(r).Max(line => line.Length)));
        foreach (PlannedRun[] chunk in runs.Chunk(Math.Max(1, (Width - LabelWidth) / (width + Gap))))
        {
            Figures(chunk, width, output);
            output.Write("\n");
        }

        Reasons(runs, output);
        foreach (PlannedRun run in runs.Where(r => r.Reading.Plan.Ops.Length > 1))
        {
            TimelineText.Write(run, output);
            output.Write("\n");
        }

        if (layers || runs.Any(r => r.Reading.Plan.Ops.Length > 1))
            output.Write(TimelineText.Legend + "\n");
        if (layers)
            Operations(runs, output);
    }

    // Format and scheme, then a switch a line: together they are wider than a column. So may be the scheme, which then comes last.
    private static string[] Heading(PlannedRun run)
    {
        string[] parts = run.Format.Split('+');
        string first = $"{parts[0]} {run.Scheme}".TrimEnd();
        IEnumerable<string> switches = parts.Skip(1).Select(p => $"+{p}");
        return first.Length <= RunWidth ? [first, .. switches]
            : [parts[0], .. switches, .. run.Scheme!.Split('+').Select((p, i) => i == 0 ? p : $"+{p}")];
    }

    private static void Figures(PlannedRun[] runs, int width, TextWriter output)
    {
        Line("", runs.Select(r => r.Task));
        string[][] headings = [.. runs.Select(Heading)];
        for (int line = 0; line < headings.Max(h => h.Length); line++)
            Line("", headings.Select(h => h.ElementAtOrDefault(line) ?? ""));
        foreach ((string heading, var rows) in PlanRows.Groups)
        {
            (string Label, string?[] Cells)[] shown =
                [.. rows.Select(row => (row.Label, runs.Select(row.Show).ToArray())).Where(r => r.Item2.Any(c => c is not null))];
            if (shown.Length == 0)
                continue;
            output.Write($"── {heading} {new string('─', LabelWidth + (runs.Length * (width + Gap)) - heading.Length - 4)}\n");
            foreach ((string label, string?[] cells) in shown)
                Line(label, cells.Select(c => c ?? Quantity.None));
        }

        void Line(string label, IEnumerable<string> cells)
        {
            string columns = string.Concat(cells.Select(c => new string(' ', Gap) + c.PadLeft(width)));
            output.Write((label.PadRight(LabelWidth) + columns).TrimEnd() + "\n");
        }
    }

    private static void Reasons(IEnumerable<PlannedRun> runs, TextWriter output)
    {
        PlannedRun[] not = [.. runs.Where(r => r.Reading.NotRunnable is not null)];
        foreach (PlannedRun run in not)
            Wrap($"{run.Label} does not run: {run.Reading.NotRunnable}", output);
        if (not.Length > 0)
            output.Write("\n");
    }

    private static void Wrap(string text, TextWriter output)
    {
        int used = 0;
        foreach (string word in PlainText.Line(text).Split(' '))
        {
            bool breaks = used > 0 && used + 1 + PlainText.Columns(word) > Width;
            string before = used == 0 ? "" : breaks ? "\n    " : " ";
            output.Write(before + word);
            used = (breaks ? 4 : used + before.Length) + PlainText.Columns(word);
        }

        output.Write("\n");
    }

    private static void Operations(IEnumerable<PlannedRun> runs, TextWriter output)
    {
        foreach (PlannedRun run in runs)
        {
            if (run.Reading.Cost is not { } cost)
                continue;
            output.Write($"\n{run.Label}: operations\n");
            Table<OpCost> table = Layers with
            {
                Columns = Layers.Columns.Insert(5, new("%", o => 100 * o.Cycles / cost.Cycles, Format: "F1")),
            };
            TextTable.Write(table, cost.Ops, output, Width);
        }
    }
}
