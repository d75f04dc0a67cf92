using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Memory;

/// <summary>How many samples of a step an accelerator's scratchpad has room for at once.</summary>
public static class MicroBatch
{
    /// <summary>The largest number of samples, a divisor of the batch, for which the arena of a step fits the
    /// scratchpad.</summary>
    /// <param name="profile">The accelerator.</param>
    /// <param name="tuning">The network at the batch wanted, and what of it trains.</param>
    /// <param name="method">The method; its own micro-batches play no part.</param>
    /// <returns>Null where not even a single sample fits.</returns>
    /// <exception cref="InputException">The method cannot train what the scheme says, or the network does not run a part of its
    /// samples.</exception>
    public static int? Largest(HardwareProfile profile, Tuning tuning, Method method)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(tuning);
        int[] sizes = [.. Planner.MicroBatches(tuning.Graph.Inputs.First().Shape[0])];
        if (Fits(sizes[^1]))
            return sizes[^1];
        int least = 0, most = sizes.Length - 1; // the first that does not fit lies in least..most: arenas grow with samples
        while (least < most)
        {
            int middle = (least + most) / 2;
            (least, most) = Fits(sizes[middle]) ? (middle + 1, most) : (least, middle);
        }

        return least == 0 ? null : sizes[least - 1];

        bool Fits(int samples) => Step.Of(profile, tuning, With(method, samples)).Layout.ArenaBytes
            <= profile.Memory.Scratchpad.SizeBytes;
    }

    /// <summary>The method with the number of samples at once that the accelerator has room for, where it asks for
    /// that.</summary>
    /// <param name="profile">The accelerator.</param>
    /// <param name="tuning">The network at the batch wanted, and what of it trains.</param>
    /// <param name="method">The method.</param>
    /// <exception cref="InputException">As <see cref="Largest"/>.</exception>
    public static Method Resolved(HardwareProfile profile, Tuning tuning, Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.FitsMicroBatch ? With(method, Largest(profile, tuning, method) ?? 1) : method;
    }

    private static Method With(Method method, int samples) => method with { MicroBatch = samples, FitsMicroBatch = false };
}
