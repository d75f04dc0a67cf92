using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// The bits below a weight's last: w and r stand for w · 2ᴺ + r, −2ᴺ⁻¹ ≤ r &lt; 2ᴺ⁻¹, from which whole steps of 2⁻ᴺ weights are
/// taken. What does not move w today is not lost.
/// </summary>
internal static unsafe class ResidualBits
{
    /// <summary>Most bits kept below a weight.</summary>
    public const int Most = 16;

    /// <summary>The format in which r is kept.</summary>
    public static NumberFormat FormatOf(int bits) => bits <= 8 ? NumberFormat.Int8 : NumberFormat.Int16;

    /// <summary>Takes a step from one weight: w ← narrow(RHU(w · 2ᴺ + r − step, N)), r the rest, saturated where w is.</summary>
    /// <param name="w">The weights' memory.</param>
    /// <param name="format">Their format.</param>
    /// <param name="at">Which weight.</param>
    /// <param name="step">In 2⁻ᴺ of a weight.</param>
    /// <param name="r">Memory of the residuals.</param>
    /// <param name="residual">Which residual.</param>
    /// <param name="bits">N, 1..16.</param>
    /// <param name="narrowing">What a weight outside its format becomes.</param>
    /// <returns>True where w changed.</returns>
    public static bool Take(
        byte* w, NumberFormat format, long at, long step, byte* r, long residual, int bits, Narrowing narrowing)
    {
        NumberFormat kept = FormatOf(bits);
        long old = IntegerAccess.Read(w, format, at), half = 1L << (bits - 1);
        long fine = (old << bits) + IntegerAccess.Read(r, kept, residual) - step;
        long whole = (fine + half) >> bits, narrowed = IntegerAccess.Narrow(whole, format, narrowing);
        long rest = fine - ((narrowing == Narrowing.Saturate ? narrowed : whole) << bits);
        IntegerAccess.Write(w, format, at, narrowed);
        IntegerAccess.Write(r, kept, residual, Math.Clamp(rest, -half, half - 1));
        return narrowed != old;
    }
}
