using System.Collections.Immutable;

namespace NpuSim.Yaml;

/// <summary>What the declaration of a record says of one key.</summary>
/// <param name="Path">As <c>engine.rows</c>; of an item of a list <c>formats[0].rate</c>.</param>
/// <param name="Description">What it means.</param>
/// <param name="Accepts">What it accepts, in words that may follow "accepted is".</param>
/// <param name="Default">The value where the key is left out, as YAML; null where it is required.</param>
/// <param name="Section">
/// Heading of the page of keys under which it stands, as a link has it: "memory", "kind-systolic-array".
/// </param>
/// <param name="Kind">The kind of record that has the key, where the record around it comes in kinds; else null.</param>
/// <param name="Keys">The keys below it.</param>
public sealed record KeyMeaning(
    string Path, string Description, string Accepts, string? Default, string Section, string? Kind,
    ImmutableArray<string> Keys);
