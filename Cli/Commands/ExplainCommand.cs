using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Completions;
using NpuSim.Cli.Explanations;
using NpuSim.Cli.Terminal;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>npusim explain: what a figure, a method, a scheme or a key is, from the declaration that makes it.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string[]> names = new("name")
        {
            Description = "A figure (scratch), a method with switches (qzo-ff:16w8a+m3), a format of floats (fp8), a switch, a scheme (lora), a key of "
                + "profiles or workloads (engine.rows), or its value in one (cortex-m4.memory.scratchpad.size, my.yaml.clock); "
                + "none: lists them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.CompletionSources.Add(context => Offered(context.WordToComplete).Select(n => new CompletionItem(n)));
        Command command = new("explain",
            "Explains a figure, a method, a scheme or a key: definition, unit, formula, source, docs.")
        {
            names,
        };
        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(names) ?? [];
            if (wanted.Length == 0)
                List(Console.Out);
            ImmutableArray<Topic> topics = [.. wanted.SelectMany(w => Find(w))]; // all are found before any is printed
            for (int i = 0; i < topics.Length; i++)
            {
                if (i > 0)
                    Console.WriteLine();
                topics[i].Write(Console.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static ImmutableArray<Topic> Find(string text)
    {
        ImmutableArray<Topic> called = [.. Topics.Called(text), .. Keys.Called(text)];
        if (!called.IsEmpty)
            return called;
        string[] names = [.. Names, .. Keys.All];
        throw new InputException($"there is no figure, method, format, switch, scheme or key '{text}'{Suggestion.For(text, names)}; "
            + "npusim explain lists them");
    }

    private static IEnumerable<string> Names =>
        Topics.All.SelectMany(t => t.Aliases.Prepend(t.Name)).Where(n => !n.Contains(' '));

    private static string[] Offered(string typed) =>
        typed.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 && Keys.Of(typed[..dot]).ToArray() is { Length: > 0 } keys
            ? keys : [.. Names, .. Keys.Owners, .. Keys.All];

    private static void List(TextWriter output)
    {
        foreach ((string heading, IEnumerable<Topic> topics) in new[]
        {
            ("figures of reports", Topics.Figures), ("methods", Topics.Methods),
            ("formats of floats", Topics.Formats), ("switches of methods", Topics.Switches),
            ("tuning schemes", Topics.Schemes),
        })
        {
            output.WriteLine(heading);
            foreach (Topic topic in topics)
                output.WriteLine($"  {topic.Name,-24} {topic.Meaning}");
        }

        output.WriteLine("keys of profiles and workloads, as engine.rows or cortex-m4.clock");
        foreach (string key in Keys.All.Where(k => !k.Contains('.')))
            output.WriteLine($"  {key,-24} {Keys.Called(key)[0].Meaning}");
    }
}
