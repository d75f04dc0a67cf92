using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Whole quotients, rounded as a profile rounds the bits that a shift drops.</summary>
public static class RoundedDivision
{
    /// <summary>value / divisor, rounded.</summary>
    /// <param name="value">At most 62 bits.</param>
    /// <param name="divisor">Above 0, at most 62 bits.</param>
    /// <param name="rounding">How.</param>
    /// <param name="random">Uniform in [0, 1); only stochastic rounding looks at it.</param>
    public static long Of(long value, long divisor, Rounding rounding, double random = 0)
    {
        long floor = Math.DivRem(value, divisor, out long rest);
        if (rest < 0)
            (floor, rest) = (floor - 1, rest + divisor);
        long twice = 2 * rest;
        bool up = rounding switch
        {
            Rounding.Floor => false,
            Rounding.Truncate => value < 0 && rest > 0,
            Rounding.HalfUp => twice >= divisor,
            Rounding.HalfAway => value < 0 ? twice > divisor : twice >= divisor,
            Rounding.HalfEven => twice > divisor || (twice == divisor && (floor & 1) != 0),
            _ => random * divisor < rest,
        };
        return up ? floor + 1 : floor;
    }
}
