using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Plans forward passes of one network: declares its inputs and weights once, then emits passes, perturbed or not. In fixed point
/// a ReLU joins the layer it follows, and biases and tables that train, or that several operations read, are brought to the scale
/// each operation needs.
/// </summary>
internal sealed partial class NetworkPass
{
    private const int LeastChannels = 32;     // the width of common arrays: smaller parts would leave columns idle
    private const int PartBytes = 48 * 1024;  // perturbed weights that lie beside the stored ones

    private readonly PlanBuilder plan;
    private readonly OperandFormats formats;
    private readonly IReadOnlySet<string> trained;
    private readonly ImmutableHashSet<string> unperturbed;
    private readonly ImmutableArray<Node> nodes;
    private readonly Dictionary<int, Node> rectifiers;      // value id of a layer's result → the ReLU that joins the layer
    private readonly HashSet<int> moving = [];              // value ids that a trained weight feeds
    private readonly ResultFormats results;
    // Value ids of parameters that operations read in several formats or scales
    private readonly HashSet<int> shared;
    private readonly HashSet<int> summed = [];              // value ids of gradients of weights and of what they are sums of
    private readonly HashSet<int> turned;                   // value ids of weights under another order of axes
    private readonly Dictionary<int, int> given = [];       // value id of an input or weight → tensor id
    private readonly Dictionary<int, int> parameterIndex;
    private readonly Probing? probing;
    private readonly Decoding decoding;
    private readonly Dictionary<int, Value> directionOf = []; // value id of a tangent → the parameter it belongs to
    private readonly Value? derivative;

    /// <summary>Declares inputs and weights of the part of <paramref name="graph"/> that <paramref name="output"/>
    /// needs.</summary>
    /// <param name="plan">Where they go.</param>
    /// <param name="graph">The network.</param>
    /// <param name="output">Name of the output that passes compute.</param>
    /// <param name="formats">Formats it runs in.</param>
    /// <param name="trained">Names of the parameters that train.</param>
    /// <param name="probing">Emits perturbations and tangents; null where there are none.</param>
    /// <param name="pairs">The network with tangents, which passes then compute too; null: without.</param>
    /// <param name="tail">The backward pass of the layers that backpropagation trains, none of them perturbed; null: there are
    /// none.</param>
    public NetworkPass(
        PlanBuilder plan, Graph graph, string output, OperandFormats formats, IReadOnlySet<string> trained,
        Probing? probing = null,
        TangentGraph? pairs = null, BackwardGraph? tail = null)
    {
        (this.plan, this.formats, this.trained, this.probing, this.tail) = (plan, formats, trained, probing, tail);
        unperturbed = tail?.Tuning.Trained ?? [];
        decoding = new Decoding(plan, formats, graph, trained);
        Value logits = graph.Outputs["logits"];
        if (pairs is not null)
        {
            directionOf = pairs.Directions.ToDictionary(d => d.Tangent.Id, d => d.Parameter);
            derivative = graph.Outputs[Tangents.OutputName(output)];
            moving.UnionWith(graph.Values[^pairs.Added..].Select(v => v.Id));
        }

        nodes = Reaching(graph, derivative is null ? [graph.Outputs[output]] : [graph.Outputs[output], derivative]);
        parameterIndex = graph.Parameters.Select((p, i) => (p.Id, i)).ToDictionary();
        foreach (Node node in nodes)
        {
            if (node.Inputs.Any(i => trained.Contains(i.Name) || moving.Contains(i.Id)))
                moving.Add(node.Output.Id);
        }

        turned = TurnedWeights.Of(nodes, moving);
        ImmutableArray<Node> backward = tail?.Backward ?? [];
        if (tail is not null)
            summed = WeightGradients.Of(tail);
        saved.UnionWith(backward.SelectMany(n => n.Inputs).Select(i => i.Id));
        results = new ResultFormats(nodes, logits, formats, turned, derivative, backward, summed);
        rectifiers = formats.IsFixedPoint ? StorageFormats.Rectifiers([.. nodes, .. backward], logits) : [];
        shared = formats.Shared(nodes);
        DeclareInputs(graph);
        DeclareWeights();
    }

    /// <summary>Parameters that passes perturb, in the order of the network.</summary>
    public IEnumerable<Value> Perturbed => nodes.SelectMany(n => n.Inputs).Where(i => IsPerturbed(i)).Distinct();

    /// <summary>Tensors of inputs and weights by the id of their graph value.</summary>
    public IReadOnlyDictionary<int, int> Given => given;

