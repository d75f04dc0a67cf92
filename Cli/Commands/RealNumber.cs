using System.CommandLine;
using System.Globalization;

namespace NpuSim.Cli.Commands;

/// <summary>Options that take a number with a fraction, a point before it: 0.05, 5e-2. No digit is grouped.</summary>
internal static class RealNumber
{
    private const NumberStyles Styles =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>An option whose value, where given, is above 0.</summary>
    /// <param name="name">Long name.</param>
    /// <param name="description">For the help text.</param>
    /// <param name="most">Greatest number accepted.</param>
    public static Option<double?> Positive(string name, string description, double most) =>
        Of(name, description, value => value > 0 && value <= most,
            $"a number above 0, at most {most.ToString(CultureInfo.InvariantCulture)}, such as 0.05 or 5e-2");

    /// <summary>An option whose value, where given, is a share.</summary>
    /// <param name="name">Long name.</param>
    /// <param name="description">For the help text.</param>
    public static Option<double?> Share(string name, string description) =>
        Of(name, description, value => value is >= 0 and <= 1, "a number from 0 to 1, such as 0.05");

    private static Option<double?> Of(string name, string description, Func<double, bool> accepts, string accepted) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double value) && accepts(value))
                return value;
            result.AddError($"{name} {text}: accepted is {accepted}");
            return null;
        },
    };
}
