namespace NpuSim.Simulator.Tests.Studies;

/// <summary>ONNX's operators by their definitions, on arrays in ONNX's own order [batch, channels, height, width].</summary>
internal static class OnnxReference
{
    public static float[] Conv(float[] x, int[] xs, float[] w, int[] ws, float[]? b, int stride, int pad, int group)
    {
        int oh = ((xs[2] + (2 * pad) - ws[2]) / stride) + 1, ow = ((xs[3] + (2 * pad) - ws[3]) / stride) + 1;
        float[] y = new float[xs[0] * ws[0] * oh * ow];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / (oh * ow) % ws[0], n = i / (oh * ow * ws[0]), top = (i / ow % oh * stride) - pad,
                left = (i % ow * stride) - pad;
            double sum = b?[c] ?? 0;
            for (int k = 0; k < ws[1] * ws[2] * ws[3]; k++)
            {
                int ic = (c / (ws[0] / group) * ws[1]) + (k / (ws[2] * ws[3])), h = top + (k / ws[3] % ws[2]),
                    v = left + (k % ws[3]);
                if (h >= 0 && h < xs[2] && v >= 0 && v < xs[3])
                    sum += x[(((((n * xs[1]) + ic) * xs[2]) + h) * xs[3]) + v] * (double)w[(c * ws[1] * ws[2] * ws[3]) + k];
            }

            y[i] = (float)sum;
        }

        return y;
    }

    public static float[] Pool(float[] x, int[] xs, int size, Func<IEnumerable<float>, float> reduce)
    {
        int oh = xs[2] / size, ow = xs[3] / size;
        return [.. Enumerable.Range(0, xs[0] * xs[1] * oh * ow).Select(i => reduce(Enumerable.Range(0, size * size).Select(k =>
            x[(((i / (oh * ow) * xs[2]) + (i / ow % oh * size) + (k / size)) * xs[3]) + (i % ow * size) + (k % size)])))];
    }

    /// <summary>Rows of x [m, k] times w [n, k] transposed, plus b.</summary>
    public static float[] Gemm(float[] x, float[] w, float[]? b, int m, int n, int k) =>
        [.. Enumerable.Range(0, m * n)
            .Select(i => (float)((b?[i % n] ?? 0) + Enumerable.Range(0, k)
                .Sum(j => x[(i / n * k) + j] * (double)w[(i % n * k) + j])))];

    public static float[] Softmax(float[] x, int depth) => [.. x.Chunk(depth).SelectMany(row =>
        row.Select(v => (float)(Math.Exp(v - row.Max()) / row.Sum(u => Math.Exp(u - row.Max())))))];

    public static float[] PerChannel(float[] x, int channels, int pixels, Func<float, int, float> f) =>
        [.. x.Select((v, i) => f(v, i / pixels % channels))];
}
