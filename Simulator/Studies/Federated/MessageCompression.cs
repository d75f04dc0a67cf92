using System.Globalization;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>How a client's change of the weights is made smaller before it is sent.</summary>
public enum CompressionKind
{
    /// <summary>Not at all: the weights are sent.</summary>
    None,

    /// <summary>The entries of largest magnitude of each tensor; what is left stays on the device and is added next
    /// time.</summary>
    TopK,

    /// <summary>Top-k with momentum correction, factor masking and a warm-up of the share (deep gradient compression, arXiv
    /// 1712.01887).</summary>
    Dgc,

    /// <summary>A sign for each entry and the mean magnitude of each tensor; nothing is kept (signSGD with a scale, arXiv
    /// 1802.04434).</summary>
    Sign,

    /// <summary>A bit for each entry and two means of each tensor, those of entries from 0 on and below; the error is kept (Seide
    /// et al., Interspeech 2014).</summary>
    OneBit,

    /// <summary>Eight bits for each entry and a scale of each tensor; the error is kept.</summary>
    EightBit,
}

/// <summary>A compression with its share.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Percent">Of top-k and dgc the entries that are sent, in percent of each tensor, rounded up; else 0.</param>
public sealed record MessageCompression(CompressionKind Kind, double Percent = 0)
{
    /// <summary>What <see cref="Parse"/> accepts.</summary>
    public const string Accepted = "none, sign, 1-bit, 8-bit, top-k:PERCENT or dgc:PERCENT";

    /// <summary>Numbers of 32 bits that a device keeps for each weight from round to round.</summary>
    public int Kept => Kind switch { CompressionKind.None or CompressionKind.Sign => 0, CompressionKind.Dgc => 2, _ => 1 };

    /// <summary>Passes over the change that a device takes to form the message and what it keeps: add what was kept; the largest
    /// magnitude or the means; of top-k the exact threshold by four histograms of eight bits; encode; subtract.</summary>
    internal int Passes => Kind switch
    {
        CompressionKind.None => 0,
        CompressionKind.Sign => 2,
        CompressionKind.OneBit or CompressionKind.EightBit => 4,
        CompressionKind.TopK => 7,
        _ => 9,
    };

    /// <summary>Reads a compression.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static MessageCompression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        CompressionKind? kind = parts[0] switch
        {
            "none" => CompressionKind.None,
            "sign" => CompressionKind.Sign,
            "1-bit" => CompressionKind.OneBit,
            "8-bit" => CompressionKind.EightBit,
            "top-k" => CompressionKind.TopK,
            "dgc" => CompressionKind.Dgc,
            _ => null,
        };
        bool hasShare = kind is CompressionKind.TopK or CompressionKind.Dgc;
        double percent = 0;
        return kind is { } known && parts.Length == (hasShare ? 2 : 1)
            && (!hasShare || (double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent)
                && percent is > 0 and <= 100))
            ? new(known, percent)
            : throw new InputException(
                $"compression '{text}': accepted is {Accepted}, of which the percent are above 0 up to 100.");
    }

    /// <summary>Share of the entries that are sent in a round; dgc comes down to it over the rounds of its warm-up.</summary>
    /// <param name="round">From 0.</param>
    /// <param name="warmUp">Rounds of the warm-up.</param>
    internal double ShareAt(int round, int warmUp) => Kind == CompressionKind.Dgc && round < warmUp
        ? Elementary.Exp(Elementary.Log(Percent / 100) * (round + 1) / (warmUp + 1)) // final^((e + 1)/(warm-up + 1))
        : Percent / 100;
}
