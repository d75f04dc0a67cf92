using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>The operations that are matrix products, in float, by packed kernels.</summary>
internal static unsafe class FloatProducts
{
    /// <summary>Computes the operation when it is a matrix product; false when it is another.</summary>
    internal static bool TryExecute(Op op, ReadOnlySpan<Tensor<float>> inputs, Tensor<float> output, int threads)
    {
        if (op is not (Linear or MatMul or Conv2d or ConvTranspose2d or Conv2dInputGradient or Conv2dWeightGradient))
            return false;
        Shape first = inputs[0].Shape, second = inputs[1].Shape;
        fixed (
            float* a = inputs[0].Span, b = inputs[1].Span, bias = inputs.Length > 2 ? inputs[2].Span : default, y = output.Span)
        {
            switch (op)
            {
                case Linear: FullyConnected(first, second, a, b, bias, y, threads); break;
                case MatMul matmul: Multiply(matmul, first, second, a, b, y, threads); break;
                case Conv2d conv:
                    Window s = conv.WindowOf(first, second);
                    if (FastDepthwise.Fits(s))
                        FastDepthwise.Forward(s, a, b, bias, y, threads);
                    else
                        FastConvolution.Forward(s, a, b, bias, y, threads);
                    break;
                case ConvTranspose2d or Conv2dInputGradient:
                    s = op is ConvTranspose2d t ? t.WindowOf(first, second) : ((Conv2dInputGradient)op).Window(second);
                    if (FastDepthwise.Fits(s))
                        FastDepthwise.InputGradient(s, a, b, y, threads);
                    else
                        FastConvolution.InputGradient(s, a, b, y, threads);
                    break;
                case Conv2dWeightGradient conv:
                    s = conv.Convolution.WindowOf(second, conv.Filters);
                    if (FastDepthwise.Fits(s))
                        FastDepthwise.WeightGradient(s, a, b, y, threads);
                    else
                        FastConvolution.WeightGradient(s, a, b, y, threads);
                    break;
            }
        }

        return true;
    }

    private static void FullyConnected(Shape x, Shape w, float* a, float* b, float* bias, float* y, int threads)
    {
        int n = w[0], k = w[1], rows = (int)(x.Count / k);
        Gemm.Multiply(new(a, rows, k, k, 1), new(b, k, n, 1, k), new(y, rows, n, n, 1), new(1, (IntPtr)bias), threads);
    }

    private static void Multiply(MatMul op, Shape first, Shape second, float* a, float* b, float* y, int threads)
    {
        (int m, int k) = op.TransposeA ? (first[^1], first[^2]) : (first[^2], first[^1]);
        int n = op.TransposeB ? second[^2] : second[^1], products = (int)(first.Count / ((long)m * k));
        bool shared = second.Rank == 2;
        if (shared && !op.TransposeA)
            (m, products) = (m * products, 1); // one tall product
        Epilogue epilogue = new((float)op.Scale, 0);
        if (products == 1)
        {
            Product(0, threads);
            return;
        }

        Parallelism.Split(products, 1, (long)m * n * k, threads, (start, count) =>
        {
            for (int product = start; product < start + count; product++)
                Product(product, 1);
        });

        void Product(int product, int limit)
        {
            float* left = a + ((long)product * m * k), right = shared ? b : b + ((long)product * k * n);
            Gemm.Multiply(
                op.TransposeA ? new(left, m, k, 1, m) : new(left, m, k, k, 1),
                op.TransposeB ? new(right, k, n, 1, k) : new(right, k, n, n, 1),
                new(y + ((long)product * m * n), m, n, n, 1), epilogue, limit);
        }
    }
}
