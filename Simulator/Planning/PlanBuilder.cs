using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>Collects the tensors and operations of a plan; the only mutable thing about plans.</summary>
internal sealed class PlanBuilder(int batch)
{
    private readonly List<PlanTensor> tensors = [];
    private readonly List<PlannedOp> ops = [];
    private readonly Dictionary<string, int> names = [];

    /// <summary>Number of operations so far.</summary>
    public int OpCount => ops.Count;

    /// <summary>Number of tensors so far.</summary>
    public int TensorCount => tensors.Count;

    /// <summary>A new tensor; its name gets a number where it is taken.</summary>
    public PlanTensor Tensor(string name, Shape shape, NumberFormat format, TensorRole role, int? viewOf = null, int? source = null)
    {
        names[name] = names.GetValueOrDefault(name) + 1;
        string unique = names[name] == 1 ? name : $"{name}#{names[name]}";
        PlanTensor tensor = new(tensors.Count, unique, shape, format, role, viewOf, source);
        tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Part of a tensor, in its memory.</summary>
    /// <param name="whole">Id of the tensor.</param>
    /// <param name="shape">Shape of the part.</param>
    /// <param name="first">Element of the whole at which it begins (see <see cref="PlanTensor.First"/>).</param>
    public int Part(int whole, Shape shape, int first)
    {
        PlanTensor part = tensors[whole] with { Id = tensors.Count, Shape = shape, ViewOf = whole, First = first };
        tensors.Add(part);
        return part.Id;
    }

    /// <summary>Appends an operation.</summary>
    public void Add(PlannedOp op) => ops.Add(op with { Index = ops.Count });

    /// <summary>The plan built so far.</summary>
    public Plan Build(string name) => new(name, batch, [.. tensors], [.. ops]);

    /// <summary>The plan with its operations in another order: the op at <paramref name="order"/>[i] comes at place i.</summary>
    public Plan Build(string name, IEnumerable<int> order) =>
        new(name, batch, [.. tensors], [.. order.Select((from, to) => ops[from] with { Index = to })]);

    /// <summary>The operations so far.</summary>
    public IReadOnlyList<PlannedOp> Ops => ops;
}
