using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Lanes;

/// <summary>Sixteen lanes (AVX-512 with BW).</summary>
internal readonly unsafe struct Ints512(Vector512<int> value) : IInts<Ints512>
{
    private readonly Vector512<int> value = value;

    public static implicit operator Ints512(Vector512<int> value) => new(value);

    public static implicit operator Vector512<int>(Ints512 lanes) => lanes.value;

    public static int Count => 16;

    public static Ints512 Load(int* from) => Vector512.Load(from);

    public static Ints512 Create(int value) => Vector512.Create(value);

    public void Store(int* to) => value.Store(to);

    public void Store(sbyte* to) => Avx512F.ConvertToVector128SByte(value).Store(to);

    public void Store(short* to) => Avx512F.ConvertToVector256Int16(value).Store(to);

    public static Ints512 operator +(Ints512 a, Ints512 b) => a.value + b.value;

    public static Ints512 operator &(Ints512 a, Ints512 b) => a.value & b.value;

    public static Ints512 operator |(Ints512 a, Ints512 b) => a.value | b.value;

    public static Ints512 operator ^(Ints512 a, Ints512 b) => a.value ^ b.value;

    public static Ints512 operator ~(Ints512 a) => ~a.value;

    public static Ints512 operator <<(Ints512 a, int count) => a.value << count;

    public static Ints512 operator >>(Ints512 a, int count) => a.value >> count;

    public static Ints512 Min(Ints512 a, Ints512 b) => Avx512F.Min(a.value, b.value);

    public static Ints512 Max(Ints512 a, Ints512 b) => Avx512F.Max(a.value, b.value);

    public static Ints512 Pairs(Ints512 a, Ints512 b) =>
        Avx512BW.MultiplyAddAdjacent(a.value.AsInt16(), b.value.AsInt16());

    public static Ints512 Overflowed(Ints512 a, Ints512 b, Ints512 c) =>
        Avx512F.TernaryLogic(a.value, b.value, c.value, 0b0100_0010);

    public static Ints512 WhereNegative(Ints512 sign, Ints512 yes, Ints512 no) =>
        Vector512.ConditionalSelect(Vector512.LessThan(sign.value, Vector512<int>.Zero), yes.value, no.value);

    public static uint LessThan(Ints512 a, Ints512 b) =>
        (uint)Vector512.LessThan(a.value, b.value).ExtractMostSignificantBits();

    public static uint NotZero(Ints512 a) =>
        (uint)~Vector512.Equals(a.value, Vector512<int>.Zero).ExtractMostSignificantBits() & 0xFFFF;

    public static uint Negative(Ints512 a) => (uint)a.value.ExtractMostSignificantBits();
}
