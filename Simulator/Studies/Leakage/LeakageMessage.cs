using System.Globalization;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What a client tells of its batch.</summary>
public enum MessageKind
{
    /// <summary>The gradient.</summary>
    Gradient,

    /// <summary>The change of the weights after some steps on the batch (arXiv 1602.05629).</summary>
    Fedavg,

    /// <summary>A sign for each of several directions: plus, minus or tie.</summary>
    Vote,

    /// <summary>One bit for one direction (arXiv 2501.17610).</summary>
    Feedsign,

    /// <summary>The difference of two losses for each of several directions (arXiv 2301.12195, 2405.15861).</summary>
    Scalars,

    /// <summary>Nothing: normal numbers as long as each tensor's gradient. What an attack finds in it is no leakage.</summary>
    Random,
}

/// <summary>A message with its number of steps or directions.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Count">Of fedavg its steps, of vote and scalars their directions; else 1.</param>
public sealed record LeakageMessage(MessageKind Kind, int Count = 1)
{
    /// <summary>What <see cref="Parse"/> accepts.</summary>
    public const string Accepted = "gradient, fedavg:STEPS, vote:DIRECTIONS, feedsign, scalars:DIRECTIONS or random";

    private const int Most = 100_000;

    /// <summary>True for what was measured along known directions.</summary>
    internal bool IsAlongDirections => Kind is MessageKind.Vote or MessageKind.Feedsign or MessageKind.Scalars;

    /// <summary>True for signs.</summary>
    internal bool IsOfSigns => Kind is MessageKind.Vote or MessageKind.Feedsign;

    /// <summary>Reads a message.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static LeakageMessage Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        (MessageKind Kind, bool IsCounted)? found = parts[0] switch
        {
            "gradient" => (MessageKind.Gradient, false),
            "fedavg" => (MessageKind.Fedavg, true),
            "vote" => (MessageKind.Vote, true),
            "feedsign" => (MessageKind.Feedsign, false),
            "scalars" => (MessageKind.Scalars, true),
            "random" => (MessageKind.Random, false),
            _ => null,
        };
        int count = 1;
        return found is var (kind, isCounted) && parts.Length == (isCounted ? 2 : 1)
            && (!isCounted || (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out count)
                && count is >= 1 and <= Most))
            ? new(kind, count)
            : throw new InputException($"message '{text}': accepted is {Accepted}, numbers from 1 to {Most}.");
    }
}
