using System.Collections.Concurrent;

namespace NpuSim;

/// <summary>
/// Lines on standard error about what changes no result but costs time, such as a cache that cannot be used. Standard output has
/// results alone.
/// </summary>
public static class Note
{
    private static readonly ConcurrentDictionary<string, bool> Said = new(StringComparer.Ordinal);

    /// <summary>Says it, on one line.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"npusim: {VisibleText.Line(text)}");

    /// <summary>Says it unless something about the same subject was said before.</summary>
    /// <param name="subject">As the path of a folder.</param>
    /// <param name="text">What to say.</param>
    public static void SayOnce(string subject, string text)
    {
        if (Said.TryAdd(subject, true))
            Say(text);
    }
}
