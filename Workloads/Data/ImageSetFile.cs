using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>A set of a user's own as a YAML file describes it; workloads name it by that file's path.</summary>
[Yaml("A set of your own; the files that it names lie in the folder of the YAML file.", Key = "image-set")]
[YamlKinds(typeof(IdxSetFile), typeof(CifarSetFile), typeof(WavFolderFile), typeof(ImageFolderFile))]
internal abstract record ImageSetFile
{
    /// <summary>Names of sets that end so are paths of such files.</summary>
    public const string Ending = ".yaml";

    private protected ImageSetFile() { }

    /// <summary>Reads a file; what it names is not opened yet.</summary>
    /// <param name="path">The YAML file, which also gives the set its name.</param>
    /// <exception cref="InputException">It is missing or has faults.</exception>
    public static ImageSet Read(string path)
    {
        ImageSetFile file = YamlRecord.ReadFile<ImageSetFile>(path);
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        return file.SetIn(folder, Path.GetFileNameWithoutExtension(path)) with { Folder = folder };
    }

    private protected abstract ImageSet SetIn(string folder, string name);
}
