using System.Diagnostics;

namespace NpuSim.Fuzz.Running;

/// <summary>Makes the seeds, runs the corpus and the cases, and counts.</summary>
/// <param name="seed">Of the sequence.</param>
/// <param name="only">Kinds to make alone; none: all.</param>
/// <param name="failures">Where what fails is kept.</param>
internal sealed class Session(ulong seed, string[] only, string failures)
{
    /// <summary>Runs cases and says what they came to.</summary>
    /// <returns>1 where one failed, 0 otherwise.</returns>
    public async Task<int> RunAsync(long start, long cases, int jobs)
    {
        foreach ((string variable, string folder) in new[] { ("NPUSIM_CASES", "cases"), ("NPUSIM_DATA", "data") })
        {
            string path = Path.GetFullPath(Environment.GetEnvironmentVariable(variable) ?? Path.Combine("..", "shared", folder));
            Environment.SetEnvironmentVariable(variable, path); // workers run elsewhere
        }

        string work = Directory.CreateTempSubdirectory("npusim-fuzz-").FullName;
        Environment.SetEnvironmentVariable("NPUSIM_CACHE", Path.Combine(work, "cache"));
        Stopwatch clock = Stopwatch.StartNew();
        try
        {
            await MakeSeedsAsync(Path.Combine(work, "seeds"));
            CaseMaker maker = new(Seeds.Read(Path.Combine(work, "seeds")), seed, only);
            string[] options = ["--seed", $"{seed}", .. only.SelectMany(o => new[] { "--only", o })];
            Supervisor supervisor = new(maker, options, work, failures);
            int corpus = await RunCorpusAsync(supervisor, Path.Combine(work, "corpus"));
            await supervisor.RunAsync(start, start + cases, jobs);
            Console.WriteLine($"fuzz: {corpus} cases of the corpus and {cases} from seed {seed} in "
                + $"{clock.Elapsed.TotalSeconds:F0} s: {supervisor.Confirmed} failed, {supervisor.Unconfirmed} not confirmed");
            return supervisor.Confirmed == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task MakeSeedsAsync(string folder)
    {
        (TextWriter output, string here) = (Console.Out, Environment.CurrentDirectory);
        Console.SetOut(TextWriter.Null);
        await Seeds.MakeAsync(folder);
        Console.SetOut(output);
        Environment.CurrentDirectory = here;
    }

    private static async Task<int> RunCorpusAsync(Supervisor supervisor, string folder)
    {
        int corpus = 0;
        foreach ((string name, FuzzCase known) in CorpusCases.All())
        {
            corpus++;
            (string? fault, string said) = await OwnProcess.RunAsync(known, folder);
            if (fault is not null)
                await supervisor.JudgeAsync(known, name, $"{fault}: {said}", folder);
        }

        return corpus;
    }
}
