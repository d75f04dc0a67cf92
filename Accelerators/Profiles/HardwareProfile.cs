using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>One accelerator as data: everything that decides its integers, its cycles and its energy.</summary>
/// <param name="Name">Unique among the profiles in use: letters, digits and hyphens.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="ClockHz">Clock of engine and vector unit.</param>
/// <param name="Engine">What multiplies matrices.</param>
/// <param name="Vector">What does everything else in integers.</param>
/// <param name="Numerics">Arithmetic to the bit.</param>
/// <param name="Formats">Operand pairs the engine multiplies natively, best first.</param>
/// <param name="Memory">Memories and the paths between them.</param>
/// <param name="Host">A core with float arithmetic beside the accelerator; null: float operations cannot run.</param>
/// <param name="Energy">Energy per operation.</param>
/// <param name="Sources">Where each number comes from: path of a key (or a prefix of it) → citation, or "assumed".</param>
/// <param name="Weights">The form in which the engine takes its weights; null: as they are trained.</param>
/// <param name="Cores">Several cores of this kind that share the memories; null: one.</param>
/// <param name="Radio">What carries messages to and from the device; null: what it takes is not known.</param>
[Yaml("One accelerator: everything that decides its integers, its cycles and its energy.")]
public sealed record HardwareProfile(
    [Yaml("Unique among the profiles in use: letters, digits and hyphens, at most 64.")] string Name,
    [Yaml("One line for a list.")] string Description,
    [Yaml("Clock of engine and vector unit.", Above = 0)] double ClockHz,
    [Yaml("What multiplies matrices.")] Engine Engine,
    [Yaml("What does everything else in integers.")] VectorUnit Vector,
    [Yaml("Arithmetic to the bit.")] NumericPolicy Numerics,
    [Yaml("Operand pairs the engine multiplies natively, best first.")] ImmutableArray<OperandPair> Formats,
    [Yaml("Memories and the paths between them.")] MemorySystem Memory,
    [Yaml("A core with float arithmetic beside the accelerator; null: float operations cannot run.")] HostCore? Host,
    [Yaml("Energy per operation.")] EnergyModel Energy,
    [Yaml("Where each number comes from: path of a key or of a group of keys → citation, or the word assumed and why.")]
    ImmutableSortedDictionary<string, string> Sources,
    [Yaml("The form in which the engine takes its weights; null: as they are trained.", HideNull = true)]
    WeightStorage? Weights = null,
    [Yaml("Several cores, each with this engine and vector unit, that share the memories; null: one.", HideNull = true)]
    Cores? Cores = null,
    [Yaml("What carries messages to and from the device; null: what it takes is not known.", HideNull = true)]
    Radio? Radio = null) : IChecked
{
    /// <summary>8×8-bit MACs per cycle of all cores at the most.</summary>
    public double PeakMacsPerCycle => Engine.PeakMacsPerCycle * (Cores?.Count ?? 1);

    /// <summary>The pair of formats, or null when the engine cannot multiply them.</summary>
    public OperandPair? Pair(NumberFormat weights, NumberFormat activations) =>
        Formats.FirstOrDefault(p => p.Weights == weights && p.Activations == activations);

    /// <summary>The source of the key at that path: its own, or that of the smallest group around it; null without one.</summary>
    public string? SourceOf(string path)
    {
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
        {
            if (Sources.TryGetValue(at, out string? source))
                return source;
        }

        return null;
    }

    /// <summary>
    /// Every rule between the parts that this profile breaks. For a profile made in code,
    /// <see cref="YamlRecord.Problems{T}"/> also asks the parts.
    /// </summary>
    public IEnumerable<Problem> Problems() => ProfileRules.Problems(this).Concat(SourceRules.Problems(this));

    /// <summary>Equal in every key.</summary>
    public bool Equals(HardwareProfile? other) => other is not null
        && (Name, Description, ClockHz) == (other.Name, other.Description, other.ClockHz)
        && (Engine, Vector, Numerics) == (other.Engine, other.Vector, other.Numerics)
        && (Memory, Host, Energy, Weights, Cores) == (other.Memory, other.Host, other.Energy, other.Weights, other.Cores)
        && Radio == other.Radio
        && Formats.SequenceEqual(other.Formats) && Sources.SequenceEqual(other.Sources);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, ClockHz, Engine, Numerics, Memory);
}
