using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>
/// Graph operations by the textbook loops. This is the definition to the bit: sums of products run in the order of their index
/// with fused multiply-adds and start at +0; sums over a row are those of <see cref="RowSums"/>, other sums run in the order of
/// their index; padding takes part as zeros.
/// </summary>
internal static class FloatReference
{
    /// <summary>Computes one operation. See <see cref="FloatOps.Execute"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="op">An operation of a graph.</param>
    /// <param name="inputs">Its operands in order.</param>
    /// <param name="output">Where the result goes, of the inferred shape.</param>
    /// <exception cref="ArgumentException">The operation is not one of a graph.</exception>
    public static void Execute<T>(Op op, ReadOnlySpan<Tensor<T>> inputs, Tensor<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = inputs.Length > 0 ? inputs[0].Span : default;
        ReadOnlySpan<T> y = inputs.Length > 1 ? inputs[1].Span : default;
        ReadOnlySpan<T> z = inputs.Length > 2 ? inputs[2].Span : default;
        Shape shape = inputs.Length > 0 ? inputs[0].Shape : default;
        Span<T> result = output.Span;
        switch (op)
        {
            case Linear: Products.Linear(inputs, result); break;
            case MatMul matmul: Products.MatMul(matmul, inputs, result); break;
            case Conv2d conv: Convolution.Forward(conv.WindowOf(shape, inputs[1].Shape), x, y, z, result); break;
            case Conv2dInputGradient conv:
                Convolution.InputGradient(conv.Convolution.WindowOf(conv.Input, inputs[1].Shape), x, y, result);
                break;
            case ConvTranspose2d conv: Convolution.InputGradient(conv.WindowOf(shape, inputs[1].Shape), x, y, result); break;
            case Conv2dWeightGradient conv:
                Convolution.WeightGradient(conv.Convolution.WindowOf(inputs[1].Shape, conv.Filters), x, y, result);
                break;
            case LookupGradient: Layout.LookupGradient(x, y, result, output.Shape[1]); break;
            case Rotate rotate: Layout.Rotate(rotate, inputs[0], result); break;
            case Lookup: Layout.Lookup(x, inputs[1], result); break;
            case Add: Arithmetic.Add(inputs[0], inputs[1], result); break;
            case Mul: Arithmetic.Multiply(inputs[0], inputs[1], result); break;
            case Compare compare: Arithmetic.Compare(compare.Kind, inputs[0], inputs[1], result); break;
            case Select: Arithmetic.Select(inputs[0], inputs[1], inputs[2], output); break;
            case Resample resample: Layout.Resample(resample, inputs[0], result); break;
            case SumTo: Arithmetic.SumTo(inputs[0], output); break;
            case Broadcast: Arithmetic.Broadcast(inputs[0], output); break;
            case Relu relu: Activations.Relu(x, result, T.CreateChecked(relu.Ceiling)); break;
            case ReluGradient relu: Activations.ReluGradient(x, y, result, T.CreateChecked(relu.Ceiling)); break;
            case Positive positive: Activations.Positive(x, result, T.CreateChecked(positive.Ceiling)); break;
            case Gelu: Activations.Gelu(x, result); break;
            case UnaryGradient { Function: Gelu }: Activations.GeluGradient(x, y, result); break;
            case UnaryFunction function: Activations.Each(function, x, result); break;
            case UnaryGradient { Function: var function }: Activations.EachGradient(function, x, y, result); break;
            case LogSoftmax: Softmaxes.Logarithm(x, result, shape[^1]); break;
            case Softmax { IsCausal: true }: Softmaxes.Causal(x, result, shape[^1]); break;
            case Softmax: Softmaxes.Forward(x, result, shape[^1]); break;
            case SoftmaxGradient: Softmaxes.Gradient(x, y, result, shape[^1]); break;
            case CrossEntropy: result[0] = T.CreateChecked(Softmaxes.MeanCrossEntropy(x, y, shape[^1])); break;
            case CrossEntropyGradient: Softmaxes.CrossEntropyGradient(x, y, z, result, shape[^1]); break;
            case Distillation loss: Distillations.Loss(loss, x, y, z, result, shape[^1]); break;
            case DistillationGradient gradient:
                Distillations.Gradient(gradient.Loss, x, y, z, inputs[3].Span, result, shape[^1]);
                break;
            case MeanSquaredError: SquaredErrors.Mean(x, y, result); break;
            case MeanSquaredErrorGradient: SquaredErrors.Gradient(x, y, z, result); break;
            case LayerNorm norm: LayerNorms.Forward(x, y, z, result, norm.Epsilon, norm.IsCentred); break;
            case LayerNormGradient norm: LayerNorms.Gradient(x, y, z, result, norm.Epsilon, norm.IsCentred); break;
            case LayerNormScaleGradient norm: LayerNorms.ScaleGradient(x, y, result, norm.Epsilon, norm.IsCentred); break;
            case BatchNorm norm: BatchNorms.Forward(norm, inputs, result); break;
            case BatchNormGradient norm: BatchNorms.Gradient(x, y, z, result, norm.Epsilon); break;
            case BatchStatisticsGradient norm: BatchNorms.StatisticsGradient(x, y, z, result, norm.Epsilon); break;
            case BatchNormScaleGradient norm: BatchNorms.ScaleGradient(norm, inputs, result); break;
            case BatchMean: BatchNorms.Mean(x, result); break;
            case BatchVariance: BatchNorms.Variance(x, result); break;
            case AveragePool pool: Pooling.Average(pool.WindowOf(shape), x, result); break;
            case AveragePoolGradient pool: Pooling.AverageGradient(pool.Pool.WindowOf(pool.Input), x, result); break;
            case MaxPool pool: Pooling.Max(pool.WindowOf(shape), x, result); break;
            case MaxPoolGradient pool: Pooling.MaxGradient(pool.Pool.WindowOf(inputs[1].Shape), x, y, result); break;
            case MaxPoolTangent pool: Pooling.MaxTangent(pool.Pool.WindowOf(inputs[1].Shape), x, y, result); break;
            case MaxPoolIndex pool: Pooling.MaxIndex(pool.Pool.WindowOf(shape), x, result); break;
            case MaxPoolIndexGradient pool: Pooling.MaxIndexGradient(pool.Pool.WindowOf(pool.Input), x, y, result); break;
            case Reshape: x.CopyTo(result); break;
            case Transpose transpose: Layout.Transpose(transpose.Permutation.AsSpan(), inputs[0], result); break;
            case Concat concat: Layout.Concat(concat.Axis, inputs, output); break;
            case Slice slice: Layout.Slice(slice, inputs[0], result); break;
            case Pad pad: Layout.Pad(pad, inputs[0], result); break;
            case Fill fill: result.Fill(T.CreateChecked(fill.Number)); break;
            default: throw new ArgumentException($"{op.Name} is not an operation of a graph.", nameof(op));
        }
    }
}
