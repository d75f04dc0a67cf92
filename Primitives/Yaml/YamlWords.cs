using NpuSim.Yaml.Forms;

namespace NpuSim.Yaml;

/// <summary>The words by which files, and options of commands alike, name the values of an enumeration.</summary>
public static class YamlWords
{
    /// <summary>Every word, in the order of the declaration.</summary>
    /// <typeparam name="T">The enumeration. So for each member.</typeparam>
    public static IReadOnlyList<string> All<T>() where T : struct,
        Enum => [.. new EnumForm(typeof(T)).Members.Select(m => m.Word)];

    /// <summary>The word of a value.</summary>
    /// <param name="value">One that the enumeration declares.</param>
    public static string Of<T>(T value) where T : struct,
        Enum => new EnumForm(typeof(T)).Members.First(m => m.Value.Equals(value)).Word;

    /// <summary>The value of a word; null where none has it.</summary>
    /// <param name="word">A word.</param>
    public static T? Find<T>(string word) where T : struct,
        Enum => (T?)new EnumForm(typeof(T)).Members.FirstOrDefault(m => m.Word == word).Value;
}
