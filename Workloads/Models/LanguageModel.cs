using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// A transformer that reads tokens, with a classifier "head" on the pooler (BERT), the first token (DistilBERT) or the last one
/// (OPT, Llama), or with one class for each token of its vocabulary at every position. Samples are [tokens, 1, 1], whole numbers
/// below the vocabulary. Parameters: "embed.token", "embed.position", "embed.type", "embed.norm", "block1.attention.query" (key,
/// value, output), "block1.norm1", "block1.mlp.hidden" (of Llama also "gate"), "block1.mlp.output", "block1.norm2", …, "norm",
/// "pooler", "head".
/// </summary>
/// <param name="Family">How blocks are made.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Width">Length of a token.</param>
/// <param name="Heads">Attention heads, a divisor of the width.</param>
/// <param name="Hidden">Width of the hidden layer of each block.</param>
/// <param name="Vocabulary">Tokens that are told apart.</param>
/// <param name="Positions">Rows of the position table, <paramref name="FirstPosition"/> included; 0: rotary positions.</param>
/// <param name="FirstPosition">Row of the position table that the first token takes.</param>
/// <param name="Types">Rows of the table of token types, of which the first is added everywhere; 0: there is none.</param>
public sealed record LanguageModel(
    LanguageFamily Family, int Layers, int Width, int Heads, int Hidden, int Vocabulary, int Positions = 0, int FirstPosition = 0,
    int Types = 0)
{
    private bool IsLlama => Family == LanguageFamily.Llama;

    // True: each part normalises what it reads; false: each sum is normalised.
    private bool NormalizesFirst => Family is LanguageFamily.Llama or LanguageFamily.Opt;

    /// <summary>The classifier for a batch size, with inputs "images" [B, tokens, 1, 1] and "labels" [B]; see
    /// <see cref="Model.Build"/>.</summary>
    /// <param name="batch">Samples.</param>
    /// <param name="tokens">Tokens of a sample.</param>
    /// <param name="classes">Classes.</param>
    /// <exception cref="GraphException">There are fewer positions than tokens.</exception>
    public Graph Build(int batch, int tokens, int classes)
    {
        GraphBuilder g = new();
        Value x = Trunk(g, batch, tokens);
        Value token = g.Apply("read token", new Slice(1, NormalizesFirst ? tokens - 1 : 0, 1), x);
        token = g.Apply("read features", new Reshape([batch, Width]), token);
        if (Family == LanguageFamily.Bert)
            token = g.Apply("pooler.tanh", new Tanh(), g.Dense("pooler", token, Width));
        return g.Classify(token, classes);
    }

    /// <summary>
    /// The next token of every position: inputs "images" [B, tokens, 1, 1] and "labels" [B, tokens], outputs "logits"
    /// [B·tokens, vocabulary] and "loss". Llama's matrix "head.weight" is its own, the others' is the token table.
    /// </summary>
    /// <param name="batch">Samples.</param>
    /// <param name="tokens">Tokens of a sample.</param>
    /// <exception cref="GraphException">There are fewer positions than tokens, or tokens attend to later ones.</exception>
    public Graph BuildNextToken(int batch, int tokens)
    {
        if (!NormalizesFirst)
            throw new GraphException($"{Family} reads later tokens too and predicts none; accepted are Opt and Llama.");
        GraphBuilder g = new();
        Value x = Trunk(g, batch, tokens);
        Value table = IsLlama ? g.Parameter("head.weight", [Vocabulary, Width])
            : g.Build().Parameters.Single(p => p.Name == "embed.token.weight");
        Value logits = g.Apply("rows of logits", new Reshape([batch * tokens, Vocabulary]),
            g.Apply("head", new Linear(), x, table));
        Value labels = g.Apply("rows of labels", new Reshape([batch * tokens]), g.Input("labels", [batch, tokens]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    // [B, tokens, width]
    private Value Trunk(GraphBuilder g, int batch, int tokens)
    {
        if (Positions > 0 && tokens > Positions - FirstPosition)
            throw new GraphException($"{tokens} tokens: the position table has room for {Positions - FirstPosition}.");
        Value found = g.Apply("embed", new Lookup(), g.Images([tokens, 1, 1], batch),
            g.Parameter("embed.token.weight", [Vocabulary, Width]));
        Value x = g.Apply("tokens", new Reshape([batch, tokens, Width]), found);
        if (Positions > 0)
        {
            Value table = g.Parameter("embed.position.weight", [Positions, Width]);
            Value rows = g.Apply("positions", new Slice(0, FirstPosition, tokens), table);
            x = g.Apply("positioned", new Add(), x, rows);
        }

        if (Types > 0)
        {
            Value type = g.Apply("type", new Slice(0, 0, 1), g.Parameter("embed.type.weight", [Types, Width]));
            x = g.Apply("typed", new Add(), x, type);
        }

        if (!NormalizesFirst)
            x = g.LayerNorm("embed.norm", x);
        for (int i = 1; i <= Layers; i++)
            x = Block(g, $"block{i}", x);
        return NormalizesFirst ? Norm(g, "norm", x) : x;
    }

    private Value Block(GraphBuilder g, string name, Value x)
    {
        x = Around(g, $"{name}.norm1", $"{name}.attended", x, y => g.Attention(
            $"{name}.attention", y, Heads, hasBiases: !IsLlama, isCausal: NormalizesFirst, isRotary: IsLlama));
        return Around(g, $"{name}.norm2", $"{name}.result", x, y => g.Dense(
            $"{name}.mlp.output", Activated(g, $"{name}.mlp", y), Width, !IsLlama));
    }

    private Value Activated(GraphBuilder g, string name, Value x)
    {
        Value hidden = g.Dense($"{name}.hidden", x, Hidden, !IsLlama);
        return Family switch
        {
            LanguageFamily.Llama => g.Apply($"{name}.gated", new Mul(),
                g.Apply($"{name}.silu", new Swish(), g.Dense($"{name}.gate", x, Hidden, false)), hidden),
            LanguageFamily.Opt => g.Apply($"{name}.relu", new Relu(), hidden),
            _ => g.Apply($"{name}.gelu", new Gelu(), hidden),
        };
    }

    private Value Around(GraphBuilder g, string norm, string sum, Value x, Func<Value, Value> part) => NormalizesFirst
        ? g.Apply(sum, new Add(), x, part(Norm(g, norm, x)))
        : Norm(g, norm, g.Apply(sum, new Add(), x, part(x)));

    private Value Norm(GraphBuilder g, string name, Value x) => IsLlama ? g.RootMeanSquareNorm(name, x) : g.LayerNorm(name, x);
}
