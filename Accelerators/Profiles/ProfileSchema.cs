using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>What a profile may contain, for editors and for people.</summary>
public static class ProfileSchema
{
    /// <summary>JSON schema, draft 2020-12.</summary>
    public static string Json() => YamlRecord.Schema<HardwareProfile>("NpuSim hardware profile");

    /// <summary>The page docs/profiles.md.</summary>
    public static string Markdown() =>
        """
        # Hardware profiles

        One YAML file describes one accelerator. The shipped ones are in `hw-profiles/`; a copy with other numbers is a new
        accelerator. Every number with a dimension carries its unit (`512 KiB`, `800 MHz`, `3.2 GB/s`); kB, MB and GB are powers
        of ten and only for bandwidths, KiB, MiB and GiB are powers of two and only for sizes. An unknown key, a missing required
        key, a wrong unit or a combination that cannot be built is an error with file, line and column; all errors of a file come
        at once.

        Every constant has a source. `sources` maps the path of a key, or of a group of keys, to a citation or to `assumed` and
        the reason: `engine` covers `engine.rows` and all else in `engine`; the longest path wins.

        This page is made from the declarations in `Accelerators/Profiles`; a test fails when it is out of date.


        """ + YamlRecord.Markdown<HardwareProfile>().TrimEnd('\n') + "\n";
}
