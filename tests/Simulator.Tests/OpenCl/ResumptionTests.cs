using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Support.OpenCl;
using NpuSim.Workloads.Schemes;
using Silk.NET.OpenCL;

namespace NpuSim.Simulator.Tests.OpenCl;

/// <summary>Checkpoints of runs on devices: the state is the processor's, so a run may be stopped here and resumed
/// there.</summary>
public sealed class ResumptionTests
{
    private const int Steps = 9, StopAfter = 4;

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(16, Overflow.Saturate, 4), Rounding.Stochastic);

    private static PreparedTraining Prepare(string method, FixedPointBackend backend) =>
        new TrainingBench(
            ToyTask.Model, new Dictionary<string, float[]>(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7)),
            ToyTask.Data(24, 4), ToyTask.Data(30, 5), 12, 2)
            .Prepare(Method.Parse(method), TuningScheme.Full, new(Steps, 1e-2, Workloads.Tasks.Decay.Linear, 1e-2),
                Policy, 0, backend);

    // Every state kept on the way, and the numerics of the whole run.
    private static (List<TrainingState> States, TrainingCurve Curve, NumericsResult Numerics) Train(
        PreparedTraining prepared, int every, TrainingState? from = null)
    {
        List<TrainingState> states = [];
        (TrainingCurve curve, NumericsResult? numerics) = prepared.Run(3, null, default, new(every, states.Add, from));
        return (states, curve, numerics!);
    }

    private static string[] Describe(TrainingState state) =>
    [
        $"step {state.Step}, {state.ZeroShot}, {state.LossSum}", string.Join(' ', state.Losses), string.Join(' ', state.Counts),
        .. state.Tensors.Tensors.Select(t => $"{t.Key}: {string.Join(' ', t.Value.Values.ToArray())}"),
    ];

    [Test]
    public void A_run_stopped_on_one_backend_goes_on_on_the_other_to_the_same_state(
        [Values("qzo-ff:8w8a+m2+momentum0.9+guided0.5", "qzo-ff:16w8a+sparse50+kernel-norm")] string method,
        [Values] bool firstOnDevice)
    {
        using OpenClBackend device = new(Device.First(), Device.Cache);
        FixedPointBackend first = firstOnDevice ? device : FixedPointBackend.Processor, then = firstOnDevice
            ? FixedPointBackend.Processor : device;
        (List<TrainingState> whole, TrainingCurve curve, NumericsResult numerics) =
            Train(Prepare(method, FixedPointBackend.Processor), StopAfter);
        List<TrainingState> part = Train(Prepare(method, first), StopAfter).States;
        Assert.That(part.Select(s => s.Step), Is.EqualTo((int[])[4, 8, 9]));
        Assert.That(part.Select(Describe), Is.EqualTo(whole.Select(Describe)));
        (List<TrainingState> resumed, TrainingCurve end, NumericsResult counted) = Train(Prepare(method, then), 0, part[0]);
        Assert.Multiple(() =>
        {
            Assert.That(Describe(resumed[^1]), Is.EqualTo(Describe(whole[^1])));
            Assert.That((end.Losses, end.Final), Is.EqualTo((curve.Losses, curve.Final)));
            Assert.That(counted.Layers, Is.EqualTo(numerics.Layers));
            Assert.That((counted.RoundedAwayShare, counted.TiedLossShare),
                Is.EqualTo((numerics.RoundedAwayShare, numerics.TiedLossShare)));
        });
    }

    [Test]
    public void After_a_lost_device_the_processor_goes_on_from_the_last_state_kept()
    {
        (List<TrainingState> whole, _, _) = Train(Prepare("qzo-ff:16w8a", FixedPointBackend.Processor), 1);
        OpenClDevice failing = Device.First(() => new FailingDriver { Launch = ErrorCodes.OutOfResources, Launches = 400 });
        List<TrainingState> states = [];
        List<int> lostAfter = [];
        using FallbackBackend backend = new(new OpenClBackend(failing, Device.Cache), _ => lostAfter.Add(states.Count));
        _ = Prepare("qzo-ff:16w8a", backend).Run(3, null, default, new(1, states.Add));
        Assert.That(lostAfter, Has.Count.EqualTo(1).And.One.InRange(1, Steps - 1));
        Assert.That(states.Select(s => s.Step), Is.EqualTo(Enumerable.Range(1, Steps)), "no step is done twice");
        Assert.That(states.Select(Describe), Is.EqualTo(whole.Select(Describe)));
    }

    [Test]
    public void A_state_of_another_plan_is_refused_before_anything_is_changed()
    {
        using OpenClBackend device = new(Device.First(), Device.Cache);
        PreparedTraining prepared = Prepare("qzo-ff:8w8a", device);
        TrainingState state = Train(prepared, 0).States[^1];
        Assert.That(() => Train(prepared, 0, state with { Counts = [1] }),
            Throws.InstanceOf<InputException>().With.Message.Contains("1 counts"));
        Assert.That(
            () => Train(Prepare("qzo-ff:4w8a", device), 0, state),
            Throws.InstanceOf<InputException>().With.Message.Contains("it is Int4"));
    }
}
