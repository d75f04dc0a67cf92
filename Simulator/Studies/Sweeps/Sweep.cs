using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A design study as it is asked: which chips, which networks, which methods. A file of it is a STUDY.yaml.</summary>
/// <param name="Profiles">Accelerators that the study starts from: shipped names or files.</param>
/// <param name="Vary">Keys of a profile and the values they take (<see cref="Accelerators.Profiles.Knob"/>), as
/// <c>engine.rows=8,16</c>.</param>
/// <param name="Points">Instead of all combinations: settings of one accelerator each, parted by blanks, as <c>engine.rows=8
/// engine.columns=32</c>.</param>
/// <param name="Networks">Workloads, models of the catalog, or files of either.</param>
/// <param name="Batches">Samples per step; none: the workload's, 1 for other networks.</param>
/// <param name="Methods">Training methods.</param>
/// <param name="Schemes">What trains, or <see cref="Inference"/>.</param>
/// <param name="Where">Conditions that every point meets.</param>
/// <param name="Skip">Conditions that no point meets; <see cref="Impossible"/> leaves out accelerators that break a rule.</param>
/// <param name="Random">So many points drawn from all combinations; 0: all of them.</param>
/// <param name="Seed">Decides which are drawn.</param>
/// <param name="Seeds">Trainings of each point that trains, with the seeds 1, 2, …; 0: points are only priced.</param>
/// <param name="Steps">Steps of a training; 0: the workload's.</param>
/// <param name="Least">Keys whose least values are sought: the first for each value of the others.</param>
/// <param name="SuchThat">Conditions on figures that the least value meets.</param>
/// <param name="Goals">Figures, or keys with numbers, whose front is marked (<see cref="ParetoFront"/>).</param>
/// <param name="DropPairs">Of each accelerator's formats those are left out whose products its accumulator does not hold.</param>
[Yaml("A design study: which chips, which networks, which methods.")]
public sealed record Sweep(
    [Yaml("Accelerators that the study starts from: shipped names or files.")] ImmutableArray<string> Profiles,
    [Yaml("Networks: workloads, models of the catalog, or files of either.")] ImmutableArray<string> Networks,
    [Yaml("Training methods, as bp:fp32.")] ImmutableArray<string> Methods,
    [Yaml("What trains, as ft or lp; inference: a forward pass.")] ImmutableArray<string> Schemes,
    [Yaml("Keys of a profile and the values that they take, as engine.rows=8,16.",
        Optional = true)] ImmutableArray<string> Vary = default,
    [Yaml("Instead of all combinations: the settings of one accelerator each, parted by blanks.", Optional = true)]
    ImmutableArray<string> Points = default,
    [Yaml("Samples per step; none: the workload's, 1 for other networks.",
        Optional = true)] ImmutableArray<int> Batches = default,
    [Yaml("Conditions that every point meets, as engine.rows <= engine.columns.",
        Optional = true)] ImmutableArray<string> Where = default,
    [Yaml("Conditions that no point meets; impossible: leave out accelerators that break a rule.", Optional = true)]
    ImmutableArray<string> Skip = default,
    [Yaml("So many points drawn from all combinations; 0: all of them.", Min = 0, Max = SweepSpace.MostPoints)] int Random = 0,
    [Yaml("Decides which points are drawn.")] ulong Seed = 1,
    [Yaml("Trainings of each point that trains, with the seeds 1, 2, …; 0: points are only priced.", Min = 0,
        Max = 1000)] int Seeds = 0,
    [Yaml("Steps of a training; 0: the workload's.", Min = 0)] int Steps = 0,
    [Yaml("Of each accelerator's formats those are left out whose products its accumulator does not hold.")] bool DropPairs =
        false,
    [Yaml("Keys whose least values are sought: the first for each value of the others.",
        Optional = true)] ImmutableArray<string> Least = default,
    [Yaml("Conditions on figures that the least value meets, as accuracy >= bp:fp32 - 1 or fits == true.", Optional = true)]
    ImmutableArray<string> SuchThat = default,
    [Yaml("Figures, or keys with numbers, whose front is marked, as energy or memory.scratchpad.size.", Optional = true)]
    ImmutableArray<string> Goals = default)
{
    /// <summary>The scheme that stands for a forward pass.</summary>
    public const string Inference = "inference";

    /// <summary>The condition of points whose accelerator breaks a rule.</summary>
    public const string Impossible = "impossible";

    /// <summary>The same with empty lists where none are given, as a file is read.</summary>
    internal Sweep WithLists() => this with
    {
        Vary = Vary.OrEmpty(),
        Points = Points.OrEmpty(),
        Batches = Batches.OrEmpty(),
        Where = Where.OrEmpty(),
        Skip = Skip.OrEmpty(),
        Least = Least.OrEmpty(),
        SuchThat = SuchThat.OrEmpty(),
        Goals = Goals.OrEmpty(),
    };
}
