using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Lanes;

/// <summary>Four lanes (AVX2).</summary>
internal readonly struct Longs256(Vector256<long> value) : ILongs<Longs256>, IHalves<Ints256, Longs256>
{
    private readonly Vector256<long> value = value;

    public static implicit operator Longs256(Vector256<long> value) => new(value);

    public static Longs256 Create(long value) => Vector256.Create(value);

    public static Longs256 operator +(Longs256 a, Longs256 b) => a.value + b.value;

    public static Longs256 operator -(Longs256 a, Longs256 b) => a.value - b.value;

    public static Longs256 operator &(Longs256 a, Longs256 b) => a.value & b.value;

    public static Longs256 operator |(Longs256 a, Longs256 b) => a.value | b.value;

    public static Longs256 operator <<(Longs256 a, int count) => a.value << count;

    // There is no arithmetic shift of 64 bits: the sign bit is moved along and extended by a subtraction.
    public static Longs256 operator >>(Longs256 a, int count)
    {
        Vector256<long> sign = Vector256.Create(1L << (63 - count));
        return ((a.value >>> count) ^ sign) - sign;
    }

    public static Longs256 operator >>>(Longs256 a, int count) => a.value >>> count;

    public static Longs256 ShiftLeft(Longs256 a, Longs256 counts) =>
        Avx2.ShiftLeftLogicalVariable(a.value, counts.value.AsUInt64());

    public static Longs256 ShiftRight(Longs256 a, Longs256 counts)
    {
        Vector256<ulong> by = counts.value.AsUInt64();
        Vector256<long> sign = Avx2.ShiftRightLogicalVariable(Vector256.Create(long.MinValue), by);
        return (Avx2.ShiftRightLogicalVariable(a.value, by) ^ sign) - sign;
    }

    public static Longs256 Min(Longs256 a, Longs256 b) => Vector256.Min(a.value, b.value);

    public static Longs256 WhereNotZero(Longs256 a) => ~Avx2.CompareEqual(a.value, Vector256<long>.Zero);

    public static Longs256 EvenProducts(Ints256 a, Ints256 b) => Avx2.Multiply(a, b);

    public static Longs256 Even(Ints256 a) => ((Vector256<int>)a).AsInt64() & Vector256.Create((long)uint.MaxValue);

    public static Ints256 OddToEven(Ints256 a) => (((Vector256<int>)a).AsInt64() >>> 32).AsInt32();

    public static Ints256 Merge(Longs256 even, Longs256 odd) =>
        Avx2.Blend(even.value.AsInt32(), (odd.value << 32).AsInt32(), 0b1010_1010);
}
