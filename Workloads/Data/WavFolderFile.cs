using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>Sounds in WAV files, one folder per class.</summary>
/// <param name="Classes">Folders, one per class, in the order of the classes.</param>
/// <param name="Features">How sounds become images.</param>
/// <param name="SkipCorrupt">True: files that cannot be read are counted and left out.</param>
[Yaml("Sounds in WAV files, one folder per class; every fifth file of a class, by name, belongs to the test split.", Key = "wav-folder")]
internal sealed record WavFolderFile(
    [Yaml("Folders, one per class, in the order of the classes; at least two.")] ImmutableArray<string> Classes,
    [Yaml("How sounds become images of [bands, frames, 1].")] LogMel Features,
    [Yaml("True: files that cannot be read are counted and left out; false: the first one is an error.")] bool SkipCorrupt = false) : ImageSetFile, IChecked
{
    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (Classes.IsDefault || Classes.Length < 2 || Classes.Distinct().Count() < Classes.Length)
            yield return new Problem("classes", "accepted are at least two folders, none twice");
    }

    private protected override ImageSet SetIn(string folder, string name) =>
        new WavFolderSet(name, "WAV files", [.. Classes.Select(c => Path.Combine(folder, c))], Features) { SkipCorrupt = SkipCorrupt };
}
