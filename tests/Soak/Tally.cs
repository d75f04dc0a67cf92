using System.Diagnostics;

namespace NpuSim.Soak;

/// <summary>Starts studies, kills them at random, resumes them, and counts.</summary>
/// <param name="count">Studies.</param>
/// <param name="study">What is run.</param>
/// <param name="killOnly">True: no signal but SIGKILL.</param>
internal sealed class Tally(int count, Study study, bool killOnly)
{
    private const int MostStarts = 60;
    private static readonly int[] Signals = [9, 9, 9, 15, 2, 1];

    private readonly Lock gate = new();
    private readonly SortedDictionary<int, int> kills = [];
    private int done, starts, differences, leftovers, strange;

    /// <summary>True when nothing differs and nothing is left.</summary>
    public bool IsClean => differences + leftovers + strange + study.CacheLeftovers == 0;

    /// <summary>The figures.</summary>
    public string Summary => $"{done} studies of {study.Duration.TotalSeconds:F1} s, {starts} starts, {kills.Values.Sum()} kills "
        + $"({string.Join(", ", kills.Select(k => $"signal {k.Key}: {k.Value}"))}); "
        + $"{differences} differences, {leftovers + study.CacheLeftovers} left-over files, {strange} unexpected exit codes";

    /// <summary>One study, killed until it ends.</summary>
    public void Add(int number, System.Random random)
    {
        string folder = $"study-{number}";
        for (int attempt = 0, code = -1; code != 0 && attempt < MostStarts; attempt++)
        {
            Process process = study.Start(folder, resume: attempt > 0);
            // Ever longer: a busy machine ends too
            bool spared = process.WaitForExit(study.Duration * (random.NextDouble() * (1.2 + (attempt / 4.0))));
            int signal = killOnly ? Signals[0] : Signals[random.Next(Signals.Length)];
            bool killed = !spared && Study.Kill(process.Id, signal) == 0;
            (code, string error) = Study.End(process);
            lock (gate)
            {
                starts++;
                if (killed && code != 0)
                    kills[signal] = kills.GetValueOrDefault(signal) + 1;
                if (code != 0 && !(killed && code == 128 + signal))
                {
                    strange++;
                    Console.WriteLine($"{folder}: exit code {code} after signal {signal}: {error}");
                }
            }
        }

        SortedDictionary<string, string> files = study.Files(folder);
        lock (gate)
        {
            foreach ((string name, string text) in study.Undisturbed.Where(f => files.GetValueOrDefault(f.Key) != f.Value))
            {
                differences++;
                Console.WriteLine($"{folder}: {name} differs");
            }

            foreach (string name in files.Keys.Where(n => !study.Undisturbed.ContainsKey(n)))
            {
                leftovers++;
                Console.WriteLine($"{folder}: {name} is left over");
            }

            if (++done % 10 == 0)
                Console.WriteLine($"{done} of {count}: {starts} starts");
        }

        study.Remove(folder);
    }
}
