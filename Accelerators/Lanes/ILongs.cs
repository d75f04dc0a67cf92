namespace NpuSim.Accelerators.Lanes;

/// <summary>A vector of 64-bit lanes, of whatever width the processor has.</summary>
internal interface ILongs<T> where T : struct, ILongs<T>
{
    /// <summary>The same value in every lane.</summary>
    static abstract T Create(long value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator &(T a, T b);

    static abstract T operator |(T a, T b);

    static abstract T operator <<(T a, int count);

    /// <summary>Arithmetic; 1 to 63.</summary>
    static abstract T operator >>(T a, int count);

    /// <summary>Unsigned.</summary>
    static abstract T operator >>>(T a, int count);

    /// <summary>Each lane by its own count, 0 to 63.</summary>
    static abstract T ShiftLeft(T a, T counts);

    /// <summary>Each lane by its own count, 0 to 63; arithmetic.</summary>
    static abstract T ShiftRight(T a, T counts);

    /// <summary>The smaller of each two lanes.</summary>
    static abstract T Min(T a, T b);

    /// <summary>All bits of a lane set where it is not 0.</summary>
    static abstract T WhereNotZero(T a);
}

/// <summary>Vectors of 64-bit lanes beside those of 32 bits: half of the lanes at a time.</summary>
internal interface IHalves<TInts, TLongs>
{
    /// <summary>Signed products of lanes 0, 2, 4 …</summary>
    static abstract TLongs EvenProducts(TInts a, TInts b);

    /// <summary>Lanes 0, 2, 4 …, without sign.</summary>
    static abstract TLongs Even(TInts a);

    /// <summary>Lanes 1, 3, 5 … in the places of lanes 0, 2, 4 …</summary>
    static abstract TInts OddToEven(TInts a);

    /// <summary>The low 32 bits of both, in turn.</summary>
    static abstract TInts Merge(TLongs even, TLongs odd);
}
