using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks;

/// <summary>
/// Constants that a file uses more than once. They become one parameter, whose gradient is the sum of its uses: a use in the same
/// form reads the parameter, weights that lie the other way round read it through a transpose. Where one tensor cannot serve both
/// uses, the later one gets a copy that says so (<see cref="Value.CopyOf"/>).
/// </summary>
internal sealed class TiedConstants
{
    private readonly Dictionary<object, List<(ConstantForm Form, Value Value)>> uses = [];

    /// <summary>Name of the parameter that a constant was declared as first; null where this is its first use.</summary>
    public string? FirstOf(ConstantForm form) => uses.TryGetValue(form.Constant, out var known) ? known[0].Value.Name : null;

    /// <summary>Remembers what a use of a constant reads.</summary>
    public void Add(ConstantForm form, Value value)
    {
        if (!uses.TryGetValue(form.Constant, out var known))
            uses.Add(form.Constant, known = []);
        known.Add((form, value));
    }

    /// <summary>What there is already for this use; null where there is nothing that could serve it.</summary>
    /// <param name="parts">The network that is read.</param>
    /// <param name="form">The use.</param>
    /// <param name="shape">Extents that it needs.</param>
    /// <param name="scale">What 8-bit integers stand for.</param>
    public Value? Find(NetworkParts parts, ConstantForm form, Shape shape, ValueScale? scale)
    {
        if (!uses.TryGetValue(form.Constant, out var known))
            return null;
        var alike = known.FindAll(u => ReferenceEquals(u.Form.Content, form.Content) && u.Form.Meaning == form.Meaning);
        foreach ((ConstantForm other, Value value) in alike)
        {
            if (value.Shape == shape && SameOrder(other.Order, form.Order))
                return value;
        }

        if (!form.Turns || scale is { Steps.Length: > 1 })
            return null;
        foreach ((ConstantForm other, Value value) in alike.Where(u => u.Value.Kind == ValueKind.Parameter))
        {
            if (AxisOrder.Between(value.Shape,
                Places(other.Order?.Invoke(), form.Order?.Invoke(), (int)shape.Count)) is not { } axes
                || AxisOrder.IsIdentity(axes))
                continue;
            Value turned = parts.Moved($"{value.Name} turned", new Transpose(axes), value);
            if (turned.Shape != shape)
                turned = parts.Moved($"{value.Name} reshaped", new Reshape(shape), turned);
            Add(form, turned);
            return turned;
        }

        return null;
    }

    private static bool SameOrder(Func<int[]>? first, Func<int[]>? second)
    {
        if (first is null && second is null)
            return true;
        (int[]? a, int[]? b) = (first?.Invoke(), second?.Invoke());
        int[] given = a ?? b!;
        return a is not null && b is not null ? a.AsSpan().SequenceEqual(b) : given.Select((to, i) => to == i).All(same => same);
    }

    // Element i of the second form is which element of the first?
    private static int[] Places(int[]? first, int[]? second, int count)
    {
        int[] place = new int[count];
        for (int i = 0; i < count; i++)
            place[first is null ? i : first[i]] = i;
        return [.. Enumerable.Range(0, count).Select(i => place[second is null ? i : second[i]])];
    }
}
