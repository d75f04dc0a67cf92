using System.Runtime.Intrinsics;

namespace NpuSim.Accelerators.Lanes;

/// <summary>Four lanes (any processor).</summary>
internal readonly unsafe struct Ints128(Vector128<int> value) : IInts<Ints128>
{
    private readonly Vector128<int> value = value;

    public static implicit operator Ints128(Vector128<int> value) => new(value);

    public static implicit operator Vector128<int>(Ints128 lanes) => lanes.value;

    public static int Count => 4;

    public static Ints128 Load(int* from) => Vector128.Load(from);

    public static Ints128 Create(int value) => Vector128.Create(value);

    public void Store(int* to) => value.Store(to);

    public void Store(sbyte* to)
    {
        for (int i = 0; i < Count; i++)
            to[i] = (sbyte)value[i];
    }

    public void Store(short* to) => Vector128.Narrow(value, value).AsInt64().GetLower().Store((long*)to);

    public static Ints128 operator +(Ints128 a, Ints128 b) => a.value + b.value;

    public static Ints128 operator &(Ints128 a, Ints128 b) => a.value & b.value;

    public static Ints128 operator |(Ints128 a, Ints128 b) => a.value | b.value;

    public static Ints128 operator ^(Ints128 a, Ints128 b) => a.value ^ b.value;

    public static Ints128 operator ~(Ints128 a) => ~a.value;

    public static Ints128 operator <<(Ints128 a, int count) => a.value << count;

    public static Ints128 operator >>(Ints128 a, int count) => a.value >> count;

    public static Ints128 Min(Ints128 a, Ints128 b) => Vector128.Min(a.value, b.value);

    public static Ints128 Max(Ints128 a, Ints128 b) => Vector128.Max(a.value, b.value);

    public static Ints128 Pairs(Ints128 a, Ints128 b) =>
        (((a.value << 16) >> 16) * ((b.value << 16) >> 16)) + ((a.value >> 16) * (b.value >> 16));

    public static Ints128 Overflowed(Ints128 a, Ints128 b, Ints128 c) => (a.value ^ c.value) & (b.value ^ c.value);

    public static Ints128 WhereNegative(Ints128 sign, Ints128 yes, Ints128 no) =>
        Vector128.ConditionalSelect(sign.value >> 31, yes.value, no.value);

    public static uint LessThan(Ints128 a, Ints128 b) => Vector128.LessThan(a.value, b.value).ExtractMostSignificantBits();

    public static uint NotZero(Ints128 a) => ~Vector128.Equals(a.value, Vector128<int>.Zero).ExtractMostSignificantBits() & 0xF;

    public static uint Negative(Ints128 a) => a.value.ExtractMostSignificantBits();
}
