using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// Classifiers by distance from class means as ordinary layers: −‖x − c‖² = 2·cᵀx − ‖c‖² − ‖x‖², and the last term, alike for all
/// classes, does not change a softmax. So "head.weight" = 2c and "head.bias" = −‖c‖² make any network with a linear head a
/// prototypical one (arXiv 1703.05175; trained on from there, arXiv 1903.03096), which is planned, timed and run like all others.
/// </summary>
public static class FewShotHeads
{
    /// <summary>Parameter that is added to the features of SimpleShot: the negative of their mean over pre-training
    /// samples.</summary>
    public const string Centre = "simpleshot.centre.constant";

    private const string Negation = "simpleshot.negation.constant", Gain = "simpleshot.gain.constant",
        Shift = "simpleshot.shift.constant";

    /// <summary>The network with the operations of a head before its classifier.</summary>
    /// <param name="model">A network with a linear classifier "head".</param>
    /// <param name="head">ProtoNets: unchanged. SimpleShot: features are centred and scaled to length 1.</param>
    public static Model With(this Model model, FewShotHead head) =>
        head == FewShotHead.ProtoNets ? model : model with { Build = batch => Normalized(model.Build(batch)) };

    /// <summary>The part of a network that makes the features its classifier reads, as an output "logits" [B,
    /// features].</summary>
    public static Graph Embedding(Graph graph) =>
        graph with { Outputs = graph.Outputs.Clear().Add("logits", HeadOf(graph).Inputs[0]) };

    /// <summary>
    /// What a device runs before an episode: features of the support, their means by class (2c as weights of the classifier) and
    /// the squared lengths of these (its biases but for the sign), as one output "logits" [classes, features + 1].
    /// </summary>
    /// <param name="graph">The network at a batch of one whole support, class after class.</param>
    /// <param name="classes">Number of classes.</param>
    public static Graph Setup(Graph graph, int classes)
    {
        GraphBuilder g = new(graph with { Outputs = graph.Outputs.Clear() });
        Value features = HeadOf(graph).Inputs[0];
        int shots = features.Shape[0] / classes, length = features.Shape[1];
        Value byClass = g.Apply("support by class", new Reshape([classes, shots, 1, length]), features);
        Value means = g.Apply("prototypes", new Reshape([classes, length]),
            g.Apply("class means", new AveragePool(shots, 1), byClass));
        Value weight = g.Apply("head weight", new Add(), means, means);
        Value bias = g.Apply("head bias", new SumTo([classes, 1]), g.Apply("squares", new Mul(), means, means));
        g.Output("logits", g.Apply("head", new Concat(1), weight, bias));
        return g.Build();
    }

    /// <summary>Values of the parameters that SimpleShot adds.</summary>
    /// <param name="mean">Mean of each feature over pre-training samples.</param>
    public static IReadOnlyDictionary<string, float[]> Constants(ReadOnlySpan<float> mean)
    {
        float[] centre = mean.ToArray(), gain = new float[2 * mean.Length];
        foreach (ref float value in centre.AsSpan())
            value = -value;
        Array.Fill(gain, (float)(1 / Math.Sqrt(mean.Length)));
        return new Dictionary<string, float[]>
        {
            [Centre] = centre,
            [Negation] = [.. Enumerable.Repeat(-1f, mean.Length)],
            [Gain] = gain,
            [Shift] = new float[2 * mean.Length],
        };
    }

    /// <summary>Weight and bias of the classifier that measures distances from class means.</summary>
    /// <param name="features">[samples, length]: class after class, equally many of each.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="length">Features of a sample.</param>
    public static (float[] Weight, float[] Bias) Prototypes(ReadOnlySpan<float> features, int classes, int length)
    {
        int shots = features.Length / length / classes;
        float[] weight = new float[classes * length], bias = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            double square = 0;
            for (int d = 0; d < length; d++)
            {
                double sum = 0;
                for (int shot = 0; shot < shots; shot++)
                    sum += features[(((c * shots) + shot) * length) + d];
                double mean = sum / shots;
                weight[(c * length) + d] = (float)(2 * mean);
                square += mean * mean;
            }

            bias[c] = (float)-square;
        }

        return (weight, bias);
    }

    // Scaling to length 1 is a layer normalisation of [x, −x], whose mean is 0 and whose deviation is ‖x‖/√length.
    private static Graph Normalized(Graph graph)
    {
        Node head = HeadOf(graph);
        return GraphRewriting.Run(graph, (rewriting, node) =>
        {
            if (node != head)
                return rewriting.Copy(node);
            GraphBuilder g = rewriting.Builder;
            int length = node.Inputs[0].Shape[^1];
            Value centred = g.Apply("simpleshot.centred", new Add(), rewriting[node.Inputs[0]], g.Parameter(Centre, [length]));
            Value negated = g.Apply("simpleshot.negated", new Mul(), centred, g.Parameter(Negation, [length]));
            Value both = g.Apply("simpleshot.both", new Concat(1), centred, negated);
            Value scaled = g.Apply("simpleshot.scaled", new LayerNorm(), both, g.Parameter(Gain, [2 * length]),
                g.Parameter(Shift, [2 * length]));
            Value unit = g.Apply("simpleshot.unit", new Slice(1, 0, length), scaled);
            return g.Apply(node.Output.Name, node.Op, unit, rewriting[node.Inputs[1]], rewriting[node.Inputs[2]]);
        });
    }

    private static Node HeadOf(Graph graph) => graph.Nodes.Single(n => n.Inputs.Any(i => i.Name == "head.weight"));
}
