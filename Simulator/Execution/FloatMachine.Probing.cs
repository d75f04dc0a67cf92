using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of forward-gradient methods.</content>
public sealed partial class FloatMachine
{
    private Action<StepContext> Probing(PlannedOp op, Memory<float> output)
    {
        Action<StepContext> run = op.Op switch
        {
            Perturb perturb => PerturbWeights(op, perturb, output),
            DrawDirection draw => Drawn(op, draw, output),
            GuideDirection guide => Guide(op, guide, output),
            KernelNorm norm => Norm(op, norm, output),
            DirectionGram gram => Gram(op, gram, output),
            DirectionProjection project => Project(op, project, output),
            ForwardGradientUpdate update => Update(op, update, output),
            _ => throw new ArgumentException($"{op.Op.Name} is no operation of a forward-gradient method.", nameof(op)),
        };
        return context =>
        {
            run(context);
            Round(op.Output, output.Span);
        };
    }

    // Writes z of one direction; stored and mask as found among the operands.
    private void Draw(Probe probe, ProbeOperands operands, int slot, StepContext context, uint direction, Span<float> z)
    {
        if (probe.IsStored)
            Memory(operands.Stored[slot]).Span.CopyTo(z);
        else
            GaussianDraw.Fill(new(context.Seed, context.Step, direction, (uint)probe.Parameter), z, probe.Distribution,
                probe.LinearFeedback ?? false);
        if (operands.Mask is int mask)
            WeightMask.Of(weights.Masks[Plan.Tensors[mask].Name]).Apply(0, z);
        else if (probe.Sparsity is { } random)
            WeightMask.Random(context.Seed, (uint)probe.Parameter, 1 - (random.Percent / 100), probe.LinearFeedback ?? false)
                .Apply(0, z);
    }

    private Action<StepContext> PerturbWeights(PlannedOp op, Perturb perturb, Memory<float> output)
    {
        Memory<float> weight = Memory(op.Inputs[0]);
        ProbeOperands operands = perturb.Probe.Split(op.Inputs, 1, 1);
        float[] ascent = new float[perturb.IsAtNeighbour ? weight.Length : 0];
        return context =>
        {
            Span<float> w = weight.Span, perturbed = output.Span;
            Draw(perturb.Probe, operands, 0, context, (uint)op.Direction, perturbed);
            float step = (float)(perturb.Sign * epsilon);
            for (int i = 0; i < w.Length; i++)
                perturbed[i] = w[i] + (step * perturbed[i]);
            if (!perturb.IsAtNeighbour)
                return;
            float up = (float)(Sign(Scratch(op.Inputs[operands.Next])[0] - Scratch(op.Inputs[operands.Next + 1])[0]) * epsilon);
            Draw(perturb.Probe with { IsStored = false }, operands, 0, context, RandomAddress.AscentDirection, ascent);
            for (int i = 0; i < w.Length; i++)
                perturbed[i] += up * ascent[i];
        };
    }

    private Action<StepContext> Drawn(PlannedOp op, DrawDirection draw, Memory<float> output)
    {
        ProbeOperands operands = draw.Probe.Split(op.Inputs, 0, 1);
        return context => Draw(draw.Probe, operands, 0, context, (uint)op.Direction, output.Span);
    }

    private static Action<StepContext> Guide(PlannedOp op, GuideDirection guide, Memory<float> output)
    {
        float[] fresh = new float[output.Length], near = new float[output.Length];
        return context =>
        {
            double beta = guide.BetaAt(context.Progress);
            float a = (float)(beta * Math.Sqrt(GuideDirection.Alpha)), b = (float)(1 - beta);
            float c = (float)((1 - beta) * Math.Sqrt(1 - GuideDirection.Alpha));
            RandomAddress address = new(context.Seed, context.Step, (uint)op.Direction, (uint)guide.Probe.Parameter);
            bool linearFeedback = guide.Probe.LinearFeedback ?? false;
            GaussianDraw.Fill(address with { Direction = address.Direction | RandomAddress.GuidedFresh }, fresh,
                guide.Probe.Distribution, linearFeedback);
            GaussianDraw.Fill(address with { Direction = address.Direction | RandomAddress.GuidedNear }, near,
                guide.Probe.Distribution, linearFeedback);
            Span<float> z = output.Span;
            for (int i = 0; i < z.Length; i++)
                z[i] = (a * fresh[i]) + (b * z[i]) + (c * near[i]);
        };
    }

    private Action<StepContext> Norm(PlannedOp op, KernelNorm norm, Memory<float> output)
    {
        Memory<float> weight = Memory(op.Inputs[0]);
        float[] z = new float[weight.Length], g = new float[weight.Length];
        return context =>
        {
            Estimated(norm.Estimate, op.Inputs, context, z, g);
            double ofWeight = Math.Sqrt(SumOfSquares(weight.Span)), ofEstimate = Math.Sqrt(SumOfSquares(g));
            output.Span[0] = ofWeight > 0 && ofEstimate > 0 ? (float)(ofWeight / ofEstimate) : 1;
        };
    }

