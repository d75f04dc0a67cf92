using System.Text;

namespace NpuSim.Reports.Studies;

/// <summary>Names as parts of file names and of addresses inside a page.</summary>
internal static class Slug
{
    /// <summary>Lower-case letters and digits of the first 40 characters, "-" for all between them; "x" where there are
    /// none.</summary>
    public static string Of(string name)
    {
        StringBuilder slug = new();
        foreach (char c in name.ToLowerInvariant().Take(40))
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        return slug.Length == 0 ? "x" : slug.ToString().TrimEnd('-');
    }
}
