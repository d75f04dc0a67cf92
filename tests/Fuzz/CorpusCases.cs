using System.Text;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Fuzz;

/// <summary>
/// What broke once, as minimised files in the folder Corpus. The first line of each is the command; a line "--- NAME" begins a
/// file of text, "--- NAME base64" one of bytes; "--- NAME profile SHIPPED" and "--- NAME workload small" begin a file with the
/// changes of the lines "OLD => NEW" that follow.
/// </summary>
internal static class CorpusCases
{
    /// <summary>All of them, by name.</summary>
    public static IEnumerable<(string Name, FuzzCase Case)> All()
    {
        foreach (string name in typeof(CorpusCases).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(typeof(CorpusCases).Assembly.GetManifestResourceStream(name)!);
            yield return (name, Parse(reader.ReadToEnd().ReplaceLineEndings("\n")));
        }
    }

    private static FuzzCase Parse(string text)
    {
        string[] parts = ("\n" + text).Split("\n--- ");
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (string part in parts.Skip(1))
        {
            string[] lines = part.Split('\n', 2), head = lines[0].Split(' ');
            string content = lines.Length > 1 ? lines[1] : "";
            files[head[0]] = head switch
            {
                [_, "base64"] => Convert.FromBase64String(content),
                [_, "profile", var name] => Changed(ShippedProfiles.Text(name), content),
                [_, "workload", _] => Changed(Seeds.SmallWorkloadYaml, content),
                _ => Encoding.UTF8.GetBytes(content + "\n"),
            };
        }

        string command = parts[0].Trim('\n').Split('\n')[0];
        string[] arguments = command.StartsWith('[')
            // Arguments with blanks or hidden characters
            ? [.. JsonNode.Parse(command)!.AsArray().Select(a => a!.GetValue<string>())]
            : command.Split(' ');
        return new FuzzCase("corpus", arguments, files);
    }

    private static byte[] Changed(string text, string changes)
    {
        foreach (string change in changes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = change.Split(" => ");
            if (!text.Contains(sides[0], StringComparison.Ordinal))
                throw new InvalidOperationException($"corpus: nothing to change: {change}");
            text = text.Replace(sides[0], sides[1], StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }
}
