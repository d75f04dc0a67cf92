using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;

namespace NpuSim.Simulator.Execution;

/// <summary>Works out the scale of every tensor of a fixed-point plan from the ranges that calibration found.</summary>
internal static class PlanScales
{
    /// <summary>Scales by tensor id.</summary>
    /// <param name="plan">A plan in fixed point.</param>
    /// <param name="ranges">Largest magnitude of every graph value, by id.</param>
    public static ImmutableArray<TensorScale> Of(Plan plan, IReadOnlyDictionary<int, double> ranges)
    {
        TensorScale[] scales = new TensorScale[plan.Tensors.Length];
        ILookup<int, PlannedOp> readers = plan.Ops.SelectMany(o => o.Inputs.Select(i => (plan.Owner(i).Id, o)))
            .ToLookup(p => p.Id, p => p.o);
        foreach (PlanTensor tensor in plan.Tensors.Where(t => t.Role == TensorRole.Input || t.IsPersistent))
        {
            if (tensor.Format != NumberFormat.Int32 && tensor.Role != TensorRole.OptimizerState && tensor.Source is not null)
                scales[tensor.Id] = tensor.ViewOf is int owner ? scales[owner] : Calibrated(tensor, ranges);
        }

        foreach (PlannedOp op in plan.Ops)
        {
            foreach (int input in op.Inputs) // a frozen bias, stored at the scale of the accumulator it starts
            {
                if (plan.Tensors[input] is { Role: TensorRole.FrozenWeight, Format: NumberFormat.Int32 })
                    scales[input] = scales[plan.Owner(input).Id] = Accumulator(op, scales);
            }

            PlanTensor output = plan.Tensors[op.Output];
            scales[op.Output] = op.Op switch
            {
                ForwardGradientUpdate or GradientDescentUpdate or Perturb or ReluGradient or MaxPoolGradient or MaxPoolIndexGradient => scales[op.Inputs[0]],
                Decode => scales[Decode.Values(op.Inputs)],
                Requantize when output.Format == NumberFormat.Int32 => Accumulator(readers[op.Output].First(), scales),
                Requantize => Calibrated(output, ranges),
                Softmax when output.Format == NumberFormat.Int8 => new TensorScale(1.0 / 256, -128),
                Softmax => new TensorScale(1.0 / 32768),
                Lookup => scales[op.Inputs[1]],
                var keeps when keeps.KeepsIntegers() => scales[op.Inputs[0]],
                Accumulate => scales[op.Inputs[1]],
                CrossEntropy or GuideDirection or KernelNorm or Positive or MaxPoolIndex => default,
                // The seed of a backward pass, a sum that starts at 0
                Fill when output.Source is not int source || !ranges.ContainsKey(source) => default,
                LookupGradient => scales[op.Inputs[1]],
                SumTo or Resample when output.Format == NumberFormat.Int32 => scales[op.Inputs[0]],
                Add when output.Format == NumberFormat.Int32 =>
                new(Math.Max(scales[op.Inputs[0]].Step, scales[op.Inputs[1]].Step)),
                MatMul matmul when output.Format == NumberFormat.Int32 => new(matmul.Scale * Accumulator(op, scales).Step),
                Conv2dWeightGradient => Accumulator(op, scales),
                LayerNormScaleGradient => new(scales[op.Inputs[0]].Step / (1 << LayerNormGradientKernel.ScaleFraction)),
                _ => Calibrated(output, ranges),
            };
            if (output.ViewOf is int whole && !op.Op.IsView) // one of several parts, all of the same scale
                scales[whole] = scales[op.Output];
        }

        return [.. scales];
    }

    /// <summary>Scales by tensor id as a quantised network gives them.</summary>
    /// <param name="plan">An inference in 8 bits.</param>
    /// <param name="graph">The network that was planned.</param>
    /// <param name="quantization">Its scales.</param>
    /// <exception cref="InputException">A tensor has no scale, or the same integers have two.</exception>
    public static ImmutableArray<TensorScale> Of(Plan plan, Graph graph, Quantization quantization)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ImmutableArray<TensorScale> scales = [.. plan.Tensors.Select(ScaleOf)];
        foreach (PlannedOp view in plan.Ops.Where(o => o.Op.IsView && scales[o.Inputs[0]] != scales[o.Output]))
        {
            throw new InputException(
                $"the quantised network gives '{view.Name}' ({view.Op.Name}) another scale than "
                    + $"'{plan.Tensors[view.Inputs[0]].Name}', whose integers it has.");
        }

        return scales;

        TensorScale ScaleOf(PlanTensor tensor)
        {
            string name = graph.Values[tensor.Source!.Value].Name;
            if (quantization.Scales.TryGetValue(name, out ValueScale? scale))
                return new(scale.Steps[0], scale.ZeroPoint, scale.Steps.Length == 1
                    ? default : [.. scale.Steps.Select(s => (double)s)], Given: true);
            return tensor.Format == NumberFormat.Int32
                ? default // a bias: integers of its accumulator
                : throw new InputException($"the quantised network gives no scale for '{name}'.");
        }
    }

    private static TensorScale Accumulator(PlannedOp op, TensorScale[] scales) =>
        new(scales[op.Inputs[0]].Step * scales[op.Inputs[1]].Step);

    private static TensorScale Calibrated(PlanTensor tensor, IReadOnlyDictionary<int, double> ranges) =>
        TensorScale.Symmetric(ranges[tensor.Source!.Value], tensor.Format.MaxValue());
}
