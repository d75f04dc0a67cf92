using System.Globalization;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>What a client does to a message so that it tells less.</summary>
public enum DefenceKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Adds normal numbers of a variance.</summary>
    Gaussian,

    /// <summary>Adds numbers of a Laplace distribution of a variance.</summary>
    Laplace,

    /// <summary>Makes the gradient shorter, to a norm, where it is longer.</summary>
    Clip,

    /// <summary>binary16.</summary>
    Fp16,

    /// <summary>bfloat16.</summary>
    Bf16,

    /// <summary>Randomised response: flips each sign with probability 1 / (1 + e^κ).</summary>
    Response,

    /// <summary>Compresses it as federated training does.</summary>
    Compression,
}

/// <summary>A defence with its strength.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Strength">Variance, norm or κ; else 0.</param>
/// <param name="Compression">Of <see cref="DefenceKind.Compression"/>: which; else null.</param>
public sealed record LeakageDefence(DefenceKind Kind, double Strength = 0, MessageCompression? Compression = null)
{
    /// <summary>What <see cref="Parse"/> accepts.</summary>
    public const string Accepted = "none, gaussian:VARIANCE, laplace:VARIANCE, clip:NORM, fp16, bf16, top-k:PERCENT, sign, "
        + "1-bit, 8-bit or response:KAPPA";

    /// <summary>Reads a defence.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static LeakageDefence Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        DefenceKind? kind = parts[0] switch
        {
            "none" => DefenceKind.None,
            "gaussian" => DefenceKind.Gaussian,
            "laplace" => DefenceKind.Laplace,
            "clip" => DefenceKind.Clip,
            "fp16" => DefenceKind.Fp16,
            "bf16" => DefenceKind.Bf16,
            "response" => DefenceKind.Response,
            "top-k" or "sign" or "1-bit" or "8-bit" => DefenceKind.Compression,
            _ => null,
        };
        bool isNumbered = kind is DefenceKind.Gaussian or DefenceKind.Laplace or DefenceKind.Clip or DefenceKind.Response
            || parts[0] == "top-k";
        double strength = 0;
        bool isSound = kind is { } && parts.Length == (isNumbered ? 2 : 1) && (!isNumbered || (double.TryParse(parts[1],
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out strength)
            && strength is >= 0 and <= 1e6 && (strength > 0 || kind == DefenceKind.Response)
            && (strength <= 100 || kind != DefenceKind.Compression)));
        return isSound ? kind == DefenceKind.Compression ? new(DefenceKind.Compression, 0, MessageCompression.Parse(text))
                : new(kind!.Value, strength)
            : throw new InputException($"defence '{text}': accepted is {Accepted}; numbers are above 0 (response: from 0) up to "
                + "1000000, percent up to 100.");
    }

    /// <summary>Why it does not go with a message; null where it does.</summary>
    internal string? Refusal(LeakageMessage message) => Kind switch
    {
        DefenceKind.None => null,
        DefenceKind.Response when !message.IsOfSigns => "response flips signs; accepted are vote and feedsign",
        DefenceKind.Response => null,
        _ when message.IsOfSigns => "signs have no magnitude; accepted are none and response",
        DefenceKind.Gaussian or DefenceKind.Laplace => null,
        _ when message.IsAlongDirections => "scalars are no tensors; accepted are none, gaussian and laplace",
        _ => null,
    };
}
