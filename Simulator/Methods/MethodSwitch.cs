using System.Globalization;

namespace NpuSim.Simulator.Methods;

/// <summary>One switch of a method: <c>+NAME</c> or <c>+NAMEnumber</c> after the format.</summary>
/// <param name="Name">Letters and hyphens.</param>
/// <param name="Argument">The number it takes; null: none.</param>
/// <param name="Summary">What it does, in a line for help texts and docs.</param>
/// <param name="Shown">The number it has in a method (0 without an argument); null where the method does not have the switch
/// on.</param>
/// <param name="Apply">The method with the switch on, at this number; null where the method has no such switch.</param>
public sealed record MethodSwitch(
    string Name, SwitchArgument? Argument, string Summary, Func<Method, double?> Shown, Func<Method, double, Method?> Apply)
{
    /// <summary>Switches of one group exclude each other; null: none but itself.</summary>
    public string? Group { get; init; }

    /// <summary>Formula and conditions beyond the summary; null: the summary says all.</summary>
    public string? Detail { get; init; }

    /// <summary>What it adds to the operations and tensors of a step; null: nothing.</summary>
    public string? Adds { get; init; }

    /// <summary>Where it was published; null: NpuSim's own, or what every text book has.</summary>
    public string? Source { get; init; }

    /// <summary>As a user writes it: "mN", "reuse-prefix".</summary>
    public string Usage => Name + Argument?.Letter;

    /// <summary>As "+m3"; empty where the method does not have the switch on.</summary>
    public string Text(Method method) =>
        Shown(method) is double number ? $"+{Name}{(Argument is null ? "" : number.ToString(CultureInfo.InvariantCulture))}" : "";
}

/// <summary>The number that a switch takes.</summary>
/// <param name="Letter">What stands for it in usage: "N".</param>
/// <param name="Least">Least number accepted.</param>
/// <param name="Most">Greatest number accepted.</param>
/// <param name="IsWhole">True: a whole number.</param>
public sealed record SwitchArgument(string Letter, double Least, double Most, bool IsWhole = false)
{
    /// <summary>True when the switch takes this number.</summary>
    public bool Takes(double number) => number >= Least && number <= Most && (!IsWhole || number == Math.Floor(number));

    /// <summary>As "a whole number from 1 to 1000".</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(IsWhole ? "a whole number" : "a number")} from {Least} to {Most}");
}
