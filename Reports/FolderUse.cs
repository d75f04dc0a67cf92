namespace NpuSim.Reports;

/// <summary>What a study may do with a folder that another one wrote to.</summary>
public enum FolderUse
{
    /// <summary>Nothing: such a folder is refused.</summary>
    New,

    /// <summary>Go on with the trainings that are finished there, and replace the results.</summary>
    Resume,

    /// <summary>Begin anew and replace the results.</summary>
    Overwrite,
}
