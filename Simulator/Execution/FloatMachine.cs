using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Evaluation;

namespace NpuSim.Simulator.Execution;

/// <summary>Runs plans in floating point as hardware does that stores narrow numbers: every result is rounded to the format of its
/// tensor, sums are fp32.</summary>
public sealed partial class FloatMachine : Machine<float>
{
    private readonly FloatWeights weights;
    private readonly double epsilon;
    private readonly int threads;
    private readonly double[] lastLosses;
    private readonly int logits;
    private readonly HashSet<int> masks = [];

    /// <summary>Prepares to run a step.</summary>
    /// <param name="step">A step in formats of floats.</param>
    /// <param name="weights">Weights, shared with other machines of the run and changed by updates.</param>
    /// <param name="epsilon">ε of forward-gradient methods.</param>
    /// <param name="threads">Threads of one operation at most; 0: one per processor. No result depends on it.</param>
    public FloatMachine(Step step, FloatWeights weights, double epsilon = 0, int threads = 0)
        : base(step, UnitBytes(step.Plan))
    {
        Plan plan = step.Plan;
        (this.weights, this.epsilon, this.threads) = (weights, epsilon, threads);
        lastLosses = new double[Losses.Length];
        logits = plan.Ops[^1].Output;
        ChooseWeights();
        foreach (PlanTensor tensor in plan.Tensors.Where(t => t is { IsPersistent: true, ViewOf: null } && !masks.Contains(t.Id)))
            Round(tensor.Id, weights.Of(tensor));
    }

    /// <inheritdoc/>
    public override double Loss => lastLosses.Average();

    /// <inheritdoc/>
    public override int Predict(int row)
    {
        int classes = (int)(Plan.Tensors[logits].Shape.Count / Plan.Batch); // on whichever axis they lie
        ReadOnlySpan<float> values = Scratch(logits).Slice(row * classes, classes);
        return FirstLargest(values);
    }

    /// <inheritdoc/>
    protected override Action<StepContext> Compile(PlannedOp op)
    {
        Memory<float> output = Memory(op.Output);
        switch (op.Op)
        {
            case { IsView: true }:
                return _ => { };
            case Perturb or DrawDirection or GuideDirection or KernelNorm or DirectionGram or DirectionProjection or ForwardGradientUpdate:
                return Probing(op, output);
            case Decode decode:
                byte[] mask = Packed(decode.Mask(op.Inputs)), indices = Packed(decode.Indices(op.Inputs));
                Memory<float> values = Memory(Decode.Values(op.Inputs));
                if (decode.Form.GroupBits is not null)
                {
                    byte[] zeros = Packed(decode.Zeros(op.Inputs));
                    return _ =>
                    {
                        GroupedWeights.Decode(decode.Form, indices, zeros, values.Span, decode.First, output.Span);
                        Round(op.Output, output.Span);
                    };
                }

                return _ => DecodeKernel.Run<float>(mask, indices, decode.Form.IndexBits, values.Span, decode.First, output.Span);
            case Accumulate { Share: var share }:
                Memory<float> addend = Memory(op.Inputs[1]);
                return _ =>
                {
                    Span<float> sum = output.Span;
                    for (int i = 0; i < sum.Length; i++)
                        sum[i] += (float)share * addend.Span[i];
                    Round(op.Output, sum);
                    KeepLoss(op.Output);
                };
            case GradientDescentUpdate descent:
                float unscale = (float)(1 / descent.LossScale);
                Memory<float> gradient = Memory(op.Inputs[1]);
                Memory<float> velocity = descent.Momentum > 0 ? Memory(op.Inputs[2]) : Memory<float>.Empty;
                int stride = Plan.Tensors[op.Output].Shape[^1], part = descent.Channels > 0 ? descent.Channels : stride;
                return context =>
                {
                    Descend((float)descent.Momentum, (float)context.DescentRate, unscale, gradient.Span, velocity.Span,
                        output.Span, part, stride);
                    Round(op.Output, velocity.Span);
                    Round(op.Output, output.Span);
                };
            case Requantize:
                Memory<float> operand = Memory(op.Inputs[0]);
                return _ =>
                {
                    operand.Span.CopyTo(output.Span);
                    Round(op.Output, output.Span);
                };
            default:
                Tensor<float>[] inputs = [.. op.Inputs.Select(i => new Tensor<float>(Plan.Tensors[i].Shape, Memory(i)))];
                Tensor<float> result = new(Plan.Tensors[op.Output].Shape, output);
                return _ =>
                {
                    FloatOps.Execute(op.Op, inputs, result, threads);
                    Round(op.Output, result.Data.Span);
                    KeepLoss(op.Output);
                };
        }
    }

    // What follows may take its memory.
    private void KeepLoss(int tensor)
    {
        int loss = Losses.IndexOf(tensor);
        if (loss >= 0)
            lastLosses[loss] = Scratch(tensor)[0];
    }

    private Memory<float> Memory(int tensor) =>
        Plan.Tensors[tensor].IsPersistent ? weights.Of(Plan.Owner(tensor)) : ScratchMemory(tensor);

    // Bytes, which floats hold exactly.
    private byte[] Packed(int? tensor) => tensor is int id ? [.. weights.Of(Plan.Tensors[id]).Select(v => (byte)v)] : [];

    // The first "part" of every "stride" weights changes; gradient and velocity hold only these.
    private static void Descend(
        float momentum, float rate, float unscale, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> w, int part,
        int stride)
    {
        for (int row = 0, i = 0; row < w.Length; row += stride)
        {
            for (int column = 0; column < part; column++, i++)
            {
                float step = unscale * gradient[i];
                if (!velocity.IsEmpty)
                    velocity[i] = step += momentum * velocity[i];
                w[row + column] -= rate * step;
            }
        }
    }

    private void Round(int tensor, Span<float> values)
    {
        NumberFormat format = Plan.Tensors[tensor].Format;
        if (format is not (NumberFormat.Bit or NumberFormat.Fp32) && !format.IsInteger())
            FloatRounding.Round(format, values);
    }

    // Of the narrowest floats; one number of the host stands for each, whatever their width.
    private static int UnitBytes(Plan plan) => plan.Tensors
        .Where(t => t.Format != NumberFormat.Bit && !t.Format.IsInteger()).Select(t => t.Format.Bits() / 8).DefaultIfEmpty(4).Min();
}
