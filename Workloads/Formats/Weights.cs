using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Formats;

/// <summary>One tensor of a weight file.</summary>
/// <param name="Shape">Extents; a scalar is [1].</param>
/// <param name="Values">float32, innermost axis fastest.</param>
public sealed record WeightTensor(Shape Shape, ReadOnlyMemory<float> Values);

/// <summary>Named tensors and text about them: the content of a weight file. Immutable.</summary>
/// <param name="Tensors">By name, in ordinal order.</param>
/// <param name="Metadata">Free text by key, in ordinal order; <c>npusim pretrain</c> records the recipe here.</param>
public sealed record Weights(
    ImmutableSortedDictionary<string, WeightTensor> Tensors, ImmutableSortedDictionary<string, string> Metadata)
{
    /// <summary>Collects tensors and text.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or a tensor's shape and number of values disagree.</exception>
    public static Weights Create(
        IEnumerable<KeyValuePair<string, WeightTensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<string, WeightTensor>(StringComparer.Ordinal);
        foreach ((string name, WeightTensor tensor) in tensors)
        {
            if (tensor.Shape.Count != tensor.Values.Length)
                throw new ArgumentException($"{name} {tensor.Shape} with {tensor.Values.Length} values.", nameof(tensors));
            sorted.Add(name, tensor);
        }

        return new Weights(sorted.ToImmutable(), (metadata ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    /// <summary>
    /// What keeps these weights from being those of a network: a tensor that is missing, has another shape or is not expected,
    /// and values that are not finite. One line each, in the order of <paramref name="expected"/>; empty when all is well.
    /// </summary>
    /// <param name="expected">Name and shape of every parameter.</param>
    public ImmutableArray<string> Validate(IEnumerable<KeyValuePair<string, Shape>> expected)
    {
        ImmutableArray<string>.Builder faults = ImmutableArray.CreateBuilder<string>();
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((string name, Shape shape) in expected)
        {
            names.Add(name);
            if (!Tensors.TryGetValue(name, out WeightTensor? tensor))
                faults.Add(Missing(name, shape));
            else if (tensor.Shape != shape)
                faults.Add(Misshapen(name, tensor.Shape, shape));
            else if (FirstNotFinite(tensor.Values.Span) is int index and >= 0)
                faults.Add($"{Spell(tensor.Values.Span[index])} in {name} at index {index}");
        }

        foreach (string name in Tensors.Keys.Where(name => !names.Contains(name)))
            faults.Add(Stray(name));
        return faults.ToImmutable();
    }

    /// <summary>Refuses weights that are not those of a network.</summary>
    /// <param name="expected">Name and shape of every parameter.</param>
    /// <param name="source">File they come from, for the message.</param>
    /// <exception cref="InputException"><see cref="Validate"/> finds a fault; the message is one line with the first and the
    /// number of others.</exception>
    public void Require(IEnumerable<KeyValuePair<string, Shape>> expected, string source) => Refuse(Validate(expected), source);

    /// <summary>Reads all tensors of a file, once their names and shapes are known to be those of a network.</summary>
    /// <param name="expected">Name and shape of every parameter.</param>
    /// <param name="source">The file, for the message.</param>
    public static TensorChoice Expect(IReadOnlyCollection<KeyValuePair<string, Shape>> expected, string source) => heads =>
    {
        ImmutableArray<string>.Builder faults = ImmutableArray.CreateBuilder<string>();
        foreach ((string name, Shape shape) in expected)
        {
            if (!heads.TryGetValue(name, out TensorHead there))
                faults.Add(Missing(name, shape));
            else if (there.Shape != shape)
                faults.Add(Misshapen(name, there.Shape, shape));
        }

        HashSet<string> names = [.. expected.Select(e => e.Key)];
        faults.AddRange(heads.Keys.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal).Select(Stray));
        Refuse(faults.ToImmutable(), source);
        return names;
    };

    private static string Missing(string name, Shape shape) => $"missing tensor {name} {shape}";

    private static string Misshapen(string name, Shape there, Shape shape) =>
        $"{name} has the shape {there}; the model takes {shape}";

    private static string Stray(string name) => $"tensor {name} is none of the model's";

    private static void Refuse(ImmutableArray<string> faults, string source)
    {
        if (faults.Length > 0)
            throw new InputException($"{source}: {faults[0]}{(faults.Length == 1 ? "" : $" (and {faults.Length - 1} more)")}");
    }

    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    private static string Spell(float value) => float.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}
