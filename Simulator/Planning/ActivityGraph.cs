using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Gradients estimated from perturbed activations (arXiv 2210.03310, section 3) as more nodes of an ordinary graph. A layer is an
/// operation that reads a weight that trains. To its result zₙ of sample n comes uₙ, which goes on as a tangent to the loss; with
/// the derivative cₙ of the sample's loss the gradient of zₙ is taken to be cₙ·uₙ, and what it makes of the layer's weights is
/// the layer's own derivative. u is drawn twice from one address: it is not kept until the loss is known.
/// </summary>
internal static class ActivityGraph
{
    /// <summary>The network and the estimates of what trains.</summary>
    /// <param name="tuning">The network and what of it trains.</param>
    /// <param name="noise">What is added.</param>
    /// <param name="method">For messages.</param>
    /// <exception cref="InputException">A weight trains in part, or is read by what no sample feeds.</exception>
    public static BackwardGraph Of(Tuning tuning, ActivityNoise noise, Method method)
    {
        if (!tuning.Channels.IsEmpty)
            throw new InputException(
                $"{method}: of '{tuning.Channels.Keys.First()}' only some channels train, which backpropagation alone can do; "
                    + $"accepted are whole layers.");
        Graph graph = tuning.Graph;
        HashSet<Value> fed = [.. graph.Inputs], needed = [graph.Outputs["loss"]];
        foreach (Node node in graph.Nodes.Where(n => n.Inputs.Any(fed.Contains)))
            fed.Add(node.Output);
        foreach (Node node in graph.Nodes.Reverse().Where(n => needed.Contains(n.Output)))
            needed.UnionWith(node.Inputs);
        Node[] nodes = [.. graph.Nodes.Where(n => needed.Contains(n.Output))],
            layers = [.. nodes.Where(n => n.Inputs.Any(Trains))];
        if (layers.FirstOrDefault(l => !fed.Contains(l.Output) && !(l.Op is Broadcast && HasBatch(l.Output.Shape))) is { } bare)
            throw new InputException(
                $"{method}: '{bare.Inputs.First(Trains).Name}' is read by '{bare.Output.Name}' ({bare.Op.Name}), which has no "
                    + $"samples; accepted are weights that layers read themselves.");
        GraphBuilder builder = new(graph);
        Dictionary<Value, Value> gradients = [];
        Node loss = graph.Nodes.Single(n => n.Output == graph.Outputs["loss"]);
        for (int d = 0; d < noise.Directions; d++)
        {
            Value slopes = Slopes(d);
            for (int i = layers.Length - 1; i >= 0; i--)
            {
                Node layer = layers[i];
                Value gradient = builder.Apply(
                    $"d {layer.Output.Name}", new Mul(), Noise(i, d), OfSamples(slopes, layer.Output.Shape));
                for (int operand = layer.Inputs.Length - 1; operand >= 0; operand--)
                {
                    if (Trains(layer.Inputs[operand]) && layer.Op.Differentiate(builder, layer, gradient, operand) is { } part)
                        Add(layer.Inputs[operand], part);
                }
            }
        }

        Dictionary<int, Value> wanted = [];
        foreach (Value parameter in graph.Parameters.Where(Trains))
        {
            Value sum = gradients.GetValueOrDefault(parameter) ?? throw new GraphException(
                $"'loss' has no gradient with respect to '{parameter.Name}'.");
            wanted.Add((noise.Directions == 1 ? sum : builder.Apply(
                $"mean d {parameter.Name}", new Scale(1.0 / noise.Directions), sum)).Id, parameter);
        }

        Graph whole = builder.Build();
        HashSet<int> ends = [loss.Output.Id, .. wanted.Keys];
        return new(tuning, [.. nodes], [.. NetworkPass.Reaching(whole, [.. whole.Values.Where(v => ends.Contains(v.Id))])
            .Where(n => n.Output.Id >= graph.Values.Length)], wanted);

        bool Trains(Value value) => value.Kind == ValueKind.Parameter && tuning.Trained.Contains(value.Name);

        bool HasBatch(Shape shape) => shape[0] % graph.Inputs.First().Shape[0] == 0;

        Value Noise(int layer, int direction)
        {
            Value result = layers[layer].Output;
            return builder.Apply($"noise of {result.Name}",
                new DrawDirection(new((layer * noise.Directions) + direction, noise.Distribution), result.Shape));
        }

        // [N, 1]: of each sample the derivative of the mean loss along the noise of all layers.
        Value Slopes(int direction)
        {
            Dictionary<Value, Value> tangents = [];
            int next = 0;
            foreach (Node node in nodes.Where(n => n != loss))
            {
                ImmutableArray<Value?> operands = [.. node.Inputs.Select(tangents.GetValueOrDefault)];
                Value? tangent = operands.Any(t => t is not null) ? node.Op.Tangent(builder, node, operands) : null;
                if (next < layers.Length && layers[next] == node)
                {
                    Value added = Noise(next++, direction);
                    tangent = tangent is null ? added
                        : builder.Apply(Tangents.OutputName(node.Output.Name), new Add(), tangent, added);
                }

                if (tangent is not null)
                    tangents[node.Output] = tangent;
            }

            Value logits = loss.Inputs[0], one = builder.Apply($"one for {loss.Output.Name}", new Fill(loss.Output.Shape, 1));
            Value error = loss.Op.Differentiate(builder, loss, one, 0)!;
            Value products = builder.Apply("slopes of logits", new Mul(), error, tangents[logits]);
            return builder.Apply(
                "slopes", new SumTo([logits.Shape[0], .. Enumerable.Repeat(1, logits.Shape.Rank - 1)]), products);
        }

        // The samples' numbers beside a tensor whose first axis is the samples, or joins them with others.
        Value OfSamples(Value slopes, Shape shape)
        {
            int samples = slopes.Shape[0], each = shape[0] / samples;
            if (each > 1)
                slopes = builder.Apply("slopes of rows", new Broadcast([samples, each]), builder.Apply(
                    "slopes of samples", new Reshape([samples, 1]), slopes));
            return builder.Apply("slopes beside", new Reshape([shape[0], .. Enumerable.Repeat(1, shape.Rank - 1)]), slopes);
        }

        void Add(Value parameter, Value part) => gradients[parameter] = gradients.TryGetValue(parameter, out Value? sum)
            ? builder.Apply($"d {parameter.Name} sum", new Add(), sum, part) : part;
    }
}
