using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Schemes;

/// <summary>One layer of a sparse update.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Share">Share of its input channels whose weights train, 0..1; at 0 the bias alone. The bias trains
/// always.</param>
public readonly record struct SparseLayer(string Layer, double Share)
{
    /// <summary>As "conv2=0.5"; without the share where the whole layer trains.</summary>
    public override string ToString() => Share == 1 ? Layer : $"{Layer}={Share.ToString(CultureInfo.InvariantCulture)}";
}

/// <summary>
/// Sparse backpropagation ("On-Device Training Under 256KB Memory", arXiv 2206.15472): chosen layers train, of some only the
/// weights of the first input channels; nothing is propagated below the deepest of them.
/// </summary>
public static class SparseLayers
{
    /// <summary>What the text of such a scheme starts with.</summary>
    public const string Name = "sparse";

    internal const string Description =
        "chosen layers; SHARE in 0..1: of the input channels whose weights train, 0: the bias alone";

    internal static SchemeFamily Family { get; } = new(
        Name, Description, "Where chosen layers and channels train",
        text => text.StartsWith($"{Name}:", StringComparison.Ordinal) ? Parse(text) : null)
    {
        Options = ":LAYER[=SHARE],…",
    };

    /// <summary>The scheme in which these layers train.</summary>
    /// <param name="layers">Layers, each once; at least one.</param>
    public static TuningScheme Of(IReadOnlyList<SparseLayer> layers) =>
        new($"{Name}:{string.Join(',', layers)}", "sparse backpropagation: chosen layers and channels",
            graph => Apply(graph, layers));

    /// <summary>Reads "sparse:LAYER[=SHARE],…".</summary>
    /// <exception cref="InputException">A share is no number in 0..1, or a layer has no name or occurs twice.</exception>
    internal static TuningScheme Parse(string text)
    {
        SparseLayer[] layers = [.. text[(Name.Length + 1)..].Split(',').Select(item => Layer(item, text))];
        string? twice = layers.GroupBy(l => l.Layer).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null ? Of(layers) : throw new InputException($"scheme '{text}' names layer '{twice}' twice.");
    }

    private static SparseLayer Layer(string item, string text)
    {
        string[] parts = item.Split('=', 2);
        double share = 1;
        bool isNumber = parts.Length == 1
            || double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share);
        return parts[0].Length > 0 && isNumber && share is >= 0 and <= 1
            ? new(parts[0], share)
            : throw new InputException(
                $"scheme '{text}': '{item}' is no layer; accepted is LAYER or LAYER=SHARE with a share from 0 to 1.");
    }

    private static Tuning Apply(Graph graph, IReadOnlyList<SparseLayer> layers)
    {
        Dictionary<string, Node> nodes = graph.Nodes.Where(HasParameters).ToDictionary(n => n.Output.Name);
        HashSet<string> trained = [];
        Dictionary<string, (string Layer, int Kept)> parts = []; // of each weight
        var channels = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach ((string layer, double share) in layers)
        {
            if (!nodes.TryGetValue(layer, out Node? node))
                throw new GraphException(
                    $"there is no layer '{layer}'{Suggestion.For(layer, nodes.Keys)}; layers are "
                        + $"{string.Join(", ", nodes.Keys)}.");
            Value weight = node.Inputs[1];
            int kept = weight.Shape[^1];
            if (share > 0 && share < 1)
            {
                if (!CanSplit(node.Op))
                    throw new GraphException(
                        $"layer '{layer}' ({node.Op.Name}) does not mix all its channels: its share is 0 or 1; got "
                            + $"{share.ToString(CultureInfo.InvariantCulture)}.");
                kept = (int)Math.Ceiling(share * weight.Shape[^1]);
                if (kept < weight.Shape[^1])
                    channels[weight.Name] = kept;
            }

            kept = share > 0 ? kept : 0;
            if (parts.TryGetValue(weight.Name, out var other) && other.Kept != kept)
                throw new GraphException(
                    $"layers '{other.Layer}' and '{layer}' share '{weight.Name}' but are given unequal shares of it; accepted is "
                        + $"one share.");
            parts[weight.Name] = (layer, kept);
            if (share > 0)
                trained.Add(weight.Name);
            if (node.Inputs.Length > 2)
                trained.Add(node.Inputs[2].Name);
        }

        return Tuning.Of(graph, trained.Contains) with { Channels = channels.ToImmutable() };
    }

    /// <summary>The layers of a network that a sparse update can choose, in order.</summary>
    /// <param name="graph">The network.</param>
    /// <returns>Name of each, and how many of its input channels can train without the others; 1 where all train or
    /// none.</returns>
    public static IEnumerable<(string Name, int Channels)> Of(Graph graph) =>
        graph.Nodes.Where(HasParameters).Select(n => (n.Output.Name, CanSplit(n.Op) ? n.Inputs[1].Shape[^1] : 1));

    // A depthwise convolution has no sum over channels of which some could be left out.
    private static bool CanSplit(Op op) => op is Linear or Conv2d { Groups: 1 };

    private static bool HasParameters(Node node) =>
        node.Op is Linear or Conv2d or LayerNorm or BatchNorm && node.Inputs[1].Kind == ValueKind.Parameter;
}
