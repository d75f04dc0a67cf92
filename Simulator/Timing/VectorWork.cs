using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>Cycles and energy of passes through the vector unit.</summary>
internal static class VectorWork
{
    private const double Picojoule = 1e-12;

    /// <summary>
    /// One pass after another. Hardware of its own for random numbers draws beside all other passes: the slower of both counts.
    /// </summary>
    /// <param name="passes">The passes of one operation.</param>
    /// <param name="profile">The accelerator.</param>
    public static (double Cycles, double Joules) Of(ImmutableArray<VectorPass> passes, HardwareProfile profile)
    {
        double perElement = profile.Energy.VectorPicojoulesPerElement;
        if (profile.Vector.Generator is not { } generator)
            return (passes.Sum(p => p.Cycles(profile.Vector)), Picojoule * passes.Sum(p => p.ByteElements) * perElement);
        double draws = passes.Where(IsDraw).Sum(p => p.ByteElements);
        double others = passes.Where(p => !IsDraw(p)).Sum(p => p.Cycles(profile.Vector));
        double elements = passes.Where(p => !IsDraw(p)).Sum(p => p.ByteElements);
        return (Math.Max(draws / generator.DrawsPerCycle, others),
            Picojoule * ((draws * generator.DrawPicojoules) + (elements * perElement)));
    }

    private static bool IsDraw(VectorPass pass) => pass.Class == VectorClass.Random;
}
