using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>Requantise straight from the definitions, in unbounded integers and exact fractions.</summary>
internal static class RequantizeReference
{
    public static long Run(long x, FixedScale scale, int zeroPoint, NumericPolicy policy)
    {
        BigInteger before = policy.ZeroPointBeforeRounding ? zeroPoint : 0,
            after = policy.ZeroPointBeforeRounding ? 0 : zeroPoint;
        switch (policy.Requantization)
        {
            case Requantization.Single:
                return (long)(Round(((BigInteger)x * scale.Multiplier) + (before << (31 - scale.Shift)), 31 - scale.Shift,
                    policy.Rounding) + after);
            case Requantization.Double:
                bool wide = (policy.Accumulator.BlockMacs > 0 ? policy.Accumulator.OuterBits : policy.Accumulator.Bits) > 32;
                BigInteger shifted = (BigInteger)x << Math.Max(scale.Shift, 0);
                if (!wide)
                    shifted = (int)(uint)(shifted & uint.MaxValue);
                BigInteger high = Round(shifted * scale.Multiplier, 31, Rounding.HalfUp);
                int right = Math.Max(-scale.Shift, 0);
                return (long)(Round(high + (before << right), right, Rounding.HalfAway) + after);
            case Requantization.Float32:
                float scaled = ((float)x * (float)scale.ToDouble()) + (float)before;
                return (long)MathF.Round(scaled, MidpointRounding.ToEven) + (long)after;
            default:
                throw new NotSupportedException();
        }
    }

    public static BigInteger Round(BigInteger value, int shift, Rounding rounding)
    {
        BigInteger unit = BigInteger.One << shift;
        BigInteger floor = BigInteger.Divide(value - (((value % unit) + unit) % unit), unit), rest = value - (floor * unit);
        int half = (2 * rest).CompareTo(unit);
        bool up = rounding switch
        {
            Rounding.Floor => false,
            Rounding.Truncate => value.Sign < 0 && !rest.IsZero,
            Rounding.HalfUp => half >= 0,
            Rounding.HalfAway => half > 0 || (half == 0 && value.Sign > 0),
            Rounding.HalfEven => half > 0 || (half == 0 && !floor.IsEven),
            _ => throw new NotSupportedException(),
        };
        return up ? floor + 1 : floor;
    }
}
