namespace NpuSim.Support;

/// <summary>The folder of public data sets: NPUSIM_DATA, or shared/data beside the repository.</summary>
public static class ReferenceData
{
    private static readonly OutsideFolder Data = new("NPUSIM_DATA", "data");

    /// <summary>
    /// The folder, if it holds a set; ends the test as skipped where it does not, or as failed where NPUSIM_REQUIRE_DATA is 1.
    /// </summary>
    /// <param name="set">Name of the set's own folder.</param>
    public static string Folder(string set)
    {
        Data.Find(set);
        return Data.Root;
    }
}
