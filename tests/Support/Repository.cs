namespace NpuSim.Support;

/// <summary>The sources that the tests belong to.</summary>
public static class Repository
{
    /// <summary>Absolute path of the folder above the test assembly that holds NpuSim.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Absolute path of a file or folder below it.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
