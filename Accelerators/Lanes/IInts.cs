namespace NpuSim.Accelerators.Lanes;

/// <summary>
/// A vector of 32-bit lanes, of whatever width the processor has: a kernel that is generic over it is written once and compiled
/// for each width. Arithmetic is modulo 2³².
/// </summary>
internal unsafe interface IInts<T> where T : struct, IInts<T>
{
    /// <summary>Lanes.</summary>
    static abstract int Count { get; }

    /// <summary>As many ints as there are lanes.</summary>
    static abstract T Load(int* from);

    /// <summary>The same value in every lane.</summary>
    static abstract T Create(int value);

    /// <summary>Writes the lanes.</summary>
    void Store(int* to);

    /// <summary>Writes the low bytes of lanes that lie within −128..127.</summary>
    void Store(sbyte* to);

    /// <summary>Writes the low halves of lanes that lie within −2¹⁵..2¹⁵ − 1.</summary>
    void Store(short* to);

    static abstract T operator +(T a, T b);

    static abstract T operator &(T a, T b);

    static abstract T operator |(T a, T b);

    static abstract T operator ^(T a, T b);

    static abstract T operator ~(T a);

    static abstract T operator <<(T a, int count);

    /// <summary>Arithmetic.</summary>
    static abstract T operator >>(T a, int count);

    static abstract T Min(T a, T b);

    static abstract T Max(T a, T b);

    /// <summary>In each lane the sum of the products of its two 16-bit halves.</summary>
    static abstract T Pairs(T a, T b);

    /// <summary>(a ^ c) &amp; (b ^ c): the sign bit is set where c = a + b differs in sign from both.</summary>
    static abstract T Overflowed(T a, T b, T c);

    /// <summary>Lanes of <paramref name="yes"/> where <paramref name="sign"/> is negative, of <paramref name="no"/>
    /// elsewhere.</summary>
    static abstract T WhereNegative(T sign, T yes, T no);

    /// <summary>A bit for each lane of a below the one of b.</summary>
    static abstract uint LessThan(T a, T b);

    /// <summary>A bit for each lane that is not 0.</summary>
    static abstract uint NotZero(T a);

    /// <summary>A bit for each negative lane.</summary>
    static abstract uint Negative(T a);
}
