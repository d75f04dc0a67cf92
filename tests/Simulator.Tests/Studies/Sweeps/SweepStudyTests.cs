using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class SweepStudyTests
{
    private static readonly string[] Varied =
    [
        "engine.rows=4,16,40", "engine.{rows,columns}=8,32", "engine.dataflow=output-stationary,input-stationary",
            "memory.scratchpad.size=8KiB..512KiB*4",
        "memory.dram.bandwidth=400MB/s,6GB/s", "memory.alignment=1 B,64 B", "memory.double-buffered=true,false",
            "memory.dram=null",
        "vector.elementwise=1,64", "host=null", "energy.leakage=1 mW,20 mW", "formats[0].rate=0.25,1", "clock=100MHz,1GHz",
            "memory.accumulators=null",
    ];

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Each_point_of_a_random_study_costs_what_its_profile_alone_costs([Range(1, 8)] int seed)
    {
        SweepStudy study = Study(RandomStudy(new RandomStream((ulong)seed, "sweep test")));
        Assert.That(study.Run(2, null, default), Is.True);
        SweepRow[] rows = [.. study.Rows()];
        Assert.That(rows, Has.Length.EqualTo(study.Space.Points.Length));
        foreach (SweepRow row in rows)
            Assert.That(row.Price, Is.EqualTo(Alone(row.Point)), $"{row.Point.Task} with {string.Join(' ', row.Point.Settings)}");
    }

    [Test]
    public void What_a_store_holds_is_not_computed_again_and_an_enlarged_study_computes_the_rest()
    {
        Sweep small = Asked with { Vary = ["engine.rows=4,8"] },
            large = Asked with { Vary = ["engine.rows=8,16"], Batches = [1, 2] };
        Run(small, expected: 4);
        Run(small, expected: 0);
        Run(large, expected: 6); // of 8 points rows 8 at batch 1 are known
        Run(large with { Profiles = ["systolic-int8-16x16-acc20"] }, expected: 8); // another accelerator

        void Run(Sweep asked, int expected)
        {
            SweepStudy study = Study(asked);
            int done = 0;
            study.Run(1, n => done += n, default);
            Assert.That(done, Is.EqualTo(expected));
            Assert.That(study.Missing, Is.Zero);
        }
    }

    [Test]
    public void However_threads_and_interruptions_cut_the_work_the_rows_are_the_same()
    {
        Sweep asked = Asked with { Vary = ["engine.rows=2..40+2", "memory.scratchpad.size=16KiB..1MiB*2"] };
        SweepStudy whole = Study(asked);
        whole.Run(2, null, default);
        string other = Path.Combine(folder, "other");
        using CancellationTokenSource cancel = new();
        SweepStudy cut = new(SweepSpace.Of(asked), SweepStore.Open(other, Assert.Fail));
        Assert.That(cut.Run(1, _ => cancel.Cancel(), cancel.Token), Is.False);
        Assert.That(cut.Missing, Is.InRange(1, cut.Ids.Count - 1));
        SweepStudy resumed = new(SweepSpace.Of(asked), SweepStore.Open(other, Assert.Fail));
        Assert.That(resumed.Missing, Is.EqualTo(cut.Missing));
        Assert.That(resumed.Run(2, null, default), Is.True);
        Assert.That(resumed.Rows().Select(r => (r.Id, r.Price)), Is.EqualTo(whole.Rows().Select(r => (r.Id, r.Price))));
    }

    [Test]
    public void A_record_that_is_not_whole_is_done_anew_and_said()
    {
        Study(Asked).Run(1, null, default);
        string file = Directory.GetFiles(Path.Combine(folder, SweepStore.FolderName)).Order(StringComparer.Ordinal).First();
        byte[] content = File.ReadAllBytes(file);
        List<string> notes = [];
        for (int length = 0; length < content.Length - 1; length += 7)
        {
            File.WriteAllBytes(file, content[..length]);
            notes.Clear();
            SweepStore store = SweepStore.Open(folder, notes.Add);
            Assert.That(notes, Has.Count.EqualTo(1).And.One.Contains("not whole"), $"{length} bytes");
            Assert.That(new SweepStudy(SweepSpace.Of(Asked), store).Missing, Is.Positive);
        }
    }

    [Test]
    public void A_store_holds_every_figure_to_the_bit()
    {
        Sweep asked = Asked with { Methods = ["bp:fp16", "qzo-ff:8w8a", "bp:8w8a"], Vary = ["memory.dram=null", "host=null"] };
        SweepStudy study = Study(asked);
        study.Run(2, null, default);
        SweepPrice[] computed = [.. study.Rows().Select(r => r.Price)], read = [.. Study(asked).Rows().Select(r => r.Price)];
        Assert.That(read, Is.EqualTo(computed));
        Assert.That(computed.Count(p => p.NotRunnable is null), Is.InRange(1, computed.Length - 1), "some run, some do not");
    }

    private static Sweep Asked => new(["systolic-int8-16x16"], ["cnn-small"], ["bp:fp16", "qzo-ff:8w8a"], ["ft"]);

    private SweepStudy Study(Sweep asked) => new(SweepSpace.Of(asked), SweepStore.Open(folder, Assert.Fail));

    private static Sweep RandomStudy(RandomStream random)
    {
        string[] Some(string[] of, int count)
        {
            random.Shuffle<string>(of);
            return of[..count];
        }

        // knobs that do not share a key
        List<string> vary = [];
        foreach (string knob in Some([.. Varied], Varied.Length))
        {
            if (vary.Count < 3 && !vary.SelectMany(v => Knob.Parse(v).Paths)
                .Any(p => Knob.Parse(knob)
                .Paths.Any(q => p.StartsWith(q, StringComparison.Ordinal) || q.StartsWith(p, StringComparison.Ordinal))))
                vary.Add(knob);
        }

        return new(
            [.. Some(["systolic-int8-16x16", "systolic-int8-16x16-acc20", "systolic-int8-16x16-acc20-os"], 2)],
            [.. Some(["cnn-small", "vit-small", "ds-cnn", "glyphs-cnn"], 2)],
            [.. Some(["bp:fp32", "bp:fp16", "bp:8w8a", "qzo-ff:8w8a", "qzo-ff:16w8a", "ff:fp32"], 3)],
            [.. Some(["ft", "lp", "bias", Sweep.Inference], 2)],
            [.. vary], Batches: [1 + random.NextInt32(8)], Random: 60, Seed: random.NextUInt32(), Skip: [Sweep.Impossible]);
    }

    // The point as a profile file and a command of its own would have it.
    private static SweepPrice Alone(SweepPoint point)
    {
        HardwareProfile profile = ProfileReader.Read(ProfileWriter.ToYaml(point.Profile), "alone.yaml");
        var graph = point.Task.Network.At(point.Task.Batch);
        if (point.Task.Scheme is not { } scheme)
            return Of(PlanReading.Of(Step.Inference(profile, graph, point.Task.Method.Operands), profile), 0);
        RunResult run = StepCost.Of(graph, point.Task.Method, scheme, profile);
        SweepPrice price = Of(PlanReading.Of(Step.Of(profile, graph, point.Task.Method, scheme), profile), run.TrainedParameters);
        Assert.That(
            (price.NotRunnable, price.ArenaBytes, price.PeakLiveBytes, price.PersistentBytes, price.FitsScratchpad),
            Is.EqualTo((run.NotRunnable, run.Memory.ArenaBytes, run.Memory.PeakLiveBytes, run.Memory.PersistentBytes,
                run.Memory.FitsScratchpad)));
        Assert.That(
            (price.Cost?.Cycles, price.Cost?.ComputeCycles, price.Cost?.ExposedTransferCycles, price.Cost?.EnergyJoules,
                price.Cost?.ScratchpadTrafficBytes, price.Cost?.DramTrafficBytes, price.Cost?.Utilization),
            Is.EqualTo((run.Cost?.Cycles, run.Cost?.ComputeCycles, run.Cost?.ExposedTransferCycles, run.Cost?.EnergyJoules,
                run.Cost?.ScratchpadTrafficBytes, run.Cost?.DramTrafficBytes, run.Cost?.Utilization)));
        return price;
    }

    private static SweepPrice Of(PlanReading reading, long trained) => new(
        reading.NotRunnable, trained, reading.Layout.ArenaBytes, reading.Layout.PeakLiveBytes, reading.Layout.PersistentBytes,
            reading.FitsScratchpad,
        reading.Cost is { } cost ? Of(cost, CostResult.Of(cost, reading.Plan)) : null);

    private static SweepCost Of(PlanCost cost, CostResult result) => new(
        cost.Cycles, cost.ComputeCycles, cost.ExposedTransferCycles, cost.Seconds, cost.EnergyJoules,
        result.ScratchpadTrafficBytes, result.DramTrafficBytes, cost.Utilization);
}
