using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// What a forward-gradient method keeps and emits per trained parameter: stored directions, masks, perturbed weights, tangents.
/// The only place where those operations enter a plan.
/// </summary>
internal sealed class Probing(PlanBuilder plan, ForwardMethod method)
{
    private readonly Dictionary<int, Keep> kept = []; // by value id of the parameter

    private sealed record Keep(Probe Probe, ImmutableArray<int> Directions, int? Mask);

    /// <summary>Losses L'₊ and L'₋ of the ascent step, once it is planned; perturbations after it are made at the
    /// neighbour.</summary>
    public (int Plus, int Minus)? Ascent { get; set; }

    private Unit Unit => method.Operands.ElementUnit();

    /// <summary>Declares what is kept for a parameter, and moves stored directions on.</summary>
    public void Begin(Value parameter, int index)
    {
        Probe probe = new(index, method.Distribution, method.LinearFeedback, method.Sparsity, method.Guided is not null);
        NumberFormat format = method.Operands.IsFixedPoint ? NumberFormat.Int8 : method.Operands.Stored;
        ImmutableArray<int> directions = method.Guided is null ? [] :
        [
            .. Enumerable.Range(0, method.Directions).Select(_ =>
                plan.Tensor($"direction of {parameter.Name}", parameter.Shape, format, TensorRole.OptimizerState).Id),
        ];
        int? mask = method.Sparsity is { IsStored: true }
            ? plan.Tensor($"mask of {parameter.Name}", [(int)((parameter.Shape.Count + 7) / 8)], NumberFormat.Int8,
                TensorRole.OptimizerState).Id
            : null;
        kept.Add(parameter.Id, new(probe, directions, mask));
        for (int d = 0; d < directions.Length; d++)
        {
            GuideDirection guide = new(probe with { IsStored = false, Sparsity = null }, method.Guided!.Value);
            plan.Add(new PlannedOp(0, $"guide {parameter.Name}", guide, [directions[d]], directions[d], Phase.Perturb, Unit, d));
        }
    }

    /// <summary>Emits w± of a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="tensor">Its tensor, or a part of it.</param>
    /// <param name="shape">Extents of that.</param>
    /// <param name="stored">Its format.</param>
    /// <param name="direction">Which direction; that of the ascent step is drawn in any method.</param>
    /// <param name="sign">+1 or −1.</param>
    /// <param name="suffix">Of the perturbed tensor's name.</param>
    /// <param name="first">Element of the parameter that the first of a part is.</param>
    /// <returns>The perturbed tensor.</returns>
    public int Perturb(Value parameter, int tensor, Shape shape, NumberFormat stored, int direction, int sign,
        string suffix, int first = 0)
    {
        Keep keep = kept[parameter.Id];
        bool ascends = direction == (int)RandomAddress.AscentDirection;
        Probe probe = ascends ? keep.Probe with { IsStored = false } : keep.Probe;
        IEnumerable<int> operands = Operands(keep, probe, direction, 1);
        ImmutableArray<int> inputs = [tensor, .. shape == parameter.Shape
            ? operands : operands.Select(o => Part(o, keep, shape, first))];
        if (Ascent is var (plus, minus))
            inputs = [.. inputs, plus, minus];
        int perturbed = plan.Tensor(parameter.Name + suffix, shape, stored, TensorRole.Perturbation, source: parameter.Id).Id;
        plan.Add(new PlannedOp(
            0, $"perturb {parameter.Name}", new Perturb(probe, sign, Ascent is not null), inputs, perturbed, Phase.Perturb,
            Unit, direction));
        return perturbed;
    }

    /// <summary>Emits z of a parameter as a tensor.</summary>
    public int Draw(Value parameter, int direction)
    {
        Keep keep = kept[parameter.Id];
        int drawn = plan.Tensor(
            Tangents.OutputName(parameter.Name), parameter.Shape, method.Operands.Stored, TensorRole.Perturbation).Id;
        plan.Add(new PlannedOp(
            0, $"draw {parameter.Name}", new DrawDirection(keep.Probe, parameter.Shape),
            [.. Operands(keep, keep.Probe, direction, 1)], drawn,
            Phase.Perturb, Unit, direction));
        return drawn;
    }

