// Which array and how much scratchpad does training need? Two knobs of a shipped profile, two methods, one CSV.
using System.Globalization;
using CsvHelper;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

HardwareProfile start = ShippedProfiles.Find("systolic-int8-16x16");
SystolicArray array = (SystolicArray)start.Engine;
Workload workload = Workload.Load("glyphs-cnn");
Graph graph = WorkloadSetup.ModelOf(workload).Build(workload.Adapt.Batch);

using CsvWriter csv = new(args is [string path] ? new StreamWriter(path) : Console.Out, CultureInfo.InvariantCulture);
csv.WriteRecords(
    from method in (string[])["bp:16w8a", "qzo-ff:16w8a"]
    from side in (int[])[8, 16, 32, 64]
    from kibibytes in (int[])[64, 128, 256, 512]
    let profile = start with
    {
        Engine = array with { Rows = side, Columns = side },
        Memory = start.Memory with { Scratchpad = start.Memory.Scratchpad with { SizeBytes = kibibytes * 1024L } },
    }
    let step = StepCost.Of(graph, workload.Configure(Method.Parse(method)), TuningScheme.Parse("ft"), profile)
    select new
    {
        Method = method,
        ArrayRows = side,
        ArrayColumns = side,
        ScratchpadBytes = profile.Memory.Scratchpad.SizeBytes,
        ScratchBytes = step.Memory.ArenaBytes,
        Fits = step.Memory.ArenaBytes <= profile.Memory.Scratchpad.SizeBytes,
        step.Cost?.Cycles,
        step.Cost?.EnergyJoules,
        DoesNotRun = step.NotRunnable,
    });
