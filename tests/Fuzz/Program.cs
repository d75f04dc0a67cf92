using System.Diagnostics;
using System.Globalization;
using NpuSim.Fuzz;
using NpuSim.Fuzz.Running;

// fuzz [--cases N] [--start I] [--seed S] [--jobs J] [--out DIR]: exit code 1 where a case fails.
long cases = Number("--cases", 5000), start = Number("--start", 0), jobs = Number("--jobs", Environment.ProcessorCount);
ulong seed = (ulong)Number("--seed", 1);
string failures = Path.GetFullPath(Text("--out") ?? "fuzz-failures");
if (Array.IndexOf(args, "--worker") is var worker and >= 0)
{
    CaseMaker own = new(Seeds.Read(Path.Combine(Text("--work")!, "seeds")), seed);
    await new Worker(own, args[worker + 1]).RunAsync(Whole(args[worker + 2]), Whole(args[worker + 3]), Whole(args[worker + 4]));
    return 0;
}

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
    (TextWriter output, string here) = (Console.Out, Environment.CurrentDirectory);
    Console.SetOut(TextWriter.Null);
    await Seeds.MakeAsync(Path.Combine(work, "seeds"));
    Console.SetOut(output);
    Environment.CurrentDirectory = here;
    Supervisor supervisor = new(new CaseMaker(Seeds.Read(Path.Combine(work, "seeds")), seed), seed, work, failures);
    int corpus = 0;
    foreach ((string name, FuzzCase known) in CorpusCases.All())
    {
        corpus++;
        (string? fault, string said) = await OwnProcess.RunAsync(known, Path.Combine(work, "corpus"));
        if (fault is not null)
            await supervisor.JudgeAsync(known, name, $"{fault}: {said}", Path.Combine(work, "corpus"));
    }

    await supervisor.RunAsync(start, start + cases, (int)jobs);
    Console.WriteLine($"fuzz: {corpus} cases of the corpus and {cases} from seed {seed} in {clock.Elapsed.TotalSeconds:F0} s: "
        + $"{supervisor.Confirmed} failed, {supervisor.Unconfirmed} not confirmed");
    return supervisor.Confirmed == 0 ? 0 : 1;
}
finally
{
    Directory.Delete(work, recursive: true);
}

string? Text(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;

long Number(string name, long standard) => Text(name) is { } text ? Whole(text) : standard;

static long Whole(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
