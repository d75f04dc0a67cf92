using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A design study that was carried out: from a question to its answers in one call.</summary>
/// <example>
/// <code>
/// SweepOutcome study = SweepOutcome.Of(new Sweep(["systolic-int8-16x16"], ["glyphs-cnn"], ["qzo-ff:16w8a"], ["lp"],
///     ["memory.scratchpad.size=16KiB..1MiB*2"], Least: ["memory.scratchpad.size"], SuchThat: ["fits == true"]), "study");
/// Assert.That(study.Least("scratchpad"), Is.AtMost(128 * 1024));
/// </code>
/// </example>
public sealed class SweepOutcome
{
    private readonly string? key;

    private SweepOutcome(string? key, ImmutableArray<SweepRow> points, ImmutableArray<LeastAnswer> answers) =>
        (this.key, Points, Answers) = (key, points, answers);

    /// <summary>Every point, priced, and with its values where it trained; marked where it is on the front of the study's
    /// goals.</summary>
    public ImmutableArray<SweepRow> Points { get; }

    /// <summary>The least value that was asked for, for each combination of all else; empty where none was.</summary>
    public ImmutableArray<LeastAnswer> Answers { get; }

    /// <summary>Carries out a study. What its folder holds already is not computed again.</summary>
    /// <param name="asked">The study.</param>
    /// <param name="folder">Folder of its records; made where it is missing.</param>
    /// <param name="data">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <param name="threads">Points at the same time; 0: one per processor core.</param>
    /// <param name="cancellation">Ends it early; what is done stands.</param>
    /// <exception cref="InputException">It names what there is not, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SweepOutcome Of(Sweep asked, string folder, string? data = null, int threads = 0,
        CancellationToken cancellation = default)
    {
        SweepSpace space = SweepSpace.Of(asked);
        LeastSearch.Require(space);
        ParetoFront.Require(space);
        int cores = threads > 0 ? threads : Environment.ProcessorCount;
        SweepStudy study = new(space, SweepStore.Open(folder, _ => { })); // what is damaged is done anew
        study.Run(cores, null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        SweepTrainings? trainings = asked.Seeds == 0 ? null : new(
            study, new(w => WorkloadSetup.Open(w, data, null, cancellation).Bench, asked.Steps), TrainingStore.Open(folder));
        ImmutableArray<LeastAnswer> answers = asked.Least.IsDefaultOrEmpty ? []
            : new LeastSearch(study, trainings).Run(cores, cancellation);
        if (asked.Least.IsDefaultOrEmpty)
            trainings?.Run(cores, null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        ImmutableArray<SweepRow> points = [.. study.Rows(trainings?.Values())];
        if (!asked.Goals.IsDefaultOrEmpty)
            points = [.. points.Zip(ParetoFront.Of(points, asked.Goals), (p, isOn) => p with { IsOnFront = isOn })];
        return new(asked.Least.OrEmpty().FirstOrDefault(), points, answers);
    }

    /// <summary>The least value of a key with which the study's conditions hold, in the unit of the key.</summary>
    /// <param name="name">The key, or a part of its path: "accumulator" for numerics.accumulator.bits.</param>
    /// <param name="of">Words that tell the answer from others, where there are several: "bp:8w8a", "glyphs-cnn".</param>
    /// <returns>Positive infinity where they hold with no value that was tried, so that every upper bound fails.</returns>
    /// <exception cref="ArgumentException">The study does not seek this key, or not exactly one of its answers has all the
    /// words.</exception>
    public double Least(string name, params string[] of)
    {
        if (key is null || (key != name && !key.Split('.').Contains(name)))
            throw new ArgumentException($"The study seeks the least {key ?? "of no key"}, not of '{name}'.", nameof(name));
        LeastAnswer[] meant = [.. Answers.Where(a => of.All(w => a.Given.Split(' ', ',', '=').Contains(w)))];
        return meant is [var answer]
            ? answer.Least is { } least ? YamlRecord.Find(least.Row.Point.Profile, key)!.Number!.Value : double.PositiveInfinity
            : throw new ArgumentException($"{meant.Length} answers have all of '{string.Join(' ', of)}'; one is accepted of: "
                + $"{string.Join("; ", Answers.Select(a => a.Given))}.", nameof(of));
    }
}
