using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans forward passes of one network: declares its inputs and weights once, then emits passes, perturbed or not. In fixed point
/// a ReLU joins the layer it follows, and trained biases and tables are brought to the scale their operation needs.
/// </summary>
internal sealed class NetworkPass
{
    private const int LeastChannels = 32;     // the width of common arrays: smaller parts would leave columns idle
    private const int PartBytes = 48 * 1024;  // perturbed weights that lie beside the stored ones

    private readonly PlanBuilder plan;
    private readonly OperandFormats formats;
    private readonly IReadOnlySet<string> trained;
    private readonly ImmutableArray<Node> nodes;
    private readonly Dictionary<int, Node> rectifiers;      // value id of a layer's result → the ReLU that joins the layer
    private readonly HashSet<int> moving = [];              // value ids that a trained weight feeds
    private readonly HashSet<int> summands;                 // value ids of which the logits are the sum
    private readonly Dictionary<int, int> given = [];       // value id of an input or weight → tensor id
    private readonly Dictionary<int, int> parameterIndex;
    private readonly Value logits;

    /// <summary>Declares inputs and weights of the part of <paramref name="graph"/> that <paramref name="output"/> needs.</summary>
    public NetworkPass(PlanBuilder plan, Graph graph, string output, OperandFormats formats, IReadOnlySet<string> trained)
    {
        (this.plan, this.formats, this.trained) = (plan, formats, trained);
        logits = graph.Outputs["logits"];
        nodes = Reaching(graph, [graph.Outputs[output]]);
        parameterIndex = graph.Parameters.Select((p, i) => (p.Id, i)).ToDictionary();
        foreach (Node node in nodes)
        {
            if (node.Inputs.Any(i => trained.Contains(i.Name) || moving.Contains(i.Id)))
                moving.Add(node.Output.Id);
        }

        summands = StorageFormats.Summands(nodes, logits);
        rectifiers = formats.IsFixedPoint ? StorageFormats.Rectifiers(nodes, logits) : [];
        DeclareInputs(graph);
        DeclareWeights();
    }

    /// <summary>Trained parameters that the pass reads, in the order of the network.</summary>
    public IEnumerable<Value> Trained => nodes.SelectMany(n => n.Inputs).Where(i => trained.Contains(i.Name)).Distinct();

    /// <summary>Tensors of inputs and weights by the id of their graph value.</summary>
    public IReadOnlyDictionary<int, int> Given => given;

    /// <summary>Index of a parameter in the network, the tensor part of its random address.</summary>
    public int IndexOf(Value parameter) => parameterIndex[parameter.Id];

    /// <summary>Emits the nodes that no trained weight feeds; their tensors by value id.</summary>
    public IReadOnlyDictionary<int, int> EmitPrefix(Phase phase) => Emit(phase, 0, 0, n => !moving.Contains(n.Output.Id), ImmutableDictionary<int, int>.Empty);

    /// <summary>Emits one pass.</summary>
    /// <param name="phase">Part of the step.</param>
    /// <param name="direction">Which of the m directions.</param>
    /// <param name="sign">+1 or −1: weights perturbed that way; 0: as they are.</param>
    /// <param name="prefix">Tensors computed already, which this pass only reads.</param>
    /// <returns>Tensors by the id of their graph value.</returns>
    public IReadOnlyDictionary<int, int> Emit(Phase phase, int direction, int sign, IReadOnlyDictionary<int, int> prefix) =>
        Emit(phase, direction, sign, n => prefix.Count == 0 || moving.Contains(n.Output.Id), prefix);

    /// <summary>The nodes that <paramref name="outputs"/> need, in order.</summary>
    public static ImmutableArray<Node> Reaching(Graph graph, IEnumerable<Value> outputs)
    {
        HashSet<int> needed = [.. outputs.Select(o => o.Id)];
        List<Node> kept = [];
        foreach (Node node in graph.Nodes.Reverse())
        {
            if (!needed.Contains(node.Output.Id))
                continue;
            kept.Add(node);
            needed.UnionWith(node.Inputs.Select(i => i.Id));
        }

        kept.Reverse();
        return [.. kept];
    }

    private void DeclareInputs(Graph graph)
    {
        HashSet<int> read = [.. nodes.SelectMany(n => n.Inputs).Select(i => i.Id)];
        foreach (Value input in graph.Inputs.Where(i => read.Contains(i.Id)))
        {
            NumberFormat format = input.Name == "labels" ? NumberFormat.Int32 : formats.Activations;
            given[input.Id] = plan.Tensor(input.Name, input.Shape, format, TensorRole.Input, source: input.Id).Id;
        }
    }

