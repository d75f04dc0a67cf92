using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Models;

/// <summary>
/// Published language models by name, which are planned and timed, but too large to be trained here; "NAME-lm" predicts the next
/// token at every position, "NAME" classifies a text. Shapes: the models' config.json as published.
/// </summary>
public static class LanguageModels
{
    /// <summary>Tokens of a sample unless others are asked for.</summary>
    public const int StandardTokens = 256;

    private const int StandardClasses = 2, MostTokens = 1 << 15;
    private const string NextToken = "-lm";

    private static readonly (string Name, LanguageModel Model)[] Entries =
    [
        ("distilbert-base", new(LanguageFamily.DistilBert, 6, 768, 12, 3072, 30522, 512)),
        ("bert-base", new(LanguageFamily.Bert, 12, 768, 12, 3072, 30522, 512, Types: 2)),
        ("bert-large", new(LanguageFamily.Bert, 24, 1024, 16, 4096, 30522, 512, Types: 2)),
        ("roberta-large", new(LanguageFamily.Bert, 24, 1024, 16, 4096, 50265, 514, FirstPosition: 2, Types: 1)),
        ("llama2-7b", new(LanguageFamily.Llama, 32, 4096, 32, 11008, 32000)),
        ("opt-6.7b", new(LanguageFamily.Opt, 32, 4096, 32, 16384, 50272, 2050, FirstPosition: 2)),
        ("opt-13b", new(LanguageFamily.Opt, 40, 5120, 40, 20480, 50272, 2050, FirstPosition: 2)),
    ];

    /// <summary>The names <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Entries.Select(e => e.Name),
        .. Entries.Where(e => e.Model.Family is LanguageFamily.Llama or LanguageFamily.Opt).Select(e => e.Name + NextToken),
    ];

    /// <summary>A model by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="tokens">Tokens of a sample; null: <see cref="StandardTokens"/>.</param>
    /// <exception cref="InputException">There is no such model, or it does not take so many tokens.</exception>
    public static Model Find(string name, int? tokens = null)
    {
        int length = tokens ?? StandardTokens;
        LanguageModel model = Names.Contains(name) ? Entries.Single(e => e.Name == Base(name)).Model
            : throw new InputException(
                $"there is no language model '{name}'{Suggestion.For(name, Names)}; there are {string.Join(", ", Names)}.");
        int most = model.Positions > 0 ? model.Positions - model.FirstPosition : MostTokens;
        if (length < 1 || length > most)
            throw new InputException($"model '{name}' for {length} tokens: takes 1 to {most}.");
        return name == Base(name)
            ? new(name, [length, 1, 1], StandardClasses, batch => model.Build(batch, length, StandardClasses))
            : new(name, [length, 1, 1], model.Vocabulary, batch => model.BuildNextToken(batch, length));
    }

    private static string Base(string name) =>
        name.EndsWith(NextToken, StringComparison.Ordinal) ? name[..^NextToken.Length] : name;
}
