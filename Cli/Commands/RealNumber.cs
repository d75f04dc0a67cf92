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
        new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= most)
                    return value;
                string limit = most.ToString(CultureInfo.InvariantCulture);
                result.AddError($"{name} {text}: accepted is a number above 0, at most {limit}, such as 0.05 or 5e-2");
                return null;
            },
        };
}
