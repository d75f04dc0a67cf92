using System.Collections.Immutable;

namespace NpuSim.Simulator.Methods;

/// <summary>Methods of one name, in one format or in any, that have certain switches.</summary>
/// <param name="Name">As "ff".</param>
/// <param name="Format">As "fp32"; null: any.</param>
/// <param name="Switches">As "+m3", in the order of <see cref="MethodSwitches.All"/>; each with its number.</param>
public sealed record MethodPattern(string Name, string? Format, ImmutableArray<string> Switches)
{
    /// <summary>Reads NAME or NAME:FORMAT and any number of +SWITCH in any order.</summary>
    /// <exception cref="InputException">There is no such method; the message says what is accepted in that place.</exception>
    public static MethodPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Method first = MethodGrammar.ParseFamily(text);
        return new(first.Name, text.Split('+')[0].Contains(':') ? first.Format : null, SwitchesOf(first));
    }

    /// <summary>True when the method has this name, this format and all of these switches, and maybe more.</summary>
    public bool Fits(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.Name == Name && (Format is null || method.Format == Format) && Switches.All(SwitchesOf(method).Contains);
    }

    /// <summary>Of patterns that fit a method the greatest is the nearest: by switches, then by format.</summary>
    public (int Switches, bool Format) Nearness => (Switches.Length, Format is not null);

    /// <summary>As "ff:fp32+kernel-norm", which <see cref="Parse"/> reads.</summary>
    public override string ToString() => Name + (Format is null ? "" : $":{Format}") + string.Concat(Switches);

    private static ImmutableArray<string> SwitchesOf(Method method) =>
        [.. MethodSwitches.All.Select(s => s.Text(method)).Where(text => text.Length > 0)];
}
