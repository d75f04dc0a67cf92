using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>Collects the tensors and operations of a plan; the only mutable thing about plans.</summary>
/// <param name="batch">Samples of a step.</param>
/// <param name="rounds">Micro-batches that it is cut into.</param>
/// <param name="random">Where operations round at random.</param>
internal sealed class PlanBuilder(int batch, int rounds = 1, RandomBits random = default)
{
    private readonly List<PlanTensor> tensors = [];
    private readonly List<PlannedOp> ops = [];
    private readonly Dictionary<string, int> names = [];
    private int loops, loop;

    /// <summary>Share of a step's samples that run at once, 0..1.</summary>
    public double Share => 1.0 / rounds;

    /// <summary>True where operations between <see cref="BeginLoop"/> and <see cref="EndLoop"/> run several times.</summary>
    public bool HasRounds => rounds > 1;

    /// <summary>Operations from here on run for each micro-batch.</summary>
    public void BeginLoop() => loop = HasRounds ? ++loops : 0;

    /// <summary>Operations from here on run once.</summary>
    public void EndLoop() => loop = 0;

    /// <summary>Number of operations so far.</summary>
    public int OpCount => ops.Count;

    /// <summary>Number of tensors so far.</summary>
    public int TensorCount => tensors.Count;

    /// <summary>A new tensor; its name gets a number where it is taken.</summary>
    public PlanTensor Tensor(string name, Shape shape, NumberFormat format, TensorRole role, int? source = null) =>
        Added(new(0, name, shape, format, role, null, source));

    /// <summary>A tensor in the memory of another, in its format.</summary>
    /// <param name="name">Its name, which gets a number where it is taken.</param>
    /// <param name="shape">Its shape, of as many elements.</param>
    /// <param name="of">Id of the other tensor.</param>
    /// <param name="role">Its class, unless it is a view of a weight: then the weight's.</param>
    /// <param name="source">Id of the graph value it holds.</param>
    public PlanTensor View(string name, Shape shape, int of, TensorRole role, int? source) =>
        Added(new(0, name, shape, tensors[of].Format, tensors[of].IsPersistent ? tensors[of].Role : role, of, source));

    /// <summary>Id of the tensor whose memory this one is.</summary>
    public int Owner(int id) => tensors[id].ViewOf is int under ? Owner(under) : id;

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
    public void Add(PlannedOp op) => ops.Add(op with { Index = ops.Count, Loop = loop, RandomBits = BitsOf(op.Phase) });

    /// <summary>The plan built so far.</summary>
    public Plan Build(string name) => Build(name, Enumerable.Range(0, ops.Count));

    /// <summary>The plan with its operations in another order: the op at <paramref name="order"/>[i] comes at place i.</summary>
    public Plan Build(string name, IEnumerable<int> order) =>
        new(HasRounds ? $"{name}, {batch / rounds} at a time" : name, batch, [.. tensors],
            [.. order.Select((from, to) => ops[from] with { Index = to })])
        {
            Rounds = rounds,
        };

    /// <summary>The operations so far.</summary>
    public IReadOnlyList<PlannedOp> Ops => ops;

    private int BitsOf(Phase phase) => phase switch
    {
        Phase.Perturb => random.Perturbation,
        Phase.Update => random.Update,
        Phase.Backward => random.Gradient,
        _ => 0,
    };

    private PlanTensor Added(PlanTensor tensor)
    {
        names[tensor.Name] = names.GetValueOrDefault(tensor.Name) + 1;
        tensor = tensor with
        {
            Id = tensors.Count,
            Name = names[tensor.Name] == 1
            ? tensor.Name : $"{tensor.Name}#{names[tensor.Name]}"
        };
        tensors.Add(tensor);
        return tensor;
    }
}