    private Action<StepContext> Gram(PlannedOp op, DirectionGram gram, Memory<float> output)
    {
        int m = gram.Directions;
        ProbeOperands operands = gram.Probe.Split(op.Inputs, 1, m);
        Memory<float> before = Memory(op.Inputs[0]);
        float[][] z = [.. Enumerable.Range(0, m).Select(_ => new float[gram.Elements])];
        return context =>
        {
            for (int d = 0; d < m; d++)
                Draw(gram.Probe, operands, d, context, (uint)d, z[d]);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double sum = 0;
                    for (int e = 0; e < z[i].Length; e++)
                        sum += (double)z[i][e] * z[j][e];
                    output.Span[(i * m) + j] = output.Span[(j * m) + i] = (float)(before.Span[(i * m) + j] + sum);
                }
            }
        };
    }

    private Action<StepContext> Project(PlannedOp op, DirectionProjection project, Memory<float> output)
    {
        int m = project.Directions;
        Memory<float> gram = Memory(op.Inputs[0]);
        return _ =>
        {
            double[] slopes = [.. Enumerable.Range(0, m).Select(d => Slope(project.Estimator, project.Apart, op.Inputs[1..], d))];
            double[] factors = GramSystem.Solve(gram.Span, slopes);
            for (int d = 0; d < m; d++)
                output.Span[d] = (float)factors[d];
        };
    }

    private Action<StepContext> Update(PlannedOp op, ForwardGradientUpdate update, Memory<float> output)
    {
        float[] z = new float[output.Length];
        if (update is { Optimizer: null, IsNormalized: false })
            return context => Descend(update.Estimate, op.Inputs, context, z, output.Span);
        float[] g = new float[output.Length];
        Memory<float>[] states = [.. update.States(op.Inputs).Select(Memory)];
        int? ratio = update.Ratio(op.Inputs);
        if (update.Optimizer is FrankWolfeOptimizer walk)
        {
            double radius = Radius(op, walk);
            return context =>
            {
                Estimated(update.Estimate, op.Inputs, context, z, g);
                Walk(op, walk, radius, context, g, states, z, output.Span);
            };
        }

        return context =>
        {
            Estimated(update.Estimate, op.Inputs, context, z, g);
            Optimize(update.Optimizer, context, g, states);
            for (int s = 0; s < states.Length; s++)
                Round(update.States(op.Inputs)[s], states[s].Span);
            float rate = (float)(context.LearningRate * (ratio is int r ? Scratch(r)[0] : 1));
            Span<float> w = output.Span;
            for (int i = 0; i < w.Length; i++)
                w[i] -= rate * g[i];
        };
    }

    // A part of the way to the point of the set to which g, or its running mean, points down. The way gone is what the weights
    // really went, in their format.
    private void Walk(PlannedOp op, FrankWolfeOptimizer walk, double radius, StepContext context, Span<float> g,
        Memory<float>[] states, Span<float> s, Span<float> w)
    {
        (double mean, double step) = walk.At(context.Step);
        if (!walk.IsPlain)
        {
            Span<float> d = states[0].Span;
            for (int i = 0; i < g.Length; i++)
                d[i] += (float)mean * (g[i] - d[i]);
            Round(op.Inputs[^walk.States], d);
            d.CopyTo(g);
        }

        LinearMinimization.Vertex(walk.Set, g, Plan.Tensors[op.Output].Shape[0], walk.Entries(g.Length), radius, s);
        Span<float> way = walk.IsAboutOrigin ? w : states[^1].Span, target = g;
        for (int i = 0; i < w.Length; i++)
            target[i] = w[i] + ((float)step * (s[i] - way[i]));
        Round(op.Output, target);
        for (int i = 0; i < w.Length && !walk.IsAboutOrigin; i++)
            way[i] += target[i] - w[i];
        if (!walk.IsAboutOrigin)
            Round(op.Inputs[^1], way);
        target.CopyTo(w);
    }

    // Settled by the weights before the first step.
    private double Radius(PlannedOp op, FrankWolfeOptimizer walk)
    {
        PlanTensor tensor = Plan.Tensors[op.Output];
        return walk.Radius * weights.Norm(tensor, x =>
            LinearMinimization.Norm(walk.Set, x, tensor.Shape[0], walk.Entries(tensor.Shape.Count)));
    }

    // g becomes the step.
    private static void Optimize(Optimizer? optimizer, StepContext context, Span<float> g, Memory<float>[] states)
    {
        if (optimizer is MomentumOptimizer { Factor: var factor })
        {
            Span<float> velocity = states[0].Span;
            float keep = (float)factor, take = (float)(1 - factor);
            for (int i = 0; i < g.Length; i++)
                g[i] = velocity[i] = (keep * velocity[i]) + (take * g[i]);
        }
        else if (optimizer is AdamOptimizer)
        {
            Span<float> mean = states[0].Span, square = states[1].Span;
            double unbiasedMean = 1 - Power(AdamOptimizer.Mean, context.Step + 1),
                unbiasedSquare = 1 - Power(AdamOptimizer.Square, context.Step + 1);
            for (int i = 0; i < g.Length; i++)
            {
                mean[i] = (float)((AdamOptimizer.Mean * mean[i]) + ((1 - AdamOptimizer.Mean) * g[i]));
                square[i] = (float)((AdamOptimizer.Square * square[i]) + ((1 - AdamOptimizer.Square) * g[i] * g[i]));
                g[i] = (float)(mean[i] / unbiasedMean / (Math.Sqrt(square[i] / unbiasedSquare) + AdamOptimizer.Epsilon));
            }
        }
    }

    // w ← w − η·g without keeping g, one direction after the other.
    private void Descend(Estimate estimate, ImmutableArray<int> inputs, StepContext context, Span<float> z, Span<float> w)
    {
        EstimateOperands operands = estimate.Split(inputs);
        for (int direction = 0; direction < estimate.Directions; direction++)
        {
            double slope = Factor(estimate, operands, direction);
            if (slope == 0)
                continue;
            Draw(estimate.Probe, operands.Probe, direction, context, (uint)direction, z);
            float step = (float)(slope * context.LearningRate / (estimate.IsProjected ? 1 : estimate.Directions));
            for (int i = 0; i < w.Length; i++)
                w[i] -= step * z[i];
        }
    }

    // g itself, for what needs all of it before a weight moves.
    private void Estimated(Estimate estimate, ImmutableArray<int> inputs, StepContext context, Span<float> z, Span<float> g)
    {
        EstimateOperands operands = estimate.Split(inputs);
        g.Clear();
        for (int direction = 0; direction < estimate.Directions; direction++)
        {
            Draw(estimate.Probe, operands.Probe, direction, context, (uint)direction, z);
            float factor = (float)(Factor(estimate, operands, direction) / (estimate.IsProjected ? 1 : estimate.Directions));
            for (int i = 0; i < g.Length; i++)
                g[i] += factor * z[i];
        }
    }

    /// <inheritdoc/>
    internal override float Factor(int direction) =>
        (float)Factor(FirstEstimate.Estimate, FirstEstimate.Operands, direction);

    private double Factor(Estimate estimate, EstimateOperands operands, int direction) =>
        Given is { } given ? Math.ScaleB(given.Values[direction], -given.FractionBits) : estimate.IsProjected
        ? Scratch(operands.Factors[0])[direction]
        : estimate.IsSpreadNormalized ? Spread(operands.Factors, direction)
        : Slope(estimate.Estimator, estimate.Apart, operands.Factors, direction);

    // (L₊ − L) / σ of the losses of all directions (arXiv 2506.09034); 0 where all of them are equal.
    private double Spread(ImmutableArray<int> losses, int direction)
    {
        int m = losses.Length / 2;
        double mean = 0, squares = 0;
        for (int d = 0; d < m; d++)
            mean += Scratch(losses[2 * d])[0] / (double)m;
        for (int d = 0; d < m; d++)
            squares += (Scratch(losses[2 * d])[0] - mean) * (Scratch(losses[2 * d])[0] - mean);
        double deviation = Math.Sqrt(squares / (m - 1));
        double difference = (double)Scratch(losses[2 * direction])[0] - Scratch(losses[(2 * direction) + 1])[0];
        return deviation > 0 ? difference / deviation : 0;
    }

    private double Slope(Estimator estimator, int apart, ImmutableArray<int> losses, int direction)
    {
        if (estimator == Estimator.Jvp)
            return Scratch(losses[direction])[0];
        float plus = Scratch(losses[2 * direction])[0], minus = Scratch(losses[(2 * direction) + 1])[0];
        return estimator == Estimator.Spsa ? ((double)plus - minus) / (apart * epsilon) : Sign(plus - minus);
    }

    // Of what is no number 0: the step teaches nothing, and its loss tells why.
    private static int Sign(float value) => float.IsNaN(value) ? 0 : Math.Sign(value);

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += (double)value * value;
        return sum;
    }

    // By squaring: the same bits everywhere.
    private static double Power(double factor, uint exponent)
    {
        double power = 1;
        for (; exponent > 0; exponent >>= 1, factor *= factor)
            power *= (exponent & 1) != 0 ? factor : 1;
        return power;
    }

    // Which weights train is settled by their values before the first step.
    private void ChooseWeights()
    {
        foreach (PlannedOp op in Plan.Ops)
        {
            if (op.Op is ForwardGradientUpdate { Optimizer: FrankWolfeOptimizer walk })
                Radius(op, walk);
            if (op.Op is not ForwardGradientUpdate { Estimate: var estimate }
                || estimate.Split(op.Inputs).Probe.Mask is not int mask)
                continue;
            masks.Add(mask);
            weights.Mask(Plan.Tensors[mask], Plan.Tensors[op.Output], estimate.Probe.Sparsity!);
        }
    }
}
