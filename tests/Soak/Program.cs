using System.Globalization;
using NpuSim.Soak;

// dotnet run -c Release --project tests/Soak -- [COUNT [SEED [compare|corruptions|landscape|run [kill]]]]; kill: by SIGKILL alone
int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
string kind = args.Length > 2 ? args[2] : "compare";
bool killOnly = args.Length > 3;
string root = Directory.CreateTempSubdirectory("npusim-soak-").FullName;
try
{
    Tally tally = new(count, new Study(root, kind), killOnly);
    Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 },
        i => tally.Add(i, new System.Random((seed * 100_003) + i)));
    Console.WriteLine(tally.Summary);
    return tally.IsClean ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}
