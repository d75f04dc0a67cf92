using System.CommandLine;
using System.CommandLine.Parsing;
using NpuSim.Fuzz;
using NpuSim.Fuzz.Running;

Option<long> cases = new("--cases") { Description = "Cases.", DefaultValueFactory = _ => 5000 };
Option<long> start = new("--start") { Description = "The first one's number." };
Option<ulong> seed = new("--seed") { Description = "Of the sequence.", DefaultValueFactory = _ => 1 };
Option<int> jobs = new("--jobs") { Description = "Processes.", DefaultValueFactory = _ => Environment.ProcessorCount };
Option<string[]> only = new("--only")
{
    Description = "Kinds to make alone.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
only.AcceptOnlyFromAmong([.. CaseMaker.KindNames]);
Option<string> failures = new("--out") { Description = "What fails is kept there.", DefaultValueFactory = _ => "fuzz-failures" };
foreach (Option<long> number in new[] { cases, start })
    number.Validators.Add(r => Require(r.GetValueOrDefault<long>() >= (number == start ? 0 : 1), r));
jobs.Validators.Add(r => Require(r.GetValueOrDefault<int>() >= 1, r));
RootCommand root = new("Mutates every format that npusim reads. Exit code 1 where a case fails.")
{ cases, start, seed, jobs, only, failures };
root.SetAction(parsed => new Session(parsed.GetValue(seed), parsed.GetValue(only)!, Path.GetFullPath(parsed.GetValue(failures)!))
    .RunAsync(parsed.GetValue(start), parsed.GetValue(cases), parsed.GetValue(jobs)));

Argument<string> folder = new("folder"), work = new("work");
Argument<long> first = new("first"), stride = new("stride"), end = new("end");
Command worker = new("worker", "One process of a session.") { folder, first, stride, end, work, seed, only };
worker.Hidden = true;
worker.SetAction(async parsed =>
{
    Seeds seeds = Seeds.Read(Path.Combine(parsed.GetValue(work)!, "seeds"));
    CaseMaker maker = new(seeds, parsed.GetValue(seed), parsed.GetValue(only)!);
    await new Worker(maker, parsed.GetValue(folder)!)
        .RunAsync(parsed.GetValue(first), parsed.GetValue(stride), parsed.GetValue(end));
});
root.Subcommands.Add(worker);
return await root.Parse(args).InvokeAsync();

static void Require(bool holds, SymbolResult result)
{
    if (!holds)
        result.AddError($"'{string.Join(' ', result.Tokens.Select(t => t.Value))}' is too small");
}