    /// <summary>Index of a parameter in the network, the tensor part of its random address.</summary>
    public int IndexOf(Value parameter) => parameterIndex[parameter.Id];

    /// <summary>Emits the nodes that no trained weight feeds; their tensors by value id.</summary>
    public IReadOnlyDictionary<int, int> EmitPrefix(Phase phase) =>
        Emit(phase, 0, 0, n => !moving.Contains(n.Output.Id), ImmutableDictionary<int, int>.Empty, false);

    /// <summary>Emits one pass.</summary>
    /// <param name="phase">Part of the step.</param>
    /// <param name="direction">Which of the m directions.</param>
    /// <param name="sign">+1 or −1: weights perturbed that way; 0: as they are.</param>
    /// <param name="prefix">Tensors computed already, which this pass only reads.</param>
    /// <param name="saves">True: a backward pass follows, which reads results of this one.</param>
    /// <returns>Tensors by the id of their graph value.</returns>
    public IReadOnlyDictionary<int, int> Emit(
        Phase phase, int direction, int sign, IReadOnlyDictionary<int, int> prefix, bool saves = false) =>
        Emit(phase, direction, sign, n => prefix.Count == 0 || moving.Contains(n.Output.Id), prefix, saves);

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
        IReadOnlySet<Value> indices = graph.Indices;
        foreach (Value input in graph.Inputs.Where(i => read.Contains(i.Id)))
        {
            NumberFormat format = input.Name == "labels" || indices.Contains(input) ? NumberFormat.Int32 : formats.Activations;
            given[input.Id] = plan.Tensor(input.Name, input.Shape, format, TensorRole.Input, source: input.Id).Id;
        }
    }

    private void DeclareWeights()
    {
        HashSet<int> decoded = [];
        foreach (Node node in nodes)
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                Value value = node.Inputs[i];
                if (value.Kind != ValueKind.Parameter || given.ContainsKey(value.Id) || directionOf.ContainsKey(value.Id))
                    continue;
                if (decoding.Holds(value))
                {
                    if (decoded.Add(value.Id))
                        decoding.Declare(value, OperandFormat(node, i));
                    continue;
                }

                bool trains = trained.Contains(value.Name);
                NumberFormat format = trains || shared.Contains(value.Id) ? TrainedFormat(value) : OperandFormat(node, i);
                TensorRole role = trains ? TensorRole.TrainedWeight : TensorRole.FrozenWeight;
                given[value.Id] = plan.Tensor(value.Name, value.Shape, format, role, source: value.Id).Id;
            }
        }
    }

    private NumberFormat TrainedFormat(Value parameter) => formats.OfTrained(parameter);

    private NumberFormat OperandFormat(Node node, int operand) =>
        turned.Contains(node.Output.Id) ? formats.Weights : formats.OfOperand(node, operand);

    private Dictionary<int, int> Emit(
        Phase phase, int direction, int sign, Func<Node, bool> wanted, IReadOnlyDictionary<int, int> before,
        bool saves)
    {
        Dictionary<int, int> tensors = new(before);
        string suffix = sign switch { > 0 => "+", < 0 => "−", _ => "" };
        HashSet<int> joined = [];
        decoding.Begin(nodes.Where(wanted).Select(n => (n, moving.Contains(n.Output.Id))));
        foreach (Node node in nodes)
        {
            if (!wanted(node) || joined.Contains(node.Output.Id))
                continue;
            if (rectifiers.TryGetValue(node.Output.Id, out Node? clamp))
                joined.Add(clamp.Output.Id);
            if (ChannelsPerPart(node, sign) is > 0 and int channels)
            {
                EmitParts(node, channels, phase, direction, sign, suffix, tensors, saves);
                continue;
            }

            ImmutableArray<int> inputs = [.. node.Inputs.Select((v, i) =>
                Operand(node, i, phase, direction, sign, suffix, tensors))];
            Node maker = clamp ?? node;
            Value result = maker.Output;
            PlanTensor output = node.Op.IsView
                ? plan.View(result.Name + suffix, result.Shape, inputs[0], RoleOf(result, saves), result.Id)
                : plan.Tensor(result.Name + suffix, result.Shape, results.Of(maker), RoleOf(result, saves), result.Id);
            bool frozen = !moving.Contains(node.Output.Id);
            plan.Add(new PlannedOp(0, node.Output.Name, node.Op, inputs, output.Id, phase, formats.UnitOf(node),
                direction, frozen, clamp?.Op as Relu));
            tensors[result.Id] = output.Id;
        }

        return tensors;
    }

    // A layer whose perturbed or decoded weights are large runs some output channels at a time, so that only the weights of these
    // are in memory twice; 0 where it runs whole.
    private int ChannelsPerPart(Node node, int sign)
    {
        if (!formats.IsFixedPoint || node.Op is not (Linear or Conv2d { Groups: 1 }))
            return 0;
        Value weight = node.Inputs[1];
        bool isMadeForIt = decoding.Holds(weight) ? decoding.IsReadOnce(weight) : sign != 0 && IsPerturbed(weight);
        if (!isMadeForIt)
            return 0;
        int outputs = weight.Shape[0];
        long channelBytes = TrainedFormat(weight).BytesFor(weight.Shape.Count / outputs);
        int most = Math.Max(LeastChannels, (int)(PartBytes / channelBytes) / LeastChannels * LeastChannels);
        if (most >= outputs)
            return 0;
        int parts = (outputs + most - 1) / most, even = (outputs + parts - 1) / parts;
        return (even + LeastChannels - 1) / LeastChannels * LeastChannels;
    }

    private void EmitParts(Node node, int channels, Phase phase, int direction, int sign, string suffix,
        Dictionary<int, int> tensors, bool saves)
    {
        Node maker = rectifiers.TryGetValue(node.Output.Id, out Node? clamp) ? clamp : node;
        Value weight = node.Inputs[1], result = maker.Output;
        int x = Operand(node, 0, phase, direction, sign, suffix, tensors), outputs = weight.Shape[0],
            depth = (int)(weight.Shape.Count / outputs);
        PlanTensor whole = plan.Tensor(result.Name + suffix, result.Shape, results.Of(maker), RoleOf(result, saves),
            source: result.Id);
        int? bias = null;
        bool frozen = !moving.Contains(node.Output.Id);
        for (int first = 0; first < outputs; first += channels)
        {
            int count = Math.Min(channels, outputs - first);
            Shape part = [count, .. weight.Shape[1..]];
            List<int> inputs = [x, decoding.Holds(weight)
                ? decoding.Emit(weight, part, first * depth, phase, direction) : Perturbed(part, first * depth)];
            if (node.Inputs.Length > 2)
                inputs.Add(plan.Part(bias ??= Operand(node, 2, phase, direction, sign, suffix, tensors), [count], first));
            int output = plan.Part(whole.Id, [.. result.Shape[..^1], count], first);
            plan.Add(new PlannedOp(0, node.Output.Name, node.Op, [.. inputs], output, phase, Unit.Engine, direction, frozen,
                clamp?.Op as Relu));
        }

        tensors[result.Id] = whole.Id;

        int Perturbed(Shape part, int first) => probing!.Perturb(
            weight, plan.Part(given[weight.Id], part, first), part, TrainedFormat(weight), direction, sign, suffix, first);
    }

    private int Operand(
        Node node, int operand, Phase phase, int direction, int sign, string suffix, Dictionary<int, int> tensors)
    {
        Value value = node.Inputs[operand];
        if (value.Kind == ValueKind.Result)
            return tensors[value.Id];
        if (directionOf.TryGetValue(value.Id, out Value? parameter))
            return probing!.Draw(parameter, direction);
        if (decoding.Holds(value))
            return decoding.Emit(value, phase, direction);
        int tensor = given[value.Id];
        bool trains = trained.Contains(value.Name);
        if (!trains && !shared.Contains(value.Id))
            return tensor;
        bool isPerturbed = sign != 0 && IsPerturbed(value);
        if (isPerturbed)
            tensor = probing!.Perturb(value, tensor, value.Shape, TrainedFormat(value), direction, sign, suffix);
        NumberFormat needed = OperandFormat(node, operand);
        if (needed == TrainedFormat(value) && !(formats.IsFixedPoint && operand == 2))
            return tensor;
        TensorRole role = isPerturbed ? TensorRole.Perturbation : TensorRole.Activation;
        return plan.Align(value, tensor, needed, formats, phase, role, direction, suffix);
    }

    private bool IsPerturbed(Value value) => trained.Contains(value.Name) && !unperturbed.Contains(value.Name);

    private TensorRole RoleOf(Value result, bool saves) =>
        saves && saved.Contains(result.Id) ? TensorRole.SavedActivation : TensorRole.Activation;
}
