using System.Globalization;
using NpuSim.Soak;

// dotnet run -c Release --project tests/Soak -- [COUNT [SEED]]
int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
string root = Directory.CreateTempSubdirectory("npusim-soak-").FullName;
try
{
    Tally tally = new(count, new Study(root));
    Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => tally.Add(i, new System.Random((seed * 100_003) + i)));
    Console.WriteLine(tally.Summary);
    return tally.IsClean ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}
