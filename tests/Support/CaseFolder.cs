namespace NpuSim.Support;

/// <summary>Files that showed faults, from outside the repository: NPUSIM_CASES, or shared/cases beside the repository.</summary>
public static class CaseFolder
{
    private static readonly OutsideFolder Folder = new("NPUSIM_CASES", "cases");

    /// <summary>Where they are, if they are.</summary>
    public static string Root => Folder.Root;

    /// <summary>
    /// Path of a file or folder below; ends the test as skipped where it is absent, or as failed where NPUSIM_REQUIRE_CASES is 1.
    /// </summary>
    public static string Find(string relative) => Folder.Find(relative);
}
