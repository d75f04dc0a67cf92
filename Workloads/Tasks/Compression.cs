using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// How pre-trained weights are made smaller before anything adapts: the smallest weights of a matrix become zero (Han et al.
/// 2015, arXiv 1506.02626), and what is left shares the values of a codebook (Deep Compression, arXiv 1510.00149, section 3); or
/// weights are rounded to few steps in groups that have a scale and a zero point each, as language models are (GPTQ, arXiv
/// 2210.17323, without its compensation of errors).
/// </summary>
/// <param name="Prune">Share of each matrix or kernel that becomes zero, those of the smallest magnitude.</param>
/// <param name="Codebook">Values that the rest of each matrix or kernel shares; null: they stay as they are.</param>
/// <param name="Bits">Bits of each weight where groups have scales; null: they have none.</param>
/// <param name="Group">Neighbours along a row that share a scale and a zero point, where there are any.</param>
[Yaml("How pre-trained weights are made smaller before anything adapts. It concerns the weight matrices of linear layers and the "
    + "" +
    "kernels of convolutions, each by itself; biases, normalisations and tables stay as they are.", Key = "compress")]
public sealed record Compression(
    [Yaml("Share of each that becomes zero, the smallest magnitudes (arXiv 1506.02626); at least one weight stays.", Min = 0,
        Max = 0.99)] double Prune = 0,
    [Yaml("Values that the rest of each shares, found by k-means from evenly spread ones (arXiv 1510.00149); null: they stay as "
        + "they are.", Min = 2, Max = 256)]
    int? Codebook = null,
    [Yaml("Bits of each weight, neighbours sharing a scale in fp16 and a zero point (cf. GPTQ, arXiv 2210.17323), for methods in "
        + "floating point; null: they stay as they are.", Min = 2, Max = 8, HideNull = true)]
    int? Bits = null,
    [Yaml("Neighbours that share a scale and a zero point, with bits alone; null: 128.", Min = 8, Max = 65536, HideNull = true)]
    int? Group = null) : IChecked
{
    private const int StandardGroup = 128;

    /// <summary>True: the classifier is left as it is, because something else takes its place before adaptation.</summary>
    public bool KeepsClassifier { get; init; }

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        if (Prune == 0 && Codebook is null && Bits is null)
            yield return new Problem("",
                "neither prune nor codebook nor bits is given; accepted is prune above 0, codebook from 2 to 256, or both, or bits "
                    + "from 2 to 8");
        if (Bits is not null && (Prune > 0 || Codebook is not null))
            yield return new Problem("bits", "stands beside prune or codebook; accepted is bits alone");
        if (Group is not null && Bits is null)
            yield return new Problem("group", "is given without bits; accepted with them");
    }

    /// <summary>The parameters of a network that it concerns: what linear layers and convolutions multiply by.</summary>
    public ImmutableHashSet<string> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        HashSet<Value> tables = [.. graph.Nodes.Where(n => n.Op is Lookup).Select(n => n.Inputs[1])];
        return
        [
            .. graph.Nodes.Where(n => n.Op is Linear or Conv2d && n.Inputs[1].Kind == ValueKind.Parameter
                && !tables.Contains(n.Inputs[1]))
                .Select(n => n.Inputs[1].Name)
                .Where(name => !KeepsClassifier || name != "head.weight"),
        ];
    }

    /// <summary>The form in which a tensor is stored.</summary>
    /// <param name="elements">Its size, at least 1.</param>
    public CompressedForm FormOf(long elements)
    {
        if (Bits is int bits)
            return new CompressedForm(elements, elements, false, null) { GroupBits = bits, Group = Group ?? StandardGroup };
        long kept = Math.Max(1, elements - (long)Math.Round(Prune * elements, MidpointRounding.AwayFromZero));
        return new CompressedForm(elements, kept, Prune > 0, Codebook is int most ? (int)Math.Min(most, kept) : null);
    }
}
