using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Uses a device while it works; the first time it does not, says so and does that work and all that follows on the processor.
/// Work for which devices have no kernel goes to the processor alone, and other work stays where it was.
/// </summary>
public sealed class FallbackBackend : FixedPointBackend
{
    private readonly FixedPointBackend preferred;
    private readonly Action<string> announce;
    private readonly Lock change = new();
    private readonly HashSet<string> announced = [];
    private volatile FixedPointBackend current;

    /// <summary>Prefers a backend, and takes it over.</summary>
    /// <param name="preferred">The backend to use while it works.</param>
    /// <param name="announce">Told once for each reason, in one line, why the processor takes over.</param>
    public FallbackBackend(FixedPointBackend preferred, Action<string> announce)
    {
        (this.preferred, this.announce) = (preferred, announce);
        current = preferred;
    }

    /// <inheritdoc/>
    public override string? Name => current.Name;

    /// <inheritdoc/>
    public override T Attempt<T>(Func<FixedPointBackend, T> work)
    {
        FixedPointBackend used = current;
        try
        {
            return work(used);
        }
        catch (OpenClException fault) when (used != Processor)
        {
            lock (change)
            {
                if (current != Processor && announced.Add(fault.Message))
                    announce($"{fault.Message} The processor takes over; the results are the same.");
                if (fault is not OpenClUnsupportedException)
                    current = Processor;
            }

            return work(Processor);
        }
    }

    /// <inheritdoc/>
    public override FixedPointRun Begin(NumericPolicy policy, FixedWeights weights) => current.Begin(policy, weights);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        preferred.Dispose();
        base.Dispose(disposing);
    }
}
