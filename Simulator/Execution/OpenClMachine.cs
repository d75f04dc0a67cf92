using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Runs plans in integers on an OpenCL device: same results, same counts. The arena is one buffer of the device, laid out as the
/// planner chose; weights stay there from step to step, and only losses (and logits, to predict) come back.
/// </summary>
internal sealed class OpenClMachine : IntegerMachine<DeviceOperand>, IDisposable
{
    private readonly OpenClRun run;
    private readonly DeviceBuffer arena;
    private readonly HashSet<int> fetched = []; // scratch tensors that the host's copy of the arena holds as they are

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="run">Device, arithmetic and weights, shared with other machines of the run.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id (<see cref="Calibration"/>).</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    /// <exception cref="OpenClException">The device has no room for the plan.</exception>
    public OpenClMachine(Step step, OpenClRun run, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null)
        : base(step, KernelsOf(step.Plan, run), run.Policy, PlanScales.Of(step.Plan, ranges), settings, wholeElements: true)
    {
        this.run = run;
        ChooseWeights(run.Initial);
        run.Reserve(step.Plan.Tensors.Where(t => t is { Role: TensorRole.OptimizerState, ViewOf: null }));
        arena = run.Queue.Context.CreateBuffer(ArenaLength);
    }

    /// <summary>Gives the arena back.</summary>
    public void Dispose()
    {
        arena.Dispose();
        ((OpenClKernels)Kernels).Dispose();
    }

    /// <inheritdoc/>
    protected override void Send(int tensor)
    {
        run.Queue.Write(arena, Offset(tensor), Scratch(tensor));
        Forget(tensor);
        fetched.Add(tensor);
    }

    /// <inheritdoc/>
    protected override void Fetch(int tensor)
    {
        if (fetched.Add(tensor))
            run.Queue.Read(arena, Offset(tensor), Scratch(tensor));
    }

    /// <inheritdoc/>
    protected override byte[] State(int tensor) => run.Stored(Plan.Owner(tensor));

    /// <inheritdoc/>
    private protected override ReadOnlySpan<byte> Load(PlanTensor tensor)
    {
        DeviceOperand stored = run.Weights(tensor, ScaleOf(tensor.Id));
        byte[] data = new byte[stored.Bytes];
        run.Queue.Read(stored.Buffer!, stored.Offset, data);
        return data;
    }

    /// <inheritdoc/>
    private protected override void Store(PlanTensor tensor, ReadOnlySpan<byte> data)
    {
        DeviceOperand stored = run.Weights(tensor, ScaleOf(tensor.Id));
        run.Queue.Write(stored.Buffer!, stored.Offset, data);
    }

    /// <inheritdoc/>
    private protected override Action<StepContext>? Backward(PlannedOp op) => null;

    private static OpenClKernels KernelsOf(Plan plan, OpenClRun run) => Repertoire.Missing(plan, Executor.OpenCl) is { } reason
        ? throw new OpenClUnsupportedException($"opencl: {reason.TrimEnd('.')}; the processor runs it (--backend cpu or auto).")
        : new OpenClKernels(run.Queue, run.Policy, plan.Ops.Length, run.Place);

    private static DeviceOperand Part(DeviceOperand whole, int first, long count) =>
        whole with { Offset = whole.Offset + ((long)first * Math.Max(8, whole.Format.Bits()) / 8), Count = count };

    /// <summary>Whatever is computed makes the host's copy old.</summary>
    protected override DeviceOperand Out(int tensor)
    {
        Forget(tensor);
        return At(tensor);
    }

    private void Forget(int tensor)
    {
        int owner = Plan.Owner(tensor).Id;
        fetched.RemoveWhere(t => Plan.Owner(t).Id == owner);
    }

    /// <inheritdoc/>
    protected override DeviceOperand At(int tensor)
    {
        PlanTensor t = Plan.Tensors[tensor];
        if (!t.IsPersistent)
            return new DeviceOperand(arena, Offset(tensor), t.Format, t.Shape.Count);
        PlanTensor owner = Plan.Owner(tensor);
        return Part(run.Weights(owner, ScaleOf(owner.Id)), t.First, t.Shape.Count);
    }
}
