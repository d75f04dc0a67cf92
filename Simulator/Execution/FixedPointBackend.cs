using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Execution;

/// <summary>Where fixed-point plans run: the processor or an OpenCL device. No result depends on it.</summary>
public abstract class FixedPointBackend : IDisposable
{
    /// <summary>The processor's own kernels.</summary>
    public static FixedPointBackend Processor { get; } = new ProcessorBackend();

    /// <summary>What it is called in the host block of results; null for the processor, which that block names anyway.</summary>
    public virtual string? Name => null;

    /// <summary>Does a piece of work on this backend, from its beginning; a backend that has another to fall back to may do it
    /// twice.</summary>
    public virtual T Attempt<T>(Func<FixedPointBackend, T> work) => work(this);

    /// <summary>Begins a run; its machines share weights and are used by one thread.</summary>
    /// <param name="policy">The arithmetic.</param>
    /// <param name="weights">Weights that the run starts from.</param>
    public abstract FixedPointRun Begin(NumericPolicy policy, FixedWeights weights);

    /// <summary>Gives back what the backend took.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the backend took.</summary>
    protected virtual void Dispose(bool disposing) { }

    private sealed class ProcessorBackend : FixedPointBackend
    {
        public override FixedPointRun Begin(NumericPolicy policy, FixedWeights weights) => new ProcessorRun(policy, weights);
    }

    private sealed class ProcessorRun(NumericPolicy policy, FixedWeights weights) : FixedPointRun
    {
        public override IntegerMachine Machine(
            Step step, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null) =>
            new FixedPointMachine(step, policy, weights, ranges, settings);
    }
}

/// <summary>One run of a backend: makes the machines that share its weights.</summary>
public abstract class FixedPointRun : IDisposable
{
    /// <summary>A machine for a step.</summary>
    /// <param name="step">A step in fixed point.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id.</param>
    /// <param name="settings">Step sizes; null for inference.</param>
    public abstract IntegerMachine Machine(Step step, IReadOnlyDictionary<int, double> ranges, TrainingSettings? settings = null);

    /// <summary>Gives back what the run took.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the run took.</summary>
    protected virtual void Dispose(bool disposing) { }
}
