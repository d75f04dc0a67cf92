using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NpuSim.Files;

/// <summary>A process that wrote something: whether it still runs tells whether the file is a leftover.</summary>
/// <param name="Id">Process id.</param>
/// <param name="Started">
/// When it started, so that another process that got the same id later is not taken for it: on Linux in clock ticks since
/// the machine started, elsewhere in seconds of Unix time.
/// </param>
/// <param name="Host">Name of its machine, letters and digits alone.</param>
public sealed partial record ProcessMark(int Id, long Started, string Host)
{
    private const int Tolerance = 2; // seconds, where the start is known by the clock

    /// <summary>This process.</summary>
    public static ProcessMark Own { get; } =
        new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, Plain(Environment.MachineName));

    /// <summary>Whether the process still runs; null where it is of another machine, which cannot be asked.</summary>
    public bool? IsAlive => Host != Own.Host ? null
        : StartOf(Id) is long start && Math.Abs(start - Started) <= (OperatingSystem.IsLinux() ? 0 : Tolerance);

    /// <summary>As <see cref="Find"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}-{Started}-{Host}");

    /// <summary>The last mark in a text; null where there is none.</summary>
    public static ProcessMark? Find(string text) => Pattern().Match(text) is { Success: true } found
        && int.TryParse(found.Groups[1].Value, CultureInfo.InvariantCulture, out int id)
        && long.TryParse(found.Groups[2].Value, CultureInfo.InvariantCulture, out long started)
        ? new(id, started, found.Groups[3].Value)
        : null;

    private static long? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Field 22, counted behind the name, which may hold anything
                string status = File.ReadAllText($"/proc/{id}/stat");
                return long.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
            }

            using Process process = Process.GetProcessById(id);
            return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception gone) when (
            gone is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Plain(string name)
    {
        string plain = string.Concat(name.Where(char.IsAsciiLetterOrDigit).Take(40));
        return plain.Length > 0 ? plain : "host";
    }

    [GeneratedRegex(@"(?<![0-9])([0-9]{1,10})-([0-9]{1,18})-([A-Za-z0-9]{1,40})",
        RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex Pattern();
}
