using System.CommandLine;
using NpuSim.Files;

namespace NpuSim.Cli.Commands;

/// <summary>The option --max-input-bytes, which every command has.</summary>
internal static class InputLimit
{
    private const long Least = 1 << 10, Most = 1L << 40;

    /// <summary>The option, for one root of commands.</summary>
    public static Option<string?> Create() => new(InputBudget.Option)
    {
        Description =
            $"Most memory that the content of one input file may claim, as '2 GiB'; default: {InputBudget.DefaultBytes >> 20} "
                + $"MiB.",
        Recursive = true,
    };

    /// <summary>Sets the limit that a command line gives.</summary>
    /// <exception cref="InputException">It gives no size.</exception>
    public static void Apply(ParseResult parsed)
    {
        if (parsed.GetValue<string?>(InputBudget.Option) is not { } text)
            return;
        InputBudget.MaxBytes = SizeText.Bytes(text) is >= Least and <= Most and var bytes
            ? bytes
            : throw new InputException(
                $"{InputBudget.Option} '{text}': accepted is a size from 1 KiB to 1024 GiB, such as '2 GiB' in {SizeText.Units}.");
    }
}
