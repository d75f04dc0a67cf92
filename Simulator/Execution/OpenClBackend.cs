using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Simulator.Execution;

/// <summary>Fixed-point plans on an OpenCL device.</summary>
public sealed class OpenClBackend : FixedPointBackend
{
    private readonly OpenClContext context;

    /// <summary>Opens a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cacheFolder">Where compiled kernels are kept; null: nowhere.</param>
    /// <exception cref="OpenClException">It cannot be opened.</exception>
    public OpenClBackend(OpenClDevice device, string? cacheFolder) => context = new OpenClContext(device, cacheFolder);

    /// <inheritdoc/>
    public override string Name => $"opencl:{context.Device.Index} {context.Device.Name}";

    /// <inheritdoc/>
    public override FixedPointRun Begin(NumericPolicy policy, FixedWeights weights) => new OpenClRun(context, policy, weights);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        context.Dispose();
        base.Dispose(disposing);
    }
}
