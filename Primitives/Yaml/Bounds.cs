using System.Globalization;

namespace NpuSim.Yaml;

/// <summary>The numbers that a key accepts; NaN is no limit.</summary>
/// <param name="Min">Least.</param>
/// <param name="Above">Every number is greater than this.</param>
/// <param name="Max">Greatest.</param>
internal readonly record struct Bounds(double Min, double Above, double Max)
{
    public static Bounds None { get; } = new(double.NaN, double.NaN, double.NaN);

    public static Bounds Of(YamlAttribute? declared) =>
        declared is null ? None : new Bounds(declared.Min, declared.Above, declared.Max);

    public static Bounds Of(YamlNumber declared) => new(double.NaN, declared.Above, declared.Max);

    public bool Allow(double value) => double.IsFinite(value) && !(value < Min) && !(value <= Above) && !(value > Max);

    /// <summary>The limits in words, the numbers written by <paramref name="print"/>; empty without limits.</summary>
    public string InWords(Func<double, string>? print = null)
    {
        print ??= value => value.ToString("R", CultureInfo.InvariantCulture);
        return (double.IsNaN(Min), double.IsNaN(Above), double.IsNaN(Max)) switch
        {
            (false, _, false) => $"{print(Min)} to {print(Max)}",
            (false, _, true) => $"at least {print(Min)}",
            (true, false, false) => $"above {print(Above)}, at most {print(Max)}",
            (true, false, true) => $"above {print(Above)}",
            (true, true, false) => $"at most {print(Max)}",
            _ => "",
        };
    }
}
