namespace NpuSim.Workloads.Networks;

/// <summary>What keeps a file from being read although nothing is wrong with it.</summary>
internal static class Unsupported
{
    private const int MostNamed = 12;

    /// <summary>Refuses a network with operations that are not supported: one line that names each.</summary>
    /// <exception cref="InputException">There are some.</exception>
    public static void Refuse(string source, IEnumerable<string> operations)
    {
        string[] all = [.. operations];
        if (all.Length == 0)
            return;
        string more = all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "";
        throw new InputException($"{source}: not supported: {string.Join(", ", all.Take(MostNamed))}{more}.");
    }
}
