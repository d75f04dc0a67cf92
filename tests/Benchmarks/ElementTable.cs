using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Benchmarks;

/// <summary>Nanoseconds per element of everything that is not a matrix product, one thread.</summary>
internal static class ElementTable
{
    private const int Rows = 2000, Depth = 192, Count = Rows * Depth;

    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));

    public static void Print(TextWriter output)
    {
        int before = WorkTeam.Threads;
        WorkTeam.Threads = 1;
        byte[] x = Operands.Draw(Count, NumberFormat.Int8, 127), w = Operands.Draw(Count, NumberFormat.Int16, 32767);
        byte[] gamma = Operands.Draw(Depth, NumberFormat.Int16, 20000), y = new byte[2 * Count];
        int[] bias = new int[Count];
        OutputStage stage = new(FixedScale.FromDouble(0.01));
        AddStage add = AddStage.From(0.1, 0.08, 0.12, NumberFormat.Int8);
        SoftmaxStage softmax = SoftmaxStage.From(0.05, NumberFormat.Int8);
        LayerNormStage norm = LayerNormStage.From(0.05, 0.0001, 0.0001, 0.03);
        LookupTable gelu = LookupTable.ForInt8(TableKernel.Gelu, 0.05, 0.04);
        FixedScale step = FixedScale.FromDouble(0.3);
        sbyte[] z = new sbyte[Count];
        RandomAddress address = new(1, 2, 0, 3);
        output.WriteLine("| kernel | ns per element | bytes allocated |");
        output.WriteLine("|---|---|---|");
        Row("add int8", () => _ = ElementwiseKernel.Add(Int8(x), Int8(x), add, Int8(y.AsSpan(0, Count)), Policy));
        Row("mul int8", () => _ = ElementwiseKernel.Mul(Int8(x), Int8(x), stage, Int8(y.AsSpan(0, Count)), Policy));
        Row("requantise int32 to int8", () =>
            _ = ElementwiseKernel.Requantize(bias.AsSpan(), stage, Int8(y.AsSpan(0, Count)), Policy));
        Row("relu int8", () => ElementwiseKernel.Relu(Int8(x), Int8(y.AsSpan(0, Count))));
        Row("table int8 (GELU)", () => TableKernel.Run(gelu, Int8(x), Int8(y.AsSpan(0, Count))));
        Row("softmax int8", () => SoftmaxKernel.Run(Rows, Depth, Int8(x), softmax, Int8(y.AsSpan(0, Count))));
        Row("layer norm int8, γ int16", () => _ = LayerNormKernel.Run(
            Rows, Depth, Int8(x), Int16(gamma), Int16(gamma), norm, Int8(y.AsSpan(0, Count)), Policy));
        Row("draw z, normal", () => Perturbation.Draw(address, 0, z));
        Row("perturb int16", () => _ = PerturbKernel.Run(Int16(w), address, 1, 8, Int16(y), Policy));
        Row("update int16", () => _ = UpdateKernel.Run(Int16(w), 1, 2, 3, [1], step, Policy));
        WorkTeam.Threads = before;

        void Row(string name, Action work) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"| {name} | {Stopwatch.BestSeconds(work) * 1e9 / Count:F3} | {Stopwatch.Allocated(work)} |"));
    }

    private static Operand Int8(Span<byte> bytes) => new(bytes, NumberFormat.Int8);

    private static Operand Int16(Span<byte> bytes) => new(bytes, NumberFormat.Int16);
}
