using System.CommandLine;
using NpuSim.Benchmarks;

Option<bool> large = new("--large") { Description = "Larger products on OpenCL devices." };
(string Name, Action<ParseResult> Print)[] tables =
[
    ("gemm", _ => GemmTable.Print(Console.Out)), ("ordered", _ => OrderedTable.Print(Console.Out)),
    ("elements", _ => ElementTable.Print(Console.Out)), ("step", _ => StepTable.Print(Console.Out)),
    ("plan", _ => PlanTable.Print(Console.Out)), ("chains", _ => PlanTable.PrintChains(Console.Out)),
    ("sweep", _ => SweepTable.Print(Console.Out)),
    ("journal", _ => JournalTable.Print(Console.Out)),
    ("opencl", parsed => OpenClTable.Print(Console.Out, parsed.GetValue(large))),
];
Argument<string[]> names = new("table")
{
    Description = "The tables; none: all.",
    Arity = ArgumentArity.ZeroOrMore,
    DefaultValueFactory = _ => [],
};
names.AcceptOnlyFromAmong([.. tables.Select(t => t.Name)]);
RootCommand root = new("Measures this machine and NpuSim on it, as ratios.") { names, large };
root.SetAction(parsed =>
{
    string[] wanted = parsed.GetValue(names)!;
    Console.WriteLine(Machine.Describe());
    foreach ((string name, Action<ParseResult> print) in tables)
    {
        if (wanted.Length == 0 || wanted.Contains(name))
            print(parsed);
    }
});
return root.Parse(args).Invoke();
