using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Frozen weights that are stored compressed, and their unfolding: just before the operation that reads one, into scratch memory.
/// The only place where such operations enter a plan.
/// </summary>
internal sealed class Decoding
{
    private readonly PlanBuilder plan;
    private readonly OperandFormats formats;
    private readonly HashSet<string> names;
    private readonly Dictionary<int, Stored> stored = []; // by value id of the weight
    private readonly Dictionary<int, int> shared = [];    // decoded tensors that several operations of a pass read
    // Of each weight in the pass: true for those that no trained weight feeds
    private Dictionary<int, bool[]> readers = [];

    private sealed record Stored(CompressedForm Form, NumberFormat Format, int? Mask, int? Indices, int? Zeros, int Values);

    /// <summary>Finds out which weights are stored compressed: those that compression concerns and that do not train.</summary>
    public Decoding(PlanBuilder plan, OperandFormats formats, Graph graph, IReadOnlySet<string> trained)
    {
        (this.plan, this.formats) = (plan, formats);
        names = formats.Compression is { } compression ? [.. compression.Of(graph).Where(name => !trained.Contains(name))] : [];
    }

    /// <summary>True for weights that are stored compressed.</summary>
    public bool Holds(Value value) => value.Kind == ValueKind.Parameter && names.Contains(value.Name);

    /// <summary>True where one operation of the pass alone reads a weight, so that it may be unfolded in parts.</summary>
    public bool IsReadOnce(Value weight) => readers[weight.Id].Length == 1;

    /// <summary>Declares what is stored of a weight.</summary>
    public void Declare(Value weight, NumberFormat format)
    {
        CompressedForm form = formats.Compression!.FormOf(weight.Shape.Count);
        stored.Add(weight.Id, new(
            form, format,
            form.IsPruned ? Bytes(CompressedForm.MaskOf(weight.Name), form.MaskBytes) : null,
            form.IndexBits == 0 ? null : Bytes(CompressedForm.IndicesOf(weight.Name), form.IndexBytes),
            form.GroupBits is null ? null : Bytes(CompressedForm.ZerosOf(weight.Name), form.ZeroBytes),
            plan.Tensor(CompressedForm.ValuesOf(weight.Name), [(int)form.Values],
                form.GroupBits is null ? format : NumberFormat.Fp16, TensorRole.FrozenWeight, source: weight.Id).Id));

        int Bytes(string name, long count) => plan.Tensor(name, [(int)count], NumberFormat.Int8, TensorRole.FrozenWeight).Id;
    }

    /// <summary>Begins a pass: a weight that several of its operations read is unfolded once in it and stays until the last of
    /// them.</summary>
    /// <param name="nodes">Its operations, and whether a trained weight feeds each.</param>
    public void Begin(IEnumerable<(Node Node, bool Moves)> nodes)
    {
        shared.Clear();
        readers = nodes.SelectMany(n => n.Node.Inputs.Where(Holds).Select(v => (v.Id, n.Moves))).GroupBy(r => r.Id)
            .ToDictionary(g => g.Key, g => g.Select(r => !r.Moves).ToArray());
    }

    /// <summary>Emits the unfolding of a whole weight, unless the pass has done so.</summary>
    /// <returns>The unfolded tensor.</returns>
    public int Emit(Value weight, Phase phase, int direction)
    {
        if (shared.TryGetValue(weight.Id, out int known))
            return known;
        int decoded = Emit(weight, weight.Shape, 0, phase, direction);
        if (!IsReadOnce(weight))
            shared.Add(weight.Id, decoded);
        return decoded;
    }

    /// <summary>Emits the unfolding of some output channels.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="shape">Extents of the part.</param>
    /// <param name="first">Element of the weight at which it begins.</param>
    /// <param name="phase">Phase of the operation that reads it.</param>
    /// <param name="direction">Direction of that operation.</param>
    /// <returns>The unfolded tensor.</returns>
    public int Emit(Value weight, Shape shape, int first, Phase phase, int direction)
    {
        Stored of = stored[weight.Id];
        Decode decode = new(of.Form, shape, first);
        List<int> inputs = [];
        if (of.Mask is int mask)
            inputs.Add(Share(mask, of.Form.MaskBytes));
        if (of.Indices is int indices)
            inputs.Add(Share(indices, of.Form.IndexBytes));
        if (of.Zeros is int zeros)
            inputs.Add(Share(zeros, of.Form.ZeroBytes));
        inputs.Add(of.Form.Entries is null ? Share(of.Values, of.Form.Values) : of.Values);
        int decoded = plan.Tensor($"{weight.Name} decoded", shape, of.Format, TensorRole.DecodedWeight, source: weight.Id).Id;
        bool frozen = readers[weight.Id].All(isFrozen => isFrozen);
        plan.Add(new PlannedOp(
            0, $"decode {weight.Name}", decode, [.. inputs], decoded, phase, formats.ElementUnit(),
            direction, frozen));
        return decoded;

        // From where the share of all before it ends to where its own does.
        int Share(int tensor, long length)
        {
            if (shape.Count == weight.Shape.Count)
                return tensor;
            long from = length * first / weight.Shape.Count, to = length * (first + shape.Count) / weight.Shape.Count;
            return plan.Part(tensor, [(int)Math.Max(1, to - from)], (int)from);
        }
    }
}