    /// <summary>Emits what turns losses into new weights.</summary>
    /// <param name="parameters">The trained parameters with their tensors.</param>
    /// <param name="losses">L₊ and L₋, L₊ and L at w, or the derivative, of each direction in turn.</param>
    public void Update(IReadOnlyList<(Value Parameter, int Tensor)> parameters, ImmutableArray<int> losses)
    {
        ImmutableArray<int> factors = method.IsOrthogonal ? [Project(parameters, losses)] : losses;
        foreach ((Value parameter, int tensor) in parameters)
        {
            Keep keep = kept[parameter.Id];
            Estimate estimate = new(keep.Probe, method.Directions, method.Estimator, method.IsOrthogonal, method.IsOneSided,
                method.IsSpreadNormalized);
            ImmutableArray<int> inputs = [tensor, .. factors, .. Operands(keep, keep.Probe, 0, method.Directions)];
            if (method.IsKernelNormalized)
            {
                NumberFormat format = method.Operands.IsFixedPoint ? NumberFormat.Int64 : NumberFormat.Fp32;
                int ratio = plan.Tensor($"ratio of {parameter.Name}", [1], format, TensorRole.WeightGradient).Id;
                plan.Add(new PlannedOp(0, $"norm {parameter.Name}", new KernelNorm(estimate), inputs, ratio, Phase.Update, Unit));
                inputs = inputs.Add(ratio);
            }

            inputs = [.. inputs, .. States(parameter), .. plan.Residual(parameter.Name, parameter.Shape, method.ResidualBits)];
            ForwardGradientUpdate update = new(estimate, method.Optimizer, method.IsKernelNormalized, method.ResidualBits);
            plan.Add(new PlannedOp(0, $"update {parameter.Name}", update, inputs, tensor, Phase.Update, Unit));
        }
    }

    private ImmutableArray<int> States(Value parameter)
    {
        NumberFormat format = method.Operands.IsFixedPoint ? NumberFormat.Int16
            : method.Optimizer is AdamOptimizer ? NumberFormat.Fp32 : method.Operands.Stored;
        string[] names = method.Optimizer switch
        {
            AdamOptimizer => ["mean", "square"],
            MomentumOptimizer => ["velocity"],
            FrankWolfeOptimizer walk =>
                [.. walk.IsPlain ? Array.Empty<string>() : ["mean"], .. walk.IsAboutOrigin ? Array.Empty<string>() : ["way"]],
            _ => [],
        };
        return [.. names.Select(name => plan.Tensor($"{name} of {parameter.Name}", parameter.Shape, format,
            TensorRole.OptimizerState).Id)];
    }

    private int Project(IReadOnlyList<(Value Parameter, int Tensor)> parameters, ImmutableArray<int> losses)
    {
        int m = method.Directions;
        int gram = plan.Tensor("gram", [m, m], NumberFormat.Fp32, TensorRole.WeightGradient).Id;
        plan.Add(new PlannedOp(0, "gram", new Workloads.Graphs.Ops.Fill([m, m], 0), [], gram, Phase.Update, Unit));
        foreach ((Value parameter, _) in parameters)
        {
            Keep keep = kept[parameter.Id];
            int next = plan.Tensor("gram", [m, m], NumberFormat.Fp32, TensorRole.WeightGradient).Id;
            plan.Add(new PlannedOp(
                0, $"gram {parameter.Name}", new DirectionGram(keep.Probe, m, parameter.Shape.Count),
                [gram, .. Operands(keep, keep.Probe, 0, m)], next,
                Phase.Update, Unit));
            gram = next;
        }

        int factors = plan.Tensor("projection", [m], NumberFormat.Fp32, TensorRole.WeightGradient).Id;
        plan.Add(new PlannedOp(0, "project", new DirectionProjection(m, method.Estimator, method.IsOneSided ? 1 : 2),
            [gram, .. losses], factors, Phase.Update, Unit));
        return factors;
    }

    // The part of a stored direction or mask that goes with a part of the parameter; parts begin at whole bytes of the mask.
    private int Part(int operand, Keep keep, Shape shape, int first) => operand == keep.Mask
        ? plan.Part(operand, [(int)((shape.Count + 7) / 8)], first / 8)
        : plan.Part(operand, shape, first);

    private static IEnumerable<int> Operands(Keep keep, Probe probe, int direction, int directions)
    {
        foreach (int id in probe.IsStored ? keep.Directions.Slice(direction, directions) : [])
            yield return id;
        if (keep.Mask is int mask)
            yield return mask;
    }
}
