using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>A named set of labelled images in two splits; its shape and classes are known without opening it.</summary>
/// <param name="Name">As workload files call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="SampleShape">Shape of one image: [height, width, channels].</param>
/// <param name="Classes">Number of classes.</param>
public abstract record ImageSet(string Name, string Description, Shape SampleShape, int Classes)
{
    private readonly string? folderName;

    /// <summary>Folder inside the data folder that holds its files; its name where nothing else is said.</summary>
    public string FolderName { get => folderName ?? Name; init => folderName = value; }

    /// <summary>The folder of its files where that is not part of the data folder; else null.</summary>
    public string? Folder { get; init; }

    /// <summary>Names of the files it is read from, without ".gz"; empty for embedded sets.</summary>
    public virtual ImmutableArray<string> Files => [];

    /// <summary>Paths of the files it is read from.</summary>
    /// <param name="dataFolder">As for <see cref="Open"/>.</param>
    /// <exception cref="InputException">A file is missing, or no folder was given.</exception>
    public virtual IEnumerable<string> Paths(string? dataFolder) => Files.Select(file => DataFolder.Find(this, dataFolder, file));

    /// <summary>Opens one split.</summary>
    /// <param name="split">Which.</param>
    /// <param name="dataFolder">Folder that holds a folder per set (or the files themselves); null: the environment variable
    /// NPUSIM_DATA. Embedded sets need none.</param>
    /// <param name="seed">Seed of generated sets; read sets ignore it.</param>
    /// <exception cref="InputException">A file is missing or damaged, or no folder was given.</exception>
    public abstract ImageSource Open(Split split, string? dataFolder, ulong seed);
}
