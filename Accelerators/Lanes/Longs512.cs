using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Lanes;

/// <summary>Eight lanes (AVX-512).</summary>
internal readonly struct Longs512(Vector512<long> value) : ILongs<Longs512>, IHalves<Ints512, Longs512>
{
    private readonly Vector512<long> value = value;

    public static implicit operator Longs512(Vector512<long> value) => new(value);

    public static implicit operator Vector512<long>(Longs512 lanes) => lanes.value;

    public static Longs512 Create(long value) => Vector512.Create(value);

    public static Longs512 operator +(Longs512 a, Longs512 b) => a.value + b.value;

    public static Longs512 operator -(Longs512 a, Longs512 b) => a.value - b.value;

    public static Longs512 operator &(Longs512 a, Longs512 b) => a.value & b.value;

    public static Longs512 operator |(Longs512 a, Longs512 b) => a.value | b.value;

    public static Longs512 operator <<(Longs512 a, int count) => a.value << count;

    public static Longs512 operator >>(Longs512 a, int count) => a.value >> count;

    public static Longs512 operator >>>(Longs512 a, int count) => a.value >>> count;

    public static Longs512 ShiftLeft(Longs512 a, Longs512 counts) =>
        Avx512F.ShiftLeftLogicalVariable(a.value, counts.value.AsUInt64());

    public static Longs512 ShiftRight(Longs512 a, Longs512 counts) =>
        Avx512F.ShiftRightArithmeticVariable(a.value, counts.value.AsUInt64());

    public static Longs512 Min(Longs512 a, Longs512 b) => Vector512.Min(a.value, b.value);

    public static Longs512 WhereNotZero(Longs512 a) => ~Vector512.Equals(a.value, Vector512<long>.Zero);

    public static Longs512 EvenProducts(Ints512 a, Ints512 b) => Avx512F.Multiply(a, b);

    public static Longs512 Even(Ints512 a) => ((Vector512<int>)a).AsInt64() & Vector512.Create((long)uint.MaxValue);

    public static Ints512 OddToEven(Ints512 a) => (((Vector512<int>)a).AsInt64() >>> 32).AsInt32();

    public static Ints512 Merge(Longs512 even, Longs512 odd) =>
        ((even.value & Vector512.Create((long)uint.MaxValue)) | (odd.value << 32)).AsInt32();
}
