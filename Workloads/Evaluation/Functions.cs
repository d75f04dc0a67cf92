using System.Numerics;
using System.Runtime.InteropServices;

namespace NpuSim.Workloads.Evaluation;

/// <summary>
/// Exponential and normal distribution over spans, the same bits on every machine: in float by polynomials of fused
/// multiply-adds, each lane on its own so that the vector width does not matter; in other types by <see cref="Elementary"/>. In
/// and out may be the same.
/// </summary>
internal static class Functions
{
    /// <summary>y = eˣ; in float within 1.5 units in the last place, 0 below −87.3, +∞ above 88.72.</summary>
    internal static void Exp<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Map<Exponential>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
            y[i] = T.CreateChecked(Elementary.Exp(double.CreateChecked(x[i])));
    }

    /// <summary>y = Φ(x) = (1 + erf(x/√2)) / 2, the normal distribution; in float within 10⁻⁷.</summary>
    internal static void NormalDistribution<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Map<Distribution>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
            y[i] = T.CreateChecked(0.5 + (0.5 * Elementary.Erf(double.CreateChecked(x[i]) * Math.Sqrt(0.5))));
    }

    /// <summary>y = φ(x) = exp(−x²/2) / √(2π), the normal density.</summary>
    internal static void NormalDensity<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Map<Density>(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(y));
            return;
        }

        for (int i = 0; i < x.Length; i++)
        {
            double value = double.CreateChecked(x[i]);
            y[i] = T.CreateChecked(Elementary.Exp(-0.5 * value * value) / Math.Sqrt(2 * Math.PI));
        }
    }

    private static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> y) where TFunction : IFunction
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            TFunction.Apply(new Vector<float>(x[i..])).CopyTo(y[i..]);
        if (i == x.Length)
            return;
        Span<float> rest = stackalloc float[Vector<float>.Count];
        rest.Clear();
        x[i..].CopyTo(rest);
        TFunction.Apply(new Vector<float>(rest)).CopyTo(rest);
        rest[..(x.Length - i)].CopyTo(y[i..]);
    }

    private static Vector<float> Fma(Vector<float> a, Vector<float> b, float c) =>
        Vector.FusedMultiplyAdd(a, b, new Vector<float>(c));

    private interface IFunction
    {
        static abstract Vector<float> Apply(Vector<float> x);
    }

    // eˣ = 2ᵏ · eʳ with k = round(x / ln 2) and |r| ≤ ln 2 / 2; eʳ by a near-minimax polynomial (error 3·10⁻⁹).
    private readonly struct Exponential : IFunction
    {
        public static Vector<float> Apply(Vector<float> x)
        {
            Vector<float> low = new(-87.3f), high = new(88.722839f);
            Vector<float> inside = Vector.Min(Vector.Max(x, low), high);
            Vector<float> k = Vector.Floor(Fma(inside, new Vector<float>(1.44269504f), 0.5f));
            Vector<float> r = Vector.FusedMultiplyAdd(-k, new Vector<float>(0.693115234f), inside);
            r = Vector.FusedMultiplyAdd(-k, new Vector<float>(3.19461849e-5f), r);
            Vector<float> p = Fma(new Vector<float>(0.00139412131f), r, 0.0083752102f);
            p = Fma(p, r, 0.0416663516f);
            p = Fma(p, r, 0.166664145f);
            p = Fma(p, r, 0.500000005f);
            p = Fma(p, r, 1.00000004f);
            p = Fma(p, r, 1f);
            Vector<int> exponent = Vector.ConvertToInt32(k), half = Vector.ShiftRightArithmetic(exponent, 1);
            p = p * PowerOfTwo(half) * PowerOfTwo(exponent - half);
            p = Vector.ConditionalSelect(Vector.LessThan(x, low), Vector<float>.Zero, p);
            return Vector.ConditionalSelect(Vector.GreaterThan(x, high), new Vector<float>(float.PositiveInfinity), p);
        }

        private static Vector<float> PowerOfTwo(Vector<int> exponent) =>
            Vector.AsVectorSingle(Vector.ShiftLeft(exponent + new Vector<int>(127), 23));
    }

    // (1 + erf) / 2 with erf x = x · P(x²) up to 1, 1 − exp(Q(|x|)) beyond with Q ≈ log erfc; both near-minimax.
    private readonly struct Distribution : IFunction
    {
        public static Vector<float> Apply(Vector<float> argument)
        {
            Vector<float> x = argument * new Vector<float>(0.707106781f), magnitude = Vector.Abs(x), square = x * x;
            Vector<float> near = Fma(new Vector<float>(-9.66704457e-6f), square, 0.00011265959f);
            near = Fma(near, square, -0.000848408041f);
            near = Fma(near, square, 0.00522103181f);
            near = Fma(near, square, -0.0268654307f);
            near = Fma(near, square, 0.112837825f);
            near = Fma(near, square, -0.376126385f);
            near = Fma(near, square, 1.12837917f);
            Vector<float> t = Vector.Min(magnitude, new Vector<float>(4f)) - new Vector<float>(2.5f);
            Vector<float> far = Fma(new Vector<float>(1.63715141e-6f), t, -1.33150144e-5f);
            far = Fma(far, t, 7.72913762e-5f);
            far = Fma(far, t, -0.000420122524f);
            far = Fma(far, t, 0.00216530355f);
            far = Fma(far, t, -0.0108585416f);
            far = Fma(far, t, -0.943893704f);
            far = Fma(far, t, -5.35268067f);
            far = Fma(far, t, -7.80681527f);
            far = Vector.CopySign(Vector<float>.One - Exponential.Apply(far), x);
            Vector<float> erf = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, Vector<float>.One), far, near * x);
            return Fma(erf, new Vector<float>(0.5f), 0.5f);
        }
    }

    private readonly struct Density : IFunction
    {
        public static Vector<float> Apply(Vector<float> x) =>
            Exponential.Apply(x * x * new Vector<float>(-0.5f)) * new Vector<float>(0.398942280f);
    }
}
