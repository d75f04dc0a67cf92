using System.CommandLine;
using System.Globalization;

namespace NpuSim.Cli.Commands;

/// <summary>Options that take a whole number.</summary>
internal static class WholeNumber
{
    /// <summary>An option whose value, where given, lies in a range.</summary>
    /// <param name="name">Long name, then short ones.</param>
    /// <param name="description">For the help text.</param>
    /// <param name="least">Least number accepted.</param>
    /// <param name="most">Greatest number accepted.</param>
    public static Option<int?> Option(string[] name, string description, int least, int most = int.MaxValue) =>
        new(name[0], name[1..])
        {
            Description = description,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                    && value >= least
                    && value <= most)
                    return value;
                result.AddError(
                    $"{name[0]} {text}: accepted is "
                        + $"{(most == int.MaxValue ? $"a whole number from {least} on" : $"{least} to {most}")}");
                return null;
            },
        };
}
