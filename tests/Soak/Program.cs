using System.CommandLine;
using NpuSim.Soak;

Argument<int> count = new("count") { Description = "Studies.", DefaultValueFactory = _ => 200 };
count.Validators.Add(r =>
{
    if (r.GetValueOrDefault<int>() < 1)
        r.AddError("count: at least 1");
});
Argument<int> seed = new("seed") { Description = "Decides when they are killed.", DefaultValueFactory = _ => 1 };
Argument<string> kind = new("command") { Description = "What is killed.", DefaultValueFactory = _ => "compare" };
kind.AcceptOnlyFromAmong([.. Study.Kinds]);
Option<bool> killOnly = new("--kill") { Description = "By SIGKILL alone." };
RootCommand root = new("Starts studies, kills them at random and resumes them. Exit code 1 where one differs or leaves a file.")
{ count, seed, kind, killOnly };
root.SetAction(parsed =>
{
    (int studies, int start) = (parsed.GetValue(count), parsed.GetValue(seed));
    string folder = Directory.CreateTempSubdirectory("npusim-soak-").FullName;
    try
    {
        Tally tally = new(studies, new Study(folder, parsed.GetValue(kind)!), parsed.GetValue(killOnly));
        Parallel.For(0, studies, new ParallelOptions { MaxDegreeOfParallelism = 2 },
            i => tally.Add(i, new System.Random((start * 100_003) + i)));
        Console.WriteLine(tally.Summary);
        return tally.IsClean ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});
return root.Parse(args).Invoke();
