using System.Reflection;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>The profiles of <c>hw-profiles/</c>, which the assembly carries with it.</summary>
public static class ShippedProfiles
{
    private const string Folder = "hw-profiles/";

    private const string Extension = ".yaml";

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(r => r.StartsWith(Folder, StringComparison.Ordinal))
            .Select(r => r[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The profiles that a study compares when it names none: four that differ in kind. A microcontroller with too little memory for
    /// backpropagation in floating point, an NPU whose sums never overflow, and two arrays that keep whole sums in too few bits,
    /// which wrap in one and saturate in the other.
    /// </summary>
    public static IReadOnlyList<string> Default { get; } =
        ["cortex-m4", "ethos-u55-128", "systolic-int8-16x16-acc16", "systolic-int8-16x16-acc16-sat"];

    /// <summary>The shipped profile of that name; an argument with a slash or that ends in .yaml is a file.</summary>
    /// <exception cref="InputException">There is no such profile, or it has faults.</exception>
    public static HardwareProfile Find(string nameOrPath)
    {
        if (nameOrPath.AsSpan().ContainsAny('/', '\\') || nameOrPath.EndsWith(Extension, StringComparison.OrdinalIgnoreCase))
            return ProfileReader.ReadFile(nameOrPath);
        return ProfileReader.Read(Text(nameOrPath), $"{Folder}{nameOrPath}{Extension}");
    }

    /// <summary>The file of a shipped profile, comments included: a start for a profile of one's own.</summary>
    /// <exception cref="InputException">No shipped profile has that name.</exception>
    public static string Text(string name)
    {
        if (!Names.Contains(name))
        {
            string accepted = $"{string.Join(", ", Names)}, or the path of a .yaml file";
            throw new InputException($"there is no profile '{name}'; accepted are {accepted}{Suggestion.For(name, Names)}");
        }

        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Folder}{name}{Extension}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
