namespace NpuSim.Workloads.Networks;

/// <summary>What keeps a file from being read although nothing is wrong with it.</summary>
internal static class Unsupported
{
    /// <summary>Refuses a network with operations that are not supported: one line with each operator, how often it occurs and
    /// where.</summary>
    /// <param name="source">The file.</param>
    /// <param name="operations">Operator and place of each operation.</param>
    /// <exception cref="InputException">There are some.</exception>
    public static void Refuse(string source, IEnumerable<(string Operator, string Place)> operations)
    {
        string[] all =
        [
            .. operations.GroupBy(o => o.Operator, StringComparer.Ordinal).Select(group =>
                $"{group.Key}{(group.Count() > 1 ? $" ×{group.Count()}" : "")} ({string.Join("; ", group.Select(o => o.Place))})"),
        ];
        if (all.Length > 0)
            throw new InputException($"{source}: not supported: {string.Join(", ", all)}.");
    }
}
