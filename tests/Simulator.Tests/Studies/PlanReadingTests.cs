using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Studies;

public sealed class PlanReadingTests
{
    [Test]
    public void A_step_that_fits_holds_its_peak_in_the_scratchpad_and_all_weights_in_some_memory()
    {
        PlanReading reading = Read("ethos-u55-256", "cnn", "qzo-ff:8w8a", "lp");
        Assert.Multiple(() =>
        {
            Assert.That(reading.FitsScratchpad, Is.True);
            Assert.That(reading.ScratchpadLiveBytes, Is.EqualTo(reading.Layout.PeakLiveBytes));
            Assert.That(reading.PersistentByPlace.Values.Sum(), Is.EqualTo(reading.Layout.PersistentBytes));
            Assert.That(reading.PersistentByPlace, Has.Count.EqualTo(2)); // trained weights on chip, the others in flash
            Assert.That(reading.WeightGradientBytes, Is.Zero);
        });
    }

    [Test]
    public void A_step_that_spills_holds_less_than_its_peak_and_no_more_than_the_scratchpad()
    {
        PlanReading reading = Read("systolic-int8-16x16", "resnet18", "qzo-ff:8w8a", "ft");
        Assert.That(reading.Cost!.Residency.SpilledBytes, Is.Positive);
        Assert.That(reading.ScratchpadLiveBytes, Is.LessThan(reading.Layout.PeakLiveBytes));
        Assert.That(reading.ScratchpadLiveBytes, Is.LessThanOrEqualTo(reading.Profile.Memory.Scratchpad.SizeBytes));
    }

    [Test]
    public void Where_a_step_cannot_run_its_memory_and_the_reason_are_given()
    {
        PlanReading reading = Read("cortex-m4", "vit-tiny", "bp:fp16", "ft");
        Assert.Multiple(() =>
        {
            Assert.That(reading.Cost, Is.Null);
            Assert.That(reading.NotRunnable, Does.Contain("cortex-m4"));
            Assert.That(reading.Layout.ArenaBytes, Is.GreaterThan(17_000_000));
            Assert.That(reading.WeightGradientBytes, Is.EqualTo(2 * 5_717_416));
        });
    }

    private static PlanReading Read(string profile, string model, string method, string scheme)
    {
        HardwareProfile npu = ShippedProfiles.Find(profile);
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find(model).Build(1));
        return PlanReading.Of(Step.Of(npu, graph, Method.Parse(method), TuningScheme.Parse(scheme)), npu);
    }
}
