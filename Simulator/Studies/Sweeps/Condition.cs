using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A number or a word.</summary>
/// <param name="Number">The number; NaN for a word.</param>
/// <param name="Word">The word; null for a number.</param>
public readonly record struct Operand(double Number, string? Word)
{
    /// <summary>A number.</summary>
    public Operand(double number) : this(number, null)
    {
    }

    /// <summary>A word.</summary>
    public Operand(string word) : this(double.NaN, word)
    {
    }
}

/// <summary>
/// Comparisons joined by "and", as <c>engine.rows &lt;= 2 * engine.columns and method == bp:fp32</c>: names, numbers with or
/// without unit
/// (<c>64 KiB</c>), + − * / (with blanks around + and −) and brackets; &lt; &lt;= &gt; &gt;= == !=.
/// </summary>
internal sealed partial class Condition
{
    private readonly string text;
    private readonly ImmutableArray<Comparison> comparisons;

    private Condition(string text, ImmutableArray<Comparison> comparisons) => (this.text, this.comparisons) = (text, comparisons);

    /// <summary>Reads a condition.</summary>
    /// <exception cref="InputException">It is none; the message says what is accepted.</exception>
    public static Condition Parse(string text) =>
        new(text, new ConditionParser(text, [.. Token().Matches(text).Select(m => m.Value)]).All());

    /// <summary>Whether it holds.</summary>
    /// <param name="find">The value of a name; null where there is none.</param>
    /// <exception cref="InputException">It speaks of a name that there is not, or compares words by size.</exception>
    public bool Holds(Func<string, Operand?> find) => comparisons.All(c => c.Holds(find, text));

    /// <summary>Whether it holds, where what a name stands for depends on the comparison it is in.</summary>
    /// <param name="find">The value of a name in a comparison whose first name is the subject; null where there is none.</param>
    /// <exception cref="InputException">It speaks of a name that there is not, or compares words by size.</exception>
    public bool Holds(Func<string, string, Operand?> find) => comparisons.All(c => c.Holds(name => find(name, c.Subject), text));

    /// <summary>The names and words in it.</summary>
    public IEnumerable<string> Names => Token().Matches(text).Select(m => m.Value)
        .Where(t => char.IsAsciiLetter(t[0]) && t != "and");

    /// <summary>As it was read.</summary>
    public override string ToString() => text;

    [GeneratedRegex(@"[A-Za-z](?:[A-Za-z0-9_.:\[\]+-]|=(?=[0-9]))*|[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?( ?(?!and\b)[A-Za-z%][A-Za-z/]*)?|<=|>=|==|!=|[<>()+*/-]|\S")]
    private static partial Regex Token();
}

/// <summary>Two sides and how they are compared.</summary>
internal sealed record Comparison(string Subject, Term Left, string Operation, Term Right)
{
    public bool Holds(Func<string, Operand?> find, string text)
    {
        Operand a = Left(find), b = Right(find);
        if ((a.Word is null) == (b.Word is null) && Operation is "==" or "!=")
            return (Operation == "==") == (a.Word is null ? a.Number == b.Number : a.Word == b.Word);
        if (a.Word is not null || b.Word is not null)
            throw new InputException($"'{text}': there is no number '{a.Word ?? b.Word}'.");
        return Operation switch
        {
            "<" => a.Number < b.Number,
            "<=" => a.Number <= b.Number,
            ">" => a.Number > b.Number,
            _ => a.Number >= b.Number,
        };
    }
}

/// <summary>A side of a comparison: its value where the names have theirs.</summary>
internal delegate Operand Term(Func<string, Operand?> find);

/// <summary>Reads conditions by recursive descent.</summary>
internal sealed class ConditionParser(string text, ImmutableArray<string> tokens)
{
    private static readonly string[] Comparing = ["<", "<=", ">", ">=", "==", "!="];

    private int at;

    private string Now => at < tokens.Length ? tokens[at] : "";

    public ImmutableArray<Comparison> All()
    {
        var all = ImmutableArray.CreateBuilder<Comparison>();
        do
        {
            string subject = tokens[at..].FirstOrDefault(t => char.IsAsciiLetter(t[0])) ?? "";
            Term left = Sum();
            string operation = Comparing.Contains(Now) ? tokens[at++] : throw Fault("a comparison (<, <=, >, >=, ==, !=)");
            all.Add(new(subject, left, operation, Sum()));
        }
        while (Taken("and"));
        return at == tokens.Length ? all.ToImmutable() : throw Fault("'and' or the end");
    }

    private Term Sum()
    {
        Term sum = Product();
        while (Now is "+" or "-")
            sum = Joined(sum, tokens[at++], Product());
        return sum;
    }

    private Term Product()
    {
        Term product = Atom();
        while (Now is "*" or "/")
            product = Joined(product, tokens[at++], Atom());
        return product;
    }

    private Term Atom()
    {
        if (Taken("("))
        {
            Term inner = Sum();
            return Taken(")") ? inner : throw Fault("')'");
        }

        if (Taken("-"))
            return Joined(_ => new(0), "-", Atom());
        string token = Now;
        if (token.Length == 0 || (!char.IsAsciiLetterOrDigit(token[0])))
            throw Fault("a name or a number");
        at++;
        if (!char.IsAsciiDigit(token[0]))
            return find => find(token) ?? new(token);
        Operand number = new(Number(token));
        return _ => number;
    }

    private Term Joined(Term a, string operation, Term b) => find =>
    {
        (Operand left, Operand right) = (a(find), b(find));
        if ((left.Word ?? right.Word) is { } word)
            throw new InputException($"'{text}': there is no number '{word}'.");
        return new(operation switch
        {
            "+" => left.Number + right.Number,
            "-" => left.Number - right.Number,
            "*" => left.Number * right.Number,
            _ => right.Number != 0 ? left.Number / right.Number : throw new InputException($"'{text}' divides by 0."),
        });
    };

    // In the unit that values have in a profile: bytes, hertz, picojoules.
    private double Number(string token)
    {
        int end = token.IndexOfAny([.. "abcdfghijklmnopqrstuvwxyzABCDFGHIJKLMNOPQRSTUVWXYZ%"]);
        string digits = (end < 0 ? token : token[..end]).TrimEnd(), unit = end < 0 ? "" : token[end..].Trim();
        if (unit is "" or "%")
        {
            if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double plain) && double.IsFinite(plain))
                return plain;
            at--;
            throw Fault("a number that double precision holds");
        }

        foreach (Unit known in Quantity.All.SelectMany(q => q.Units))
        {
            if (known.Symbol == unit && Quantity.ToDouble(digits, known) is double number)
                return number;
        }

        at--;
        throw Fault($"a unit of {string.Join(", ", Quantity.All.Select(q => q.Units[0].Symbol))} and their multiples");
    }

    private bool Taken(string token)
    {
        if (Now != token)
            return false;
        at++;
        return true;
    }

    private InputException Fault(string accepted) =>
        new($"condition '{text}': found {(Now.Length > 0 ? $"'{Now}'" : "the end")}; accepted is {accepted}, as in engine.rows "
            + $"<= 2 * engine.columns.");
}
