using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Methods;

/// <summary>The text form of methods: NAME:FORMAT, then +SWITCH any number of times.</summary>
internal static class MethodGrammar
{
    /// <summary>Every NAME:FORMAT.</summary>
    public static ImmutableArray<Method> Bases { get; } = MakeBases();

    /// <inheritdoc cref="Method.Parse"/>
    public static Method Parse(string text)
    {
        string[] parts = text.Split('+');
        return WithSwitches(text, Base(parts[0]), parts.AsSpan(1));
    }

    /// <summary>A method of a family; where the text leaves the format out, in the first that has the switches of the
    /// text.</summary>
    public static Method ParseFamily(string text)
    {
        string[] parts = text.Split('+');
        if (parts[0].Contains(':'))
            return Parse(text);
        string[] names = [.. Bases.Select(m => m.Name).Distinct()];
        Method[] family = [.. Bases.Where(m => m.Name == parts[0])];
        string[] switches = [.. parts.Skip(1).Select(SwitchName)];
        Method first = family.FirstOrDefault(m => !switches.Except(MethodSwitches.Of(m).Select(s => s.Name)).Any())
            ?? family.FirstOrDefault() ?? throw new InputException(
            $"there is no method '{text}'{Suggestion.For(parts[0], names)}; accepted are {string.Join(", ", names)}, each with "
                + $"or without a format as "
                + ":fp32, and with switches as +m3.");
        return WithSwitches(text, first, parts.AsSpan(1));
    }

    private static Method WithSwitches(string text, Method method, ReadOnlySpan<string> parts)
    {
        List<MethodSwitch> given = [];
        foreach (string part in parts)
        {
            string name = SwitchName(part);
            MethodSwitch found = MethodSwitches.All.FirstOrDefault(s => s.Name == name)
                ?? throw Unknown(text, name, part, method);
            if (given.FirstOrDefault(g => g == found || (g.Group is not null && g.Group == found.Group)) is { } other)
            {
                throw new InputException(
                    $"method '{text}': {(other == found ? $"switch {found.Name} is given twice" : $"switches {other.Name} and {found.Name} exclude each other")}.");
            }

            given.Add(found);
            double number = Number(text, found, part[name.Length..]);
            method = found.Apply(method, number) ?? throw new InputException(
                $"method '{text}': {method.Name} in {method.Format} has no switch {found.Name}; it has {Usages(method)}.");
        }

        return method;
    }

    // What stands before its number.
    private static string SwitchName(string part)
    {
        int digit = part.AsSpan().IndexOfAnyInRange('0', '9');
        return digit < 0 ? part : part[..digit];
    }

    private static Method Base(string text)
    {
        if (Bases.FirstOrDefault(m => $"{m.Name}:{m.Format}" == text) is { } known)
            return known;
        string name = text.Split(':')[0];
        Method[] family = [.. Bases.Where(m => m.Name == name)];
        throw new InputException(family.Length > 0 && text.Length > name.Length
            ? $"method '{text}': {name} runs in "
                + $"{string.Join(", ", family.Select(m => m.Format))}{Suggestion.For(text, family.Select(m => m.ToString()))}."
            : $"there is no method '{text}'{Suggestion.For(text, Bases.Select(m => m.ToString()))}; accepted are "
                + $"{string.Join(", ", Bases)}, "
                + "each with switches as +m3.");
    }

    private static double Number(string text, MethodSwitch found, string digits)
    {
        if (found.Argument is not { } argument)
            return digits.Length == 0 ? 0 : throw new InputException($"method '{text}': switch {found.Name} takes no number.");
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && argument.Takes(number)
            ? number
            : throw new InputException(
                $"method '{text}': switch {found.Usage} takes {argument}{(digits.Length == 0 ? "" : $", not {digits}")}.");
    }

    private static InputException Unknown(string text, string name, string part, Method method) => new(
        $"method '{text}': there is no switch '{part}'{Suggestion.For(name, MethodSwitches.All.Select(s => s.Name))}; "
        + $"{method.Name} has {Usages(method)}.");

    private static string Usages(Method method) => string.Join(", ", MethodSwitches.Of(method).Select(s => s.Usage));

    private static ImmutableArray<Method> MakeBases()
    {
        NumberFormat[] floats = [.. FloatFormat.All.Select(f => f.Operands.Weights)],
            alike = [.. FloatFormat.All.Where(f => f.Operands.Wide is null).Select(f => f.Operands.Weights)];
        (NumberFormat W, NumberFormat A)[] pairs =
        [
            (NumberFormat.Int16, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int8),
                (NumberFormat.Int4, NumberFormat.Int8),
            (NumberFormat.Int8, NumberFormat.Int16), (NumberFormat.Int16, NumberFormat.Int16),
        ];
        return
        [
            .. floats.Select(f => new Backpropagation(f)),
            .. pairs.Where(p => p.A == NumberFormat.Int8 && p.W != NumberFormat.Int4)
                .Select(p => new Backpropagation(NumberFormat.Fp32) { FixedPoint = new(p.W, p.A) }),
            .. alike.Select(f => new Backpropagation(f) { Activities = new() }),
            .. alike.Select(f => new ForwardGradient(f, Estimator: Estimator.Jvp)),
            .. floats.Select(f => new ForwardGradient(f, Estimator: Estimator.Spsa)),
            .. floats.Select(f => new ForwardGradient(f)),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A)),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A, InSteps: true)),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A) { HasMagnitude = true }),
            .. pairs.Select(p => new QuantizedForwardGradient(p.W, p.A)
            {
                HasMagnitude = true,
                IsQuzo = true,
                RandomBits = new(MethodSwitches.AllRandomBits, MethodSwitches.AllRandomBits),
            }),
        ];
    }
}
