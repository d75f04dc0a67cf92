using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks;

/// <summary>Values of a parameter: floats, and integers where the file is quantised. Made when asked for.</summary>
internal sealed record ParameterValues(Func<float[]> Floats, Func<int[]>? Integers);

/// <summary>
/// A network while it is read, at one batch size: the graph, what its parameters hold and how its values are quantised. Names
/// come from the file, cut to one short line and made unique.
/// </summary>
internal sealed class NetworkParts(int batch)
{
    /// <summary>The longest window, stride and padding that is read: sums of them stay within 32 bits.</summary>
    public const int LongestStep = 1 << 20;

    private const int LongestName = 80;

    private readonly TiedConstants ties = new();

    public int Batch { get; } = batch;

    public GraphBuilder Graph { get; } = new();

    public Dictionary<string, ParameterValues> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>By parameter name: what keeps its integers from an 8-bit machine.</summary>
    public Dictionary<string, string> Remarks { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ValueScale> Scales { get; } = new(StringComparer.Ordinal);

    /// <summary>A name as a graph can use it: one short line, and none that every model gives a meaning.</summary>
    public static string Name(string name)
    {
        string line = InputFile.OneLine(name);
        line = line.Length > LongestName ? line[..LongestName] : line.Length == 0 ? "unnamed" : line;
        return line is "images" or "labels" or "logits" or "loss" || line.StartsWith("head.", StringComparison.Ordinal)
            ? $"file {line}" : line;
    }

    /// <summary>The network's input, images [batch, height, width, channels].</summary>
    public Value Images(Shape sample) => Graph.Input("images", [Batch, .. sample]);

    /// <summary>Declares a parameter; the name gets a number where it is taken.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its extents in the graph.</param>
    /// <param name="floats">Its real numbers.</param>
    /// <param name="integers">Its integers; null where it has none.</param>
    /// <param name="scale">What 8-bit integers stand for.</param>
    /// <param name="form">Of which constant of the file it is which form; constants that are used again stay one parameter. Null:
    /// of none.</param>
    public Value Parameter(
        string name, Shape shape, Func<float[]> floats, Func<int[]>? integers = null, ValueScale? scale = null,
        ConstantForm? form = null)
    {
        if (form is not null && ties.Find(this, form, shape, scale) is { } tied)
        {
            if (integers is null && Parameters.TryGetValue(tied.Name, out ParameterValues? values))
                Parameters[tied.Name] = values with { Integers = null };
            return tied;
        }

        string unique = Graph.Unique(name);
        Parameters[unique] = new ParameterValues(floats, integers);
        if (scale is not null)
            Scales[unique] = scale;
        Value value = Graph.Parameter(unique, shape, form is null ? null : ties.FirstOf(form));
        if (form is not null)
            ties.Add(form, value);
        return value;
    }

    /// <summary>Says what the integers of a value stand for.</summary>
    public Value Quantized(Value value, ValueScale? scale)
    {
        if (scale is not null)
            Scales[value.Name] = scale;
        return value;
    }

    /// <summary>Each sample as one row.</summary>
    public Value Rows(Value x) =>
        x.Shape.Rank == 2 ? x : Moved($"{x.Name} rows", new Reshape([Batch, (int)(x.Shape.Count / Batch)]), x);

    /// <summary>The same elements of several values of one scale, one after another.</summary>
    public Value Moved(string name, Op move, ImmutableArray<Value> all) =>
        Quantized(Graph.Apply(name, move, all), Scales.GetValueOrDefault(all[0].Name));

    /// <summary>The same elements elsewhere or under another shape; integers stand for what they stood for.</summary>
    public Value Moved(string name, Op move, Value x) => Quantized(Graph.Apply(name, move, x), Scales.GetValueOrDefault(x.Name));
}
