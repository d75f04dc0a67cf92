using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <summary>One run's share of an OpenCL device: a queue and the weights, which stay on the device.</summary>
internal sealed class OpenClRun : FixedPointRun
{
    private const int Alignment = 64;

    private readonly Dictionary<string, DeviceOperand> onDevice = [];
    private readonly Dictionary<byte[], DeviceOperand> places = []; // by the host's storage of a state, which only stands for it
    private readonly List<DeviceBuffer> buffers = [];
    private readonly List<OpenClMachine> machines = [];

    /// <summary>Begins a run.</summary>
    /// <param name="context">The open device.</param>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="weights">Weights that the run starts from.</param>
    public OpenClRun(OpenClContext context, NumericPolicy policy, FixedWeights weights)
    {
        (Initial, Policy, Queue) = (weights, policy, new OpenClQueue(context));
    }

    /// <summary>The arithmetic.</summary>
    public NumericPolicy Policy { get; }

    /// <summary>Weights and state that the run starts from, on the host.</summary>
    internal FixedWeights Initial { get; }

    internal OpenClQueue Queue { get; }

    /// <inheritdoc/>
    public override IntegerMachine Machine(Step step, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null)
    {
        OpenClMachine machine = new(step, this, ranges, settings);
        machines.Add(machine);
        return machine;
    }

    /// <summary>A persistent tensor in the device's memory; copied there on first use.</summary>
    internal DeviceOperand Weights(PlanTensor tensor, TensorScale scale)
    {
        if (onDevice.TryGetValue(tensor.Name, out DeviceOperand known) && known.Format == tensor.Format)
            return known;
        DeviceBuffer buffer = Queue.Upload(Initial.Of(tensor, scale));
        buffers.Add(buffer);
        return onDevice[tensor.Name] = new DeviceOperand(buffer, 0, tensor.Format, tensor.Shape.Count);
    }

    /// <summary>Copies state of a method to the device, all of a plan's into one buffer: kernels read several of them.</summary>
    internal void Reserve(IEnumerable<PlanTensor> states)
    {
        PlanTensor[] missing = [.. states.Where(s => !onDevice.ContainsKey(s.Name))];
        if (missing.Length == 0)
            return;
        DeviceBuffer buffer = Queue.Context.CreateBuffer(missing.Sum(s => Aligned(s.Bytes)));
        buffers.Add(buffer);
        long at = 0;
        foreach (PlanTensor state in missing)
        {
            byte[] data = Initial.Of(state, default);
            Queue.Write(buffer, at, data);
            places[data] = onDevice[state.Name] = new DeviceOperand(buffer, at, state.Format, state.Shape.Count);
            at += Aligned(state.Bytes);
        }

        static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>What stands for a state on the host.</summary>
    internal byte[] Stored(PlanTensor state) => Initial.Of(state, default);

    /// <summary>Where on the device lies what stands for a state on the host.</summary>
    internal DeviceOperand Place(byte[] state) => places[state];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (OpenClMachine machine in machines)
            machine.Dispose();
        foreach (DeviceBuffer buffer in buffers)
            buffer.Dispose();
        Queue.Dispose();
        base.Dispose(disposing);
    }
}
