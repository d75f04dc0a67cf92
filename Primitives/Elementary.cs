namespace NpuSim;

/// <summary>
/// Elementary functions built from +, −, ×, ÷ and √ alone. IEEE 754 fixes those to the bit, so results are the same on every
/// machine and instruction set, which the C library's versions do not promise. Errors stay within a few units in the last place.
/// </summary>
public static class Elementary
{
    private const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;
    private const double InverseLn2 = 1.44269504088896338700;

    /// <summary>eˣ. Overflows to +∞ above 709.78, underflows to 0 below −708.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 709.78)
            return double.PositiveInfinity;
        if (x < -708)
            return 0;
        double k = Math.Floor((x * InverseLn2) + 0.5);
        double r = (x - (k * Ln2High)) - (k * Ln2Low); // |r| ≤ ln2 / 2
        double sum = 1;
        for (int n = 13; n >= 1; n--) // Taylor: the next term is below 2⁻⁵⁸
            sum = 1 + (r * sum / n);
        return sum * PowerOfTwo((int)k);
    }

    /// <summary>Natural logarithm; −∞ at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
            return double.NaN;
        if (x == 0)
            return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x))
            return x;
        int exponent = Math.ILogB(x);
        double mantissa = Math.ScaleB(x, -exponent); // [1, 2)
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        double s = (mantissa - 1) / (mantissa + 1), s2 = s * s, sum = 0; // |s| ≤ 0.1716
        for (int n = 23; n >= 1; n -= 2) // 2 atanh(s) = 2 Σ s^n / n over odd n
            sum = (sum * s2) + (1.0 / n);
        return (exponent * Ln2High) + ((2 * s * sum) + (exponent * Ln2Low));
    }

    /// <summary>Hyperbolic tangent.</summary>
    public static double Tanh(double x)
    {
        double e = Exp(-2 * Math.Abs(x));
        return Math.CopySign(Math.Abs(x) < 1e-4 ? Math.Abs(x) * (1 - (x * x / 3)) : (1 - e) / (1 + e), x);
    }

    /// <summary>Hyperbolic sine.</summary>
    public static double Sinh(double x) => Math.Abs(x) < 1e-3 ? x * (1 + (x * x / 6)) : (Exp(x) - Exp(-x)) / 2;

    /// <summary>Inverse of the hyperbolic sine.</summary>
    public static double Asinh(double x)
    {
        double a = Math.Abs(x);
        return Math.CopySign(a < 1e-3 ? a * (1 - (a * a / 6) + (a * a * a * a * 3 / 40)) : a > 1e100
            ? Log(a) + Log(2) : Log(a + Math.Sqrt((a * a) + 1)), x);
    }

    /// <summary>Inverse of the tangent, −π/2 to π/2.</summary>
    public static double Atan(double x)
    {
        double a = Math.Abs(x), t = a > 1 ? 1 / a : a;
        for (int halving = 0; halving < 2; halving++) // tan(φ/2) = t / (1 + √(1 + t²)); twice: |t| ≤ 0.199
            t /= 1 + Math.Sqrt(1 + (t * t));
        double sum = 0, t2 = -t * t;
        for (int n = 25; n >= 1; n -= 2) // Σ (−1)^k t^n / n over odd n
            sum = (sum * t2) + (1.0 / n);
        double angle = 4 * t * sum;
        return Math.CopySign(a > 1 ? (Math.PI / 2) - angle : angle, x);
    }

    /// <summary>The error function, by erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!! (Abramowitz and Stegun 7.1.6).</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) >= 6)
            return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            sum += term *= 2 * x * x / ((2 * n) + 1);
        return 1.1283791670955126 * Exp(-x * x) * sum;
    }

    /// <summary>cos(π·t); exact where t is a multiple of ½.</summary>
    /// <param name="t">Finite.</param>
    public static double CosPi(double t)
    {
        t = Math.Abs(t) % 2; // exact
        t = t > 1 ? 2 - t : t;
        return t == 0.5 ? 0 : t < 0.5 ? CosineOfPi(t) : -CosineOfPi(1 - t);
    }

    /// <summary>sin(π·t); exact where t is a multiple of ½.</summary>
    /// <param name="t">Finite.</param>
    public static double SinPi(double t)
    {
        double part = Math.Abs(t) % 2, sine = CosPi((part % 1) - 0.5);
        return (part >= 1) == (t < 0) ? sine : -sine;
    }

    // By its Taylor series for t in [0, ½]; the next term is below 2⁻⁵⁸.
    private static double CosineOfPi(double t)
    {
        double square = Math.PI * t * (Math.PI * t), sum = 1;
        for (int n = 22; n >= 2; n -= 2)
            sum = 1 - (square * sum / (n * (n - 1)));
        return sum;
    }

    private static double PowerOfTwo(int exponent) =>
        exponent > 1023
            ? 2 * PowerOfTwo(exponent - 1)
            : BitConverter.Int64BitsToDouble((long)(exponent + 1023) << 52);
}
