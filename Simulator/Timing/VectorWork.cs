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
        double draws = 0, elements = 0, cycles = 0;
        bool beside = profile.Vector.Generator is not null;
        foreach (VectorPass pass in passes)
        {
            if (beside && pass.Class == VectorClass.Random)
            {
                draws += pass.ByteElements;
                continue;
            }

            cycles += pass.Cycles(profile.Vector);
            elements += pass.ByteElements;
        }

        double perElement = profile.Energy.VectorPicojoulesPerElement;
        return profile.Vector.Generator is { } generator
            ? (Math.Max(draws / generator.DrawsPerCycle, cycles),
                Picojoule * ((draws * generator.DrawPicojoules) + (elements * perElement)))
            : (cycles, Picojoule * elements * perElement);
    }
}
