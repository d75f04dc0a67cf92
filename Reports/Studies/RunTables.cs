using NpuSim.Reports.Studies.Figures;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>The tables that have one row per run.</summary>
public static class RunTables
{
    private static readonly Column<RunResult> Profile = new("Profile", r => r.Profile);

    private static readonly Column<RunResult> Run = new("Method", r => r.Label(),
        Meaning: "Training method, number format and which parameters train (ft: all, lp: the last linear layer).");

    private static readonly Column<RunResult> Steps = new("Steps", r => r.Steps, Format: "#,0",
        Meaning: "Training steps, as many as fit the cycles in which the first method does the workload's; where one of the two "
            + "does "
            + "not run, the workload's.");

    private static readonly Column<RunResult> Scratch = MemoryFigures.Arena.Column with { Header = "Scratch" };

    private static readonly Column<RunResult> Fits = MemoryFigures.Fits.Column with { Header = "Fits" };

    /// <summary>The table on the terminal: what fits 100 columns.</summary>
    public static readonly Table<RunResult> Terminal = new(
        "Training methods by profile",
        Profile, Run, AccuracyFigures.ZeroShot.Column, AccuracyFigures.FinalOrFault, Scratch, Fits, CostFigures.Cycles.Column,
        CostFigures.Energy.Column);

    /// <summary>The main table of a report.</summary>
    public static readonly Table<RunResult> Summary = new("Training methods by profile",
        Profile, Run, RunFigures.Runs.Column with { Header = "Runs" },
        AccuracyFigures.ZeroShot.Column, AccuracyFigures.FinalOrFault, Scratch, Fits, MemoryFigures.Total.Column,
        CostFigures.Cycles.Column, CostFigures.Energy.Column,
        NumericsFigures.Unperturbed, NumericsFigures.RoundedAway.Column with { Header = "Rounded away" },
        NumericsFigures.OverflowShare.Column);

    /// <summary>Every figure of a run, for CSV.</summary>
    public static readonly Table<RunResult> Everything = new("Runs",
    [
        Profile,
        new("Method", r => r.Method), new("Format", r => r.Format), new("Scheme", r => r.Scheme),
        RunFigures.Runs.Column, new("Reason", r => r.NotRunnable),
        new("Trained parameters", r => r.TrainedParameters),
        new("Steps", r => r.Steps),
        .. AccuracyFigures.Csv, .. SetupFigures.Csv, .. MemoryFigures.Csv, .. CostFigures.Csv, .. NumericsFigures.Csv,
        new("Outcome", r => r.Outcome()),
        new("Proven by", r => r.ProvenBy, Meaning: "Profile with an accumulator no wider in whose run no partial sum ever left it: "
            + "this run is the same to the bit."),
    ]);

    /// <summary>Scratch memory by role at the moment of the peak.</summary>
    public static readonly Table<RunResult> Memory = new("Memory of one training step",
    [
        Run,
        .. MemoryFigures.AtPeak, MemoryFigures.PeakLive.Column,
        MemoryFigures.Arena.Column with
        {
            Header = "Arena", Meaning = "What the planner lays out: peak live plus alignment and gaps.",
        },
        MemoryFigures.Paper.Column, .. MemoryFigures.Kept, MemoryFigures.PeakOperation.Column with { Header = "Peak at" },
    ]);

    /// <summary>Cycles by phase, energy and traffic.</summary>
    public static readonly Table<RunResult> Cost = new("Cost of one training step", [Run, .. CostFigures.Table]);

    /// <summary>What fixed-point arithmetic did to the numbers.</summary>
    public static readonly Table<RunResult> Numerics =
        new("Fixed-point numerics of the whole training", [Run, .. NumericsFigures.Table]);

    /// <summary>The table with a column of steps behind the methods where a budget decides them; else as it is.</summary>
    public static Table<RunResult> WithSteps(Table<RunResult> table, StudyResult study) => !study.IsBudgeted() ? table
        : table with { Columns = table.Columns.Insert(table.Columns.IndexOf(Run) + 1, Steps) };

    /// <summary>A table of runs with the profile in front, for runs of several profiles.</summary>
    public static Table<RunResult> WithProfile(Table<RunResult> table) => table with { Columns = [Profile, .. table.Columns] };
}
