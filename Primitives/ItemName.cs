using System.Text.RegularExpressions;

namespace NpuSim;

/// <summary>Names of profiles and workloads, which become names of files, headings and keys.</summary>
public static partial class ItemName
{
    /// <summary>The longest name.</summary>
    public const int Longest = 64;

    /// <summary>What is accepted.</summary>
    public static string Accepted => $"accepted are letters, digits and single hyphens between them, at most {Longest}";

    /// <summary>True for such a name.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length <= Longest && Pattern().IsMatch(name);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]+(-[A-Za-z0-9]+)*\z")]
    private static partial Regex Pattern();
}
