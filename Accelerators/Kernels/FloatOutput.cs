using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// Accumulators scaled in binary32 (<see cref="Numerics.Float32Scaling{TZeroPoint}"/>) and saturated to 8 or 16 bits, eight at a
/// time: converted, multiplied, rounded to even.
/// </summary>
internal static unsafe class FloatOutput
{
    private const int Lanes = 8;
    private const float Far = 1 << 30; // beyond every output, and still an int

    /// <summary>Writes a tile and returns how many outputs were clipped.</summary>
    /// <typeparam name="TSum">int or long.</typeparam>
    /// <typeparam name="T">sbyte or short.</typeparam>
    /// <param name="stage">Scales, zero point and clamp.</param>
    /// <param name="zeroPointFirst">The zero point joins before rounding.</param>
    /// <param name="sums">Accumulators; of 32 bits, a vector may be read past the end of a row.</param>
    /// <param name="tile">Where they lie and where outputs go.</param>
    /// <param name="y">Outputs.</param>
    public static long Write<TSum, T>(OutputStage stage, bool zeroPointFirst, TSum* sums, in OutputTile tile, T* y)
        where TSum : unmanaged
        where T : unmanaged
    {
        bool perChannel = stage.Scales.Length > 1;
        int zero = zeroPointFirst ? 0 : stage.OutputZeroPoint, lowest = -(1 << ((8 * sizeof(T)) - 1)), highest = ~lowest;
        Vector256<float> first = Vector256.Create(zeroPointFirst ? (float)stage.OutputZeroPoint : 0f);
        Vector256<int> zeroPoint = Vector256.Create(zero);
        Vector256<int> least = Vector256.Create(lowest - zero), greatest = Vector256.Create(highest - zero);
        Vector256<int> minimum = Vector256.Create(Math.Clamp(stage.Minimum, lowest, highest) - zero);
        Vector256<int> maximum = Vector256.Create(Math.Clamp(stage.Maximum, lowest, highest) - zero);
        long clipped = 0;
        TSum* lanes = stackalloc TSum[Lanes];
        T* rest = stackalloc T[Lanes];
        fixed (float* factors = stage.Factors)
        {
            Vector256<float> factor = Vector256.Load(factors);
            for (int r = 0; r < tile.Rows; r++)
            {
                TSum* from = sums + ((long)r * tile.Stride);
                T* to = y + tile.Index + (r * tile.OutputStride);
                for (int i = 0; i < tile.Columns; i += Lanes)
                {
                    int left = Math.Min(Lanes, tile.Columns - i);
                    if (perChannel)
                        factor = Vector256.Load(factors + tile.Channel + i);
                    Vector256<float> scaled = ToSingle(from + i, left, lanes) * factor;
                    if (zeroPointFirst)
                        scaled += first;
                    scaled = Vector256.Min(Vector256.Max(scaled, Vector256.Create(-Far)), Vector256.Create(Far));
                    Vector256<int> value = Vector256.ConvertToInt32(Vector256.Round(scaled, MidpointRounding.ToEven));
                    uint outside = (Vector256.LessThan(value, least) | Vector256.GreaterThan(value, greatest))
                        .ExtractMostSignificantBits();
                    clipped += BitOperations.PopCount(outside & ((1u << left) - 1));
                    Vector256<int> result = Vector256.Min(Vector256.Max(value, minimum), maximum) + zeroPoint;
                    Store(result, left == Lanes ? to + i : rest);
                    for (int c = 0; left < Lanes && c < left; c++)
                        to[i + c] = rest[c];
                }
            }
        }

        return clipped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ToSingle<TSum>(TSum* sums, int count, TSum* lanes) where TSum : unmanaged
    {
        if (sizeof(TSum) == sizeof(int))
            return Vector256.ConvertToSingle(Vector256.Load((int*)sums));
        long* wide = (long*)sums;
        if (count < Lanes)
        {
            new ReadOnlySpan<long>(wide, count).CopyTo(new Span<long>(lanes, Lanes));
            wide = (long*)lanes;
        }

        if (Avx512DQ.IsSupported)
            return Avx512DQ.ConvertToVector256Single(Vector512.Load(wide));
        return Vector256.Create(wide[0], wide[1], wide[2], wide[3], wide[4], wide[5], wide[6], (float)wide[7]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector256<int> values, T* to) where T : unmanaged
    {
        Vector128<short> narrow = Vector128.Narrow(values.GetLower(), values.GetUpper());
        if (sizeof(T) == sizeof(short))
            narrow.Store((short*)to);
        else
            Unsafe.WriteUnaligned(to, Vector128.Narrow(narrow, narrow).AsInt64().ToScalar());
    }
}
