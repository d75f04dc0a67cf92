namespace NpuSim.Support;

/// <summary>
/// Files from outside the repository: in the folder that an environment variable names, or below shared/ beside the repository.
/// </summary>
/// <param name="Variable">The environment variable, as "NPUSIM_GOLDEN"; NPUSIM_REQUIRE_GOLDEN=1 requires them.</param>
/// <param name="Name">The folder below shared/.</param>
internal sealed record OutsideFolder(string Variable, string Name)
{
    /// <summary>Absolute path of the folder, whether it is there or not.</summary>
    public string Root { get; } = Path.GetFullPath(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Repository.At("..", "shared", Name));

    /// <summary>
    /// Path of a file or folder below; ends the test as skipped where it is absent, or as failed where it is required.
    /// </summary>
    public string Find(string relative)
    {
        string path = Path.Combine(Root, relative);
        if (Path.Exists(path))
            return path;
        string reason = $"{path} is absent; {Variable} names the folder.";
        if (Environment.GetEnvironmentVariable(Variable.Replace("NPUSIM_", "NPUSIM_REQUIRE_", StringComparison.Ordinal)) == "1")
            Assert.Fail($"{reason} It is required.");
        Assert.Ignore(reason);
        return path;
    }
}
