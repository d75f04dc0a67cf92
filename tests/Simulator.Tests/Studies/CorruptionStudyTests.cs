using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public sealed class CorruptionStudyTests
{
    private const int Steps = 3;
    private static readonly ImmutableArray<(CorruptionKind, int)> Two = [(CorruptionKind.Fog, 3), (CorruptionKind.Contrast, 3)];

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    // At a step of the first corruption, between both, and in the second.
    [TestCase(1)]
    [TestCase(Steps)]
    [TestCase(2 * Steps)]
    [TestCase((3 * Steps) + 1)]
    public void Interrupted_it_resumes_to_the_same_runs_without_a_note_and_counts_its_steps(int cancelAfter)
    {
        ImmutableArray<CorruptedRun> undisturbed = Run(null, int.MaxValue, out _, out _);
        List<string> notes = [];
        using (RunStore store = RunStore.Open(folder, notes.Add))
            Run(store, cancelAfter, out _, out _);
        using (RunStore store = RunStore.Open(folder, notes.Add))
        {
            ImmutableArray<CorruptedRun> resumed = Run(store, int.MaxValue, out long expected, out int stepped);
            Assert.Multiple(() =>
            {
                Assert.That(resumed.Select(r => (r.Kind, r.Run.Accuracy!.Mean, r.Run.Scheme)),
                    Is.EqualTo(undisturbed.Select(r => (r.Kind, r.Run.Accuracy!.Mean, r.Run.Scheme))));
                Assert.That(notes, Is.Empty);
                Assert.That(expected, Is.InRange(stepped, stepped + Steps),
                    "a training that goes on from a state has fewer steps than were counted");
            });
        }
    }

    private static ImmutableArray<CorruptedRun> Run(RunStore? store, int cancelAfter, out long expected, out int stepped)
    {
        Workload workload = WorkloadMethods.Load("glyphs-cnn");
        workload = workload with
        {
            Seeds = [1],
            Adapt = workload.Adapt with { Steps = Steps, Batch = 4, TrainSamples = 40, TestSamples = 20 }
        };
        StudyRequest request = new(
            [ShippedProfiles.Find("systolic-int8-16x16")], [workload.Configure(Method.Parse("bp:fp32"))],
            [TuningScheme.LastLayer, TuningScheme.Full],
            workload.Seeds, workload.Settings, 1)
        { Store = store };
        (long total, int count) = (0, 0);
        using CancellationTokenSource end = new();
        (ImmutableArray<CorruptedRun> runs, _, ImmutableArray<Exception> defects) =
            new CorruptionStudy(workload, null, request, Two).Run(
            null,
            steps => total = steps,
            () =>
            {
                if (++count == cancelAfter)
                    end.Cancel();
            },
            end.Token);
        Assert.That(defects, Is.Empty);
        (expected, stepped) = (total, count);
        return runs;
    }
}