    private void DeclareWeights()
    {
        foreach (Node node in nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Value value = node.Inputs[i];
                if (value.Kind != ValueKind.Parameter || given.ContainsKey(value.Id))
                    continue;
                bool trains = trained.Contains(value.Name);
                NumberFormat format = trains ? TrainedFormat(value) : OperandFormat(node, i);
                TensorRole role = trains ? TensorRole.TrainedWeight : TensorRole.FrozenWeight;
                given[value.Id] = plan.Tensor(value.Name, value.Shape, format, role, source: value.Id).Id;
            }
        }
    }

    private NumberFormat TrainedFormat(Value parameter) => formats.OfTrained(parameter);

    private NumberFormat OperandFormat(Node node, int operand) => formats.OfOperand(node, operand);

    private Dictionary<int, int> Emit(
        Phase phase, int direction, int sign, Func<Node, bool> wanted, IReadOnlyDictionary<int, int> before)
    {
        Dictionary<int, int> tensors = new(before);
        string suffix = sign switch { > 0 => "+", < 0 => "−", _ => "" };
        HashSet<int> joined = [];
        foreach (Node node in nodes)
        {
            if (!wanted(node) || joined.Contains(node.Output.Id))
                continue;
            if (rectifiers.TryGetValue(node.Output.Id, out Node? clamp))
                joined.Add(clamp.Output.Id);
            if (sign != 0 && ChannelsPerPart(node) is > 0 and int channels)
            {
                EmitParts(node, channels, phase, direction, sign, suffix, tensors);
                continue;
            }

            ImmutableArray<int> inputs = [.. node.Inputs.Select((v, i) => Operand(node, i, phase, direction, sign, suffix, tensors))];
            Value result = clamp?.Output ?? node.Output;
            int? viewOf = node.Op.IsView ? inputs[0] : null;
            PlanTensor output = plan.Tensor(result.Name + suffix, result.Shape, ResultFormat(node), TensorRole.Activation, viewOf, result.Id);
            bool frozen = !moving.Contains(node.Output.Id);
            plan.Add(new PlannedOp(0, node.Output.Name, node.Op, inputs, output.Id, phase, UnitOf(node.Op, node.InputShapes), direction, frozen, clamp is not null));
            tensors[result.Id] = output.Id;
        }

        return tensors;
    }

    // A layer whose perturbed weights are large runs some output channels at a time, so that only the weights of these are in memory
    // twice; 0 where it runs whole.
    private int ChannelsPerPart(Node node)
    {
        if (!formats.IsFixedPoint || node.Op is not (Linear or Conv2d { Groups: 1 }) || !trained.Contains(node.Inputs[1].Name))
            return 0;
        Value weight = node.Inputs[1];
        int outputs = weight.Shape[0];
        long channelBytes = TrainedFormat(weight).BytesFor(weight.Shape.Count / outputs);
        int channels = Math.Max(LeastChannels, (int)(PartBytes / channelBytes) / LeastChannels * LeastChannels);
        return channels < outputs ? channels : 0;
    }

    private void EmitParts(Node node, int channels, Phase phase, int direction, int sign, string suffix, Dictionary<int, int> tensors)
    {
        Value weight = node.Inputs[1], result = rectifiers.TryGetValue(node.Output.Id, out Node? clamp) ? clamp.Output : node.Output;
        int x = Operand(node, 0, phase, direction, sign, suffix, tensors), outputs = weight.Shape[0], depth = (int)(weight.Shape.Count / outputs);
        PlanTensor whole = plan.Tensor(result.Name + suffix, result.Shape, ResultFormat(node), TensorRole.Activation, source: result.Id);
        int? bias = null;
        for (int first = 0; first < outputs; first += channels)
        {
            int count = Math.Min(channels, outputs - first);
            int rows = plan.Part(given[weight.Id], [count, .. weight.Shape[1..]], first * depth);
            List<int> inputs = [x, PerturbedCopy(weight, rows, [count, .. weight.Shape[1..]], direction, sign, suffix)];
            if (node.Inputs.Length > 2)
                inputs.Add(plan.Part(bias ??= Operand(node, 2, phase, direction, sign, suffix, tensors), [count], first));
            int output = plan.Part(whole.Id, [.. result.Shape[..^1], count], first);
            plan.Add(new PlannedOp(0, node.Output.Name, node.Op, [.. inputs], output, phase, Unit.Engine, direction, Rectified: clamp is not null));
        }

        tensors[result.Id] = whole.Id;
    }

    private int PerturbedCopy(Value weight, int from, Shape shape, int direction, int sign, string suffix)
    {
        int copy = plan.Tensor(weight.Name + suffix, shape, TrainedFormat(weight), TensorRole.Perturbation, source: weight.Id).Id;
        plan.Add(new PlannedOp(
            0, $"perturb {weight.Name}", new Perturb(IndexOf(weight), sign), [from], copy, Phase.Perturb, UnitOf(null, []), direction));
        return copy;
    }

    private int Operand(
        Node node, int operand, Phase phase, int direction, int sign, string suffix, Dictionary<int, int> tensors)
    {
        Value value = node.Inputs[operand];
        if (value.Kind == ValueKind.Result)
            return tensors[value.Id];
        int tensor = given[value.Id];
        if (!trained.Contains(value.Name))
            return tensor;
        if (sign != 0)
            tensor = PerturbedCopy(value, tensor, value.Shape, direction, sign, suffix);
        NumberFormat needed = OperandFormat(node, operand);
        if (needed == TrainedFormat(value) && operand != 2)
            return tensor;
        if (!formats.IsFixedPoint)
            return tensor;
        TensorRole role = sign != 0 ? TensorRole.Perturbation : TensorRole.Activation;
        int aligned = plan.Tensor($"{value.Name}{suffix} aligned", value.Shape, needed, role, source: value.Id).Id;
        plan.Add(new PlannedOp(0, $"align {value.Name}", new Requantize(), [tensor], aligned, phase, Unit.Vector, direction));
        return aligned;
    }

    private NumberFormat ResultFormat(Node node) =>
        node.Op is CrossEntropy or MeanSquaredError ? formats.Loss
        : node.Output == logits || summands.Contains(node.Output.Id) ? formats.Logits : formats.Activations;

    private Unit UnitOf(Op? op, ImmutableArray<Shape> shapes) =>
        !formats.IsFixedPoint ? Unit.Host : op?.AsContraction(shapes) is null ? Unit.Vector : Unit.Engine;
}
