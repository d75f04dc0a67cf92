using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Lanes;

/// <summary>Eight lanes (AVX2).</summary>
internal readonly unsafe struct Ints256(Vector256<int> value) : IInts<Ints256>
{
    private readonly Vector256<int> value = value;

    public static implicit operator Ints256(Vector256<int> value) => new(value);

    public static implicit operator Vector256<int>(Ints256 lanes) => lanes.value;

    public static int Count => 8;

    public static Ints256 Load(int* from) => Vector256.Load(from);

    public static Ints256 Create(int value) => Vector256.Create(value);

    public void Store(int* to) => value.Store(to);

    public void Store(sbyte* to) =>
        Unsafe.WriteUnaligned(to, Sse2.PackSignedSaturate(Shorts, Shorts).AsInt64().ToScalar());

    public void Store(short* to) => Shorts.Store(to);

    private Vector128<short> Shorts => Sse2.PackSignedSaturate(value.GetLower(), value.GetUpper());

    public static Ints256 operator +(Ints256 a, Ints256 b) => a.value + b.value;

    public static Ints256 operator &(Ints256 a, Ints256 b) => a.value & b.value;

    public static Ints256 operator |(Ints256 a, Ints256 b) => a.value | b.value;

    public static Ints256 operator ^(Ints256 a, Ints256 b) => a.value ^ b.value;

    public static Ints256 operator ~(Ints256 a) => ~a.value;

    public static Ints256 operator <<(Ints256 a, int count) => a.value << count;

    public static Ints256 operator >>(Ints256 a, int count) => a.value >> count;

    public static Ints256 Min(Ints256 a, Ints256 b) => Avx2.Min(a.value, b.value);

    public static Ints256 Max(Ints256 a, Ints256 b) => Avx2.Max(a.value, b.value);

    public static Ints256 Pairs(Ints256 a, Ints256 b) => Avx2.MultiplyAddAdjacent(a.value.AsInt16(), b.value.AsInt16());

    public static Ints256 Overflowed(Ints256 a, Ints256 b, Ints256 c) => (a.value ^ c.value) & (b.value ^ c.value);

    public static Ints256 WhereNegative(Ints256 sign, Ints256 yes, Ints256 no) =>
        Avx.BlendVariable(no.value.AsSingle(), yes.value.AsSingle(), sign.value.AsSingle()).AsInt32();

    public static uint LessThan(Ints256 a, Ints256 b) => Avx2.CompareGreaterThan(b.value, a.value).ExtractMostSignificantBits();

    public static uint NotZero(Ints256 a) =>
        ~Avx2.CompareEqual(a.value, Vector256<int>.Zero).ExtractMostSignificantBits() & 0xFF;

    public static uint Negative(Ints256 a) => a.value.ExtractMostSignificantBits();
}
