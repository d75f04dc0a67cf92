using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Execution;

/// <summary>One run's share of an OpenCL device: a queue, the kernels of a policy, and the weights, which stay on the device.</summary>
internal sealed class OpenClRun : FixedPointRun
{
    private readonly FixedWeights weights;
    private readonly Dictionary<string, DeviceOperand> onDevice = [];
    private readonly List<OpenClMachine> machines = [];

    /// <summary>Begins a run.</summary>
    /// <param name="context">The open device.</param>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="weights">Weights that the run starts from.</param>
    public OpenClRun(OpenClContext context, NumericPolicy policy, FixedWeights weights)
    {
        (this.weights, Policy, Queue) = (weights, policy, new OpenClQueue(context));
        Kernels = new OpenClKernels(Queue, policy);
    }

    /// <summary>The arithmetic.</summary>
    public NumericPolicy Policy { get; }

    internal OpenClQueue Queue { get; }

    internal OpenClKernels Kernels { get; }

    /// <inheritdoc/>
    public override IntegerMachine Machine(Plan plan, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null)
    {
        OpenClMachine machine = new(plan, this, ranges, settings);
        machines.Add(machine);
        return machine;
    }

    /// <summary>A persistent tensor in the device's memory; copied there on first use.</summary>
    internal DeviceOperand Weights(PlanTensor tensor, TensorScale scale)
    {
        if (onDevice.TryGetValue(tensor.Name, out DeviceOperand known) && known.Format == tensor.Format)
            return known;
        DeviceBuffer buffer = Queue.Upload(weights.Of(tensor, scale));
        return onDevice[tensor.Name] = new DeviceOperand(buffer, 0, tensor.Format, tensor.Shape.Count);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (OpenClMachine machine in machines)
            machine.Dispose();
        foreach (DeviceOperand operand in onDevice.Values)
            operand.Buffer?.Dispose();
        Queue.Dispose();
        base.Dispose(disposing);
    }
}
