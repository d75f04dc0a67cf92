using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using NpuSim.Files;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>The file that says what a study is: its argument, where it lies in a folder of results, and which one
/// counts.</summary>
/// <typeparam name="T">What the file says.</typeparam>
/// <param name="description">Of the argument.</param>
internal sealed class StudyFile<T>(string description)
    where T : class
{
    private readonly Argument<string?> file = new("study") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Adds the argument to a command.</summary>
    public void AddTo(Command command)
    {
        file.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !result.Tokens[0].Value.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
                result.AddError($"study '{result.Tokens[0].Value}': accepted is a file that ends in .yaml");
        });
        command.Arguments.Add(file);
    }

    /// <summary>The file that is given; else, where no option says anything, that of the folder; else the default.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Options that stand in place of keys.</param>
    /// <param name="folder">The folder of results.</param>
    /// <param name="otherwise">The study without a file.</param>
    /// <exception cref="InputException">The file cannot be read, or has faults.</exception>
    public T Read(ParseResult parsed, IEnumerable<Option> options, string folder, T otherwise)
    {
        string own = Path.Combine(folder, StudyFile.Name);
        return parsed.GetValue(file) is { } path ? YamlRecord.ReadFile<T>(path)
            : !options.Any(o => parsed.GetResult(o) is { Implicit: false }) && File.Exists(own) ? YamlRecord.ReadFile<T>(own)
            : otherwise;
    }
}

/// <summary>What files of studies and the options beside them share.</summary>
internal static class StudyFile
{
    /// <summary>Name of the file in a folder of results.</summary>
    public const string Name = "study.yaml";

    /// <summary>The study becomes known to its folder, for tasks and for those who come back.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Keep<T>(T study, string folder) where T : class => AtomicFile.Write(
        Path.Combine(folder, Name), stream => stream.Write(Encoding.UTF8.GetBytes(YamlRecord.Print(study))));

    /// <summary>An option of several words.</summary>
    public static Option<string[]> Several(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, AllowMultipleArgumentsPerToken = true };

    /// <summary>The words of an option; null where it is not given.</summary>
    public static ImmutableArray<T>? Given<T>(ParseResult parsed, Option<T[]> option) =>
        parsed.GetValue(option) is { Length: > 0 } given ? [.. given] : null;

    /// <summary>The values that an option's words name; others where it is not given.</summary>
    /// <exception cref="InputException">A word is none of those accepted.</exception>
    public static ImmutableArray<T> Words<T>(ParseResult parsed, Option<string[]> option, ImmutableArray<T> otherwise)
        where T : struct, Enum =>
        parsed.GetValue(option) is { Length: > 0 } given ? [.. given.Select(w => Word<T>(option, w))] : otherwise;

    /// <summary>The value that an option's word names; null where it is not given.</summary>
    /// <exception cref="InputException">It is none of those accepted.</exception>
    public static T? Word<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum => parsed.GetValue(option) is { } word ? Word<T>(option, word) : null;

    /// <summary>All words of an enumeration, for a description.</summary>
    public static string Words<T>()
        where T : struct, Enum => string.Join(", ", YamlWords.All<T>());

    private static T Word<T>(Option option, string word)
        where T : struct, Enum => YamlWords.Find<T>(word) ?? throw new InputException(
            $"{option.Name} {word}: accepted is one of {Words<T>()}{Suggestion.For(word, YamlWords.All<T>())}");
}
