using System.Globalization;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// A family of tuning schemes, as "lora": an entry of <see cref="TuningSchemes"/>, which parsing, help, completion, documentation
/// and learning rates read.
/// </summary>
/// <param name="Name">Name without options, which learning rates are given for.</param>
/// <param name="Description">One line.</param>
/// <param name="Where">Where it trains, beginning "Where": what its learning rate is for.</param>
/// <param name="Read">Reads a text that begins with the name; null where what follows is no option of the family.</param>
public sealed record SchemeFamily(string Name, string Description, string Where, Func<string, TuningScheme?> Read)
{
    /// <summary>What may follow the name, as "[=RANK]".</summary>
    public string Options { get; init; } = "";

    /// <summary>Name and options, as users write them.</summary>
    public string Form => Name + Options;

    /// <summary>A family of one scheme.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="where">Where it trains.</param>
    public static SchemeFamily Of(TuningScheme scheme, string where) =>
        new(scheme.Name, scheme.Description, where, text => text == scheme.Name ? scheme : null);

    /// <summary>A family with a number, as "lora=8".</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">One line.</param>
    /// <param name="where">Where it trains.</param>
    /// <param name="number">What the number is called, and which it is where none is given.</param>
    /// <param name="of">The scheme for a number of at least 1.</param>
    public static SchemeFamily Counted(
        string name, string description, string where, (string Letter, int Standard) number, Func<int, TuningScheme> of) =>
        new(name, description, where, text => text == name ? of(number.Standard)
            : text.StartsWith($"{name}=", StringComparison.Ordinal) ? of(Number(text, text[(name.Length + 1)..])) : null)
        {
            Options = $"[={number.Letter}]",
        };

    private static int Number(string text, string option) =>
        int.TryParse(option, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            && n is >= 1 and <= TuningScheme.LargestOption
            ? n
            : throw new InputException(
                $"scheme '{text}': accepted after '=' is a whole number from 1 to {TuningScheme.LargestOption}.");
}
