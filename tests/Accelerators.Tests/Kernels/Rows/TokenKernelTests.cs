using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels.Rows;

/// <summary>What language models need beside other transformers.</summary>
public sealed class TokenKernelTests
{
    private static readonly NumericPolicy Policy = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);

    [Test]
    public void Rotation_is_within_one_step_of_its_float_formula(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        const int Positions = 3, Half = 2, Rows = 6;
        double[] angles = [0, 0, 1, 0.1, 2, 0.2];
        int[] x = ElementwiseKernelTests.Draw(new RandomStream(1, $"{format}"), Rows * 2 * Half, format);
        int[] c = [.. angles.Select(a => RotationKernel.Fixed(Math.Cos(a)))], s = [.. angles.Select(a =>
            RotationKernel.Fixed(Math.Sin(a)))];
        byte[] y = new byte[x.Length * format.Bits() / 8];
        RotationKernel.Run(Integers.Operand(x, format), c, s, Half, 0.5, new Operand(y, format), Policy);
        int[] result = SoftmaxGradientKernel.Widened(new Operand(y, format));
        double within = format == NumberFormat.Int8 ? 0.52 : 2; // a cosine is known to half of 2⁻¹⁴, and |x| to 2¹⁵
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Half; i++)
            {
                double angle = angles[(row % Positions * Half) + i];
                (int first, int second) = (x[(row * 4) + i], x[(row * 4) + 2 + i]);
                Assert.That(result[(row * 4) + i],
                    Is.EqualTo(0.5 * ((first * Math.Cos(angle)) - (second * Math.Sin(angle)))).Within(within));
                Assert.That(result[(row * 4) + 2 + i],
                    Is.EqualTo(0.5 * ((second * Math.Cos(angle)) + (first * Math.Sin(angle)))).Within(within));
            }
        }
    }

    [Test]
    public void Rows_of_a_causal_softmax_are_those_of_the_plain_one_alone_and_zeros(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        const int Depth = 5;
        int zero = format == NumberFormat.Int8 ? -128 : 0;
        SoftmaxStage stage = SoftmaxStage.From(format == NumberFormat.Int8 ? 0.05 : 0.0002, format);
        int[] x = ElementwiseKernelTests.Draw(new RandomStream(1, $"{format}"), 2 * Depth * Depth, format);
        byte[] y = new byte[x.Length * format.Bits() / 8];
        CausalSoftmaxKernel.Run(Depth, Integers.Operand(x, format), stage, zero, new Operand(y, format));
        int[] result = SoftmaxGradientKernel.Widened(new Operand(y, format));
        for (int row = 0; row < 2 * Depth; row++)
        {
            int count = (row % Depth) + 1;
            byte[] alone = new byte[count * format.Bits() / 8];
            SoftmaxKernel.Run(1, count, Integers.Operand(x.AsSpan()[(row * Depth)..((row * Depth) + count)], format), stage,
                new Operand(alone, format));
            Assert.That(result[(row * Depth)..((row + 1) * Depth)], Is.EqualTo(
                SoftmaxGradientKernel.Widened(new Operand(alone, format)).Concat(Enumerable.Repeat(zero, Depth - count))));
        }
    }

    [Test]
    public void Gradients_of_one_row_add_up()
    {
        int[] table = [9, 9, 9, 9, 9, 9];
        LookupGradientKernel.Run([2, 0, 2], Integers.Operand([1, 2, 10, 20, 100, -128], NumberFormat.Int8), 2, table);
        Assert.That(table, Is.EqualTo(new[] { 10, 20, 0, 0, 101, -126 }));
    }
}
