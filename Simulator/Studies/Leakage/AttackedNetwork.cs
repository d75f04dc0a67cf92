using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>
/// The network that client and attacker know, in binary64: gradients of its mean cross-entropy with respect to the weights that
/// train and, through these gradients, to images and labels. Labels are shares of the classes, so that they can be searched for.
/// One thread at a time.
/// </summary>
internal sealed class AttackedNetwork
{
    /// <summary>Length of the step in weight space over which gradients are compared: with binary64 the product of second
    /// derivatives is right to about 10⁻⁸ of itself.</summary>
    private const double Step = 1e-4;

    private const string Images = "images", Targets = "targets", Loss = "soft loss";

    private readonly GraphRun weightSide, imageSide;
    private readonly ImmutableArray<double> weights; // [n], those that train

    /// <summary>Sets the network up.</summary>
    /// <param name="tuning">The network at a batch, with what trains, all of it whole.</param>
    /// <param name="values">Weights by name.</param>
    public AttackedNetwork(Tuning tuning, IReadOnlyDictionary<string, float[]> values)
    {
        Graph soft = SoftLoss(tuning.Graph);
        Value[] trained = [.. tuning.Graph.Parameters.Where(p => tuning.Trained.Contains(p.Name))];
        Graph byWeights = Gradients.Build(soft, Loss, tuning.Trained);
        string[] gradients = [.. trained.Select(t => Gradients.OutputName(t.Name))];
        weightSide = new(byWeights, [Loss, .. gradients]);
        imageSide = new(Gradients.Build(soft, Loss, new HashSet<string> { Images, Targets }),
            Gradients.OutputName(Images), Gradients.OutputName(Targets));
        Tensors = [.. trained.Zip(gradients, (t, g) =>
            new TrainedTensor(t.Name, (int)byWeights.Outputs[g].Shape.Count, NumberFormat.Fp32, 1))];
        foreach ((string name, float[] of) in values)
        {
            foreach (GraphRun side in new[] { weightSide, imageSide }.Where(s => s.Has(name)))
                Array.ConvertAll(of, v => (double)v).CopyTo(side[name]);
        }

        weights = [.. Tensors.SelectMany(t => values[t.Name]).Select(v => (double)v)];
        Shape images = tuning.Graph.Inputs.First(i => i.Name == Images).Shape;
        (Batch, Pixels, Classes) = (images[0], (int)(images.Count / images[0]), tuning.Graph.Outputs["logits"].Shape[^1]);
    }

    /// <summary>The tensors that train, in the order in which messages hold them.</summary>
    public ImmutableArray<TrainedTensor> Tensors { get; }

    /// <summary>Weights that train, n.</summary>
    public int Count => weights.Length;

    /// <summary>Images at a time.</summary>
    public int Batch { get; }

    /// <summary>Numbers of one image.</summary>
    public int Pixels { get; }

    /// <summary>Classes.</summary>
    public int Classes { get; }

    /// <summary>Where a tensor lies among the weights that train; null where it does not.</summary>
    public Range? PlaceOf(string tensor)
    {
        int first = Tensors.TakeWhile(t => t.Name != tensor).Sum(t => t.Count);
        return first < Count ? first..(first + Tensors.First(t => t.Name == tensor).Count) : null;
    }

    /// <summary>Loss and its gradient with respect to the weights that train.</summary>
    /// <param name="images">[batch, pixels].</param>
    /// <param name="targets">[batch, classes], shares that sum to 1.</param>
    /// <param name="gradient">[n]; empty: only the loss is wanted.</param>
    /// <param name="shift">[n], what is added to the weights; empty: nothing.</param>
    public double Gradient(
        ReadOnlySpan<double> images, ReadOnlySpan<double> targets, Span<double> gradient, ReadOnlySpan<double> shift = default)
    {
        Place(weightSide, images, targets, shift, 1);
        weightSide.Run();
        foreach (TrainedTensor tensor in gradient.IsEmpty ? [] : Tensors)
        {
            weightSide[Gradients.OutputName(tensor.Name)].CopyTo(gradient);
            gradient = gradient[tensor.Count..];
        }

        return weightSide[Loss][0];
    }

    /// <summary>
    /// ∂/∂x and ∂/∂y of ⟨v, ∇w L(x, y; w)⟩, without second derivatives: mixed ones commute, so that this is the difference of
    /// ∇x L and ∇y L between w + h·v and w − h·v over 2h.
    /// </summary>
    /// <param name="images">[batch, pixels].</param>
    /// <param name="targets">[batch, classes].</param>
    /// <param name="direction">v, [n].</param>
    /// <param name="byImages">[batch, pixels].</param>
    /// <param name="byTargets">[batch, classes].</param>
    public void Mixed(
        ReadOnlySpan<double> images, ReadOnlySpan<double> targets, ReadOnlySpan<double> direction, Span<double> byImages,
        Span<double> byTargets)
    {
        double length = Vectors.Norm(direction);
        byImages.Clear();
        byTargets.Clear();
        if (length == 0)
            return;
        double h = Step / length;
        foreach (int sign in new[] { 1, -1 })
        {
            Place(imageSide, images, targets, direction, sign * h);
            imageSide.Run();
            Vectors.Add(byImages, sign / (2 * h), imageSide[Gradients.OutputName(Images)]);
            Vectors.Add(byTargets, sign / (2 * h), imageSide[Gradients.OutputName(Targets)]);
        }
    }

    private void Place(
        GraphRun side, ReadOnlySpan<double> images, ReadOnlySpan<double> targets, ReadOnlySpan<double> shift, double factor)
    {
        images.CopyTo(side[Images]);
        targets.CopyTo(side[Targets]);
        int first = 0;
        foreach (TrainedTensor tensor in Tensors)
        {
            if (side.Has(tensor.Name)) // a bias of the last layer decides no gradient with respect to what comes before
            {
                Span<double> own = side[tensor.Name];
                weights.AsSpan(first, tensor.Count).CopyTo(own);
                if (!shift.IsEmpty)
                    Vectors.Add(own, factor, shift.Slice(first, tensor.Count));
            }

            first += tensor.Count;
        }
    }

    // −Σ targets · log softmax(logits) / batch.
    private static Graph SoftLoss(Graph network)
    {
        GraphBuilder g = new(network);
        Value logits = network.Outputs["logits"], targets = g.Input(Targets, logits.Shape);
        Value terms = g.Apply("terms", new Mul(), targets, g.Apply("log shares", new LogSoftmax(), logits));
        g.Output(Loss, g.Apply(Loss, new Scale(-1.0 / logits.Shape[0]), g.Apply("sum of terms", new SumTo([1, 1]), terms)));
        return g.Build();
    }
}
