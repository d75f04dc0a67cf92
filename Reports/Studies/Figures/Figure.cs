using System.Globalization;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>
/// A figure of a run, declared once: columns of tables and CSV with their explanation, and what comparisons and tolerances call
/// it.
/// </summary>
/// <param name="Title">Heading of its column, without the unit.</param>
/// <param name="Measure">What it is measured in.</param>
/// <param name="Value">The exact value: a number, a truth value or a text; null where a run has none.</param>
internal record Figure(string Title, Measure Measure, Func<RunResult, object?> Value)
{
    /// <summary>One sentence for a reader who meets it for the first time; null where the title says it.</summary>
    public string? Meaning { get; init; }

    /// <summary>How it follows from others; null where the meaning says it.</summary>
    public string? Formula { get; init; }

    /// <summary>Where the documentation says more, as "docs/timing.md#energy".</summary>
    public string Docs { get; init; } = "docs/reports.md";

    /// <summary>What people see instead, where one number does not tell it all.</summary>
    public Func<RunResult, string>? Text { get; init; }

    /// <summary>True where the title says the unit.</summary>
    public bool IsUnitInTitle { get; init; }

    /// <summary>By what name a tolerance takes it, and what that is, with the unit; null: it is not compared.</summary>
    public (string Name, string Meaning)? Check { get; init; }

    /// <summary>True for a run of an earlier version, which did not know the figure: it is not compared by it.</summary>
    public Func<RunResult, bool> IsUnknownTo { get; init; } = _ => false;

    /// <summary>Its key in results.json; null where it follows from others.</summary>
    public virtual string? Key => null;

    /// <summary>Its column.</summary>
    public Column<RunResult> Column => new(Title, Scaled, IsUnitInTitle ? null : Measure.Unit, Measure.Format, Text, Meaning);

    /// <summary>The value in the unit of comparisons.</summary>
    public double? Number(RunResult run) => Scaled(run) switch
    {
        null => null,
        bool truth => truth ? 1 : 0,
        object number => Convert.ToDouble(number, CultureInfo.InvariantCulture),
    };

    private object? Scaled(RunResult run) =>
        Value(run) is double value && Measure.Scale != 1 ? Measure.Scale * value : Value(run);
}

/// <summary>A figure that results.json holds.</summary>
/// <typeparam name="T">The part of a run that has it.</typeparam>
/// <param name="Title">Heading of its column.</param>
/// <param name="Measure">What it is measured in.</param>
/// <param name="Value">The exact value.</param>
/// <param name="Json">Its member of the part's object.</param>
internal sealed record Figure<T>(string Title, Measure Measure, Func<RunResult, object?> Value, JsonMember<T> Json)
    : Figure(Title, Measure, Value)
{
    /// <inheritdoc/>
    public override string Key => Json.Key;

    /// <summary>Its member of the part's object, with the meaning as description.</summary>
    public JsonMember<T> Member => Json with { Description = Json.Description ?? Meaning };
}
