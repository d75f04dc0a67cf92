using System.Runtime.InteropServices;
using System.Text.Json;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Accelerators.Vectors;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>The reference results of TFLite, CMSIS-NN and XNNPACK, layer by layer, on the device.</summary>
public sealed class GoldenTests
{
    private static IEnumerable<string> Files() =>
        GoldenFolder.Files("numerics")
            .Where(f => f != "onnx_node.jsonl" && (f.Length == 0 || f.EndsWith(".jsonl", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Files))]
    public void Every_file_of_layers_passes_exactly(string file)
    {
        // Skips where they are absent, which it could not within Multiple
        string[] lines = File.ReadAllLines(GoldenFolder.Find($"numerics/{file}"));
        using DeviceKernels kernels = new();
        Assert.Multiple(() =>
        {
            foreach (string line in lines)
            {
                using JsonDocument vector = JsonDocument.Parse(line);
                VectorOutcome outcome = LayerVector.Run(vector.RootElement, kernels);
                Assert.That(outcome.Passed, $"{outcome}");
            }
        });
    }

    /// <summary>Layers by way of the device: operands there, outputs back.</summary>
    private sealed class DeviceKernels : LayerKernels, IDisposable
    {
        private static readonly NumericPolicy Any = new(new AccumulatorPolicy(32, Overflow.Wrap));

        private readonly Dictionary<NumericPolicy, Bench> benches = [];

        public void Dispose()
        {
            foreach (Bench bench in benches.Values)
                bench.Dispose();
        }

        public override void Convolution(
            ConvolutionShape shape, Operand x, Operand w, ReadOnlySpan<long> bias, OutputStage stage, Operand y,
            NumericPolicy policy)
        {
            (Bench bench, DeviceOperand left, DeviceOperand right, DeviceOperand output) = Put(policy, x, w, y);
            DeviceOperand starts = Bias(bench, bias);
            bench.Count(() => bench.Kernels.Convolution(shape, left, right, starts, stage, output, default, 1));
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void Linear(
            int m, int n, int k, Operand x, Operand w, ReadOnlySpan<long> bias, OutputStage stage, Operand y,
            NumericPolicy policy)
        {
            (Bench bench, DeviceOperand left, DeviceOperand right, DeviceOperand output) = Put(policy, x, w, y);
            DeviceOperand starts = Bias(bench, bias);
            bench.Count(() => bench.Kernels.Linear(new(m, n, k), left, right, starts, stage, output, default, 1));
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void MatMul(
            int m, int n, int k, bool transposeB, Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy)
        {
            (Bench bench, DeviceOperand left, DeviceOperand right, DeviceOperand output) = Put(policy, a, b, y);
            bench.Count(() => bench.Kernels.MatMul(new(m, n, k, TransposeB: transposeB), left, right, stage, output, default, 1));
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void Add(Operand a, Operand b, AddStage stage, Operand y, NumericPolicy policy)
        {
            (Bench bench, DeviceOperand left, DeviceOperand right, DeviceOperand output) = Put(policy, a, b, y);
            bench.Count(() => bench.Kernels.Add(left, right, stage, output, default, 1));
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void Mul(Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy)
        {
            (Bench bench, DeviceOperand left, DeviceOperand right, DeviceOperand output) = Put(policy, a, b, y);
            bench.Count(() => bench.Kernels.Mul(left, right, stage, output, default, 1));
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void AveragePool(ConvolutionShape shape, Operand x, Operand y, int minimum, int maximum)
        {
            (Bench bench, DeviceOperand input, _, DeviceOperand output) = Put(Any, x, x, y);
            bench.Kernels.AveragePool(shape, input, output, minimum, maximum);
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void MaxPool(ConvolutionShape shape, Operand x, Operand y, int minimum, int maximum)
        {
            (Bench bench, DeviceOperand input, _, DeviceOperand output) = Put(Any, x, x, y);
            bench.Kernels.MaxPool(shape, input, output, minimum, maximum);
            bench.Get(output).CopyTo(y.Bytes);
        }

        public override void Softmax(int rows, int depth, Operand x, SoftmaxStage stage, Operand y)
        {
            (Bench bench, DeviceOperand input, _, DeviceOperand output) = Put(Any, x, x, y);
            bench.Kernels.Softmax(rows, depth, input, stage, output);
            bench.Get(output).CopyTo(y.Bytes);
        }

        private (Bench, DeviceOperand, DeviceOperand, DeviceOperand) Put(NumericPolicy policy, Operand a, Operand b, Operand y)
        {
            if (!benches.TryGetValue(policy, out Bench? bench))
                benches.Add(policy, bench = new Bench(policy));
            return (bench, bench.Put(a.Bytes.ToArray(), a.Format), bench.Put(b.Bytes.ToArray(), b.Format),
                bench.Put(y.Bytes.ToArray(), y.Format));
        }

        private static DeviceOperand Bias(Bench bench, ReadOnlySpan<long> bias) =>
            bias.IsEmpty ? default : bench.Put(MemoryMarshal.AsBytes(bias).ToArray(), NumberFormat.Int64);
    }
}
