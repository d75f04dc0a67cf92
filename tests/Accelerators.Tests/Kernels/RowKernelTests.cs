using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class RowKernelTests
{
    private static readonly NumericPolicy Policy = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);

    [Test]
    public void RMS_norm_is_within_one_step_of_its_float_formula(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat input, [Values(1, 17, 192)] int depth)
    {
        const double GammaScale = 0.01, OutputScale = 1.0 / 30;
        const int Rows = 7;
        double inputScale = input == NumberFormat.Int8 ? 0.05 : 0.0002;
        RandomStream random = new(1, $"rms {input} {depth}");
        int[] x = ElementwiseKernelTests.Draw(random, Rows * depth, input), gamma = ElementwiseKernelTests.Draw(random, depth,
            NumberFormat.Int8);
        byte[] y = new byte[Rows * depth];
        _ = LayerNormKernel.Run(Rows, depth, Integers.Operand(x, input), Integers.Operand(gamma, NumberFormat.Int8), default,
            LayerNormStage.From(inputScale, GammaScale, GammaScale, OutputScale) with { IsCentred = false },
            new Operand(y, NumberFormat.Int8), Policy);
        for (int i = 0; i < y.Length; i++)
        {
            double[] row = [.. x.Skip(i / depth * depth).Take(depth).Select(v => v * inputScale)];
            double exact = x[i] * inputScale / Math.Sqrt(row.Average(v => v * v) + 1e-5) * gamma[i % depth] * GammaScale;
            Assert.That((double)(sbyte)y[i], Is.EqualTo(Math.Clamp(exact / OutputScale, -128, 127)).Within(0.52), $"element {i}");
        }
    }

    [Test]
    public void Layer_norm_is_within_one_step_of_its_float_formula(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat input,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat gammaFormat,
        [Values(1, 2, 17, 192, 768)] int depth)
    {
        const double GammaScale = 0.01, BetaScale = 0.004;
        double inputScale = input == NumberFormat.Int8 ? 0.05 : 0.0002, outputScale = 1.0 / 30;
        const int Rows = 7;
        RandomStream random = new(1, $"{input} {gammaFormat} {depth}");
        int[] x = ElementwiseKernelTests.Draw(random, Rows * depth, input), gamma = ElementwiseKernelTests.Draw(random, depth,
            NumberFormat.Int8);
        int[] beta = ElementwiseKernelTests.Draw(random, depth, NumberFormat.Int8);
        x.AsSpan(0, depth).Fill(3); // a row without variance
        byte[] y = new byte[Rows * depth];
        _ = LayerNormKernel.Run(
            Rows, depth, Integers.Operand(x, input), Integers.Operand(gamma, gammaFormat), Integers.Operand(beta,
                NumberFormat.Int8),
            LayerNormStage.From(inputScale, GammaScale, BetaScale, outputScale), new Operand(y, NumberFormat.Int8), Policy);
        for (int r = 0; r < Rows; r++)
        {
            double[] row = [.. x.Skip(r * depth).Take(depth).Select(v => v * inputScale)];
            double mean = row.Average(), variance = row.Average(v => (v - mean) * (v - mean));
            for (int i = 0; i < depth; i++)
            {
                double exact = ((row[i] - mean) / Math.Sqrt(variance + 1e-5) * gamma[i] * GammaScale) + (beta[i] * BetaScale);
                double expected = Math.Clamp(exact / outputScale, -128, 127);
                Assert.That((double)(sbyte)y[(r * depth) + i], Is.EqualTo(expected).Within(0.52), $"row {r} column {i}");
            }
        }
    }

    [Test]
    public void Symmetric_softmax_gives_probabilities_in_units_of_the_format([Values(NumberFormat.Int8,
        NumberFormat.Int16)] NumberFormat output)
    {
        const double Scale = 0.1;
        int[] x = ElementwiseKernelTests.Draw(new RandomStream(2, "softmax"), 4 * 197, NumberFormat.Int8);
        byte[] y = Integers.Bytes(new int[x.Length], output);
        SoftmaxKernel.Run(
            4, 197, Integers.Operand(x, NumberFormat.Int8), SoftmaxStage.From(Scale, NumberFormat.Int8, symmetric: true),
                new Operand(y, output));
        long[] got = Integers.Read(y, output);
        for (int r = 0; r < 4; r++)
        {
            double[] e = [.. x.Skip(r * 197).Take(197).Select(v => Math.Exp(v * Scale))];
            for (int i = 0; i < 197; i++)
            {
                double expected = Math.Min(e[i] / e.Sum() * Math.ScaleB(1, output.Bits() - 1), output.MaxValue());
                Assert.That((double)got[(r * 197) + i], Is.EqualTo(expected).Within(0.6));
            }
        }
    }

    [Test]
    public void Softmax_may_take_the_memory_of_its_operand(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format, [Values(5, 64, 197)] int depth)
    {
        int[] x = ElementwiseKernelTests.Draw(new RandomStream(4, "in place"), 7 * depth, format);
        SoftmaxStage stage = SoftmaxStage.From(0.1, format);
        byte[] apart = Integers.Bytes(new int[x.Length], format), shared = Integers.Bytes(x, format);
        SoftmaxKernel.Run(7, depth, Integers.Operand(x, format), stage, new Operand(apart, format));
        SoftmaxKernel.Run(7, depth, new Operand(shared, format), stage, new Operand(shared, format));
        Assert.That(shared, Is.EqualTo(apart));
    }

    [Test]
    public void Cross_entropy_is_within_two_to_the_minus_22_per_row(
        [Values(NumberFormat.Int8, NumberFormat.Int16, NumberFormat.Int32)] NumberFormat format, [Values(2, 10,
            1000)] int classes)
    {
        double scale = format switch { NumberFormat.Int8 => 0.13, NumberFormat.Int16 => 0.0007, _ => 1e-5 };
        RandomStream random = new(3, $"{format} {classes}");
        const int Rows = 50;
        int[] x = ElementwiseKernelTests.Draw(random, Rows * classes, format == NumberFormat.Int32 ? NumberFormat.Int16 : format);
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt32(classes))];
        FixedScale fixedScale = FixedScale.FromDouble(scale);
        for (int r = 0; r < Rows; r++)
        {
            int[] row = x[(r * classes)..((r + 1) * classes)];
            long got = CrossEntropyKernel.Run(1, classes, Integers.Operand(row, format), fixedScale, labels.AsSpan(r, 1), Policy);
            double max = row.Max() * fixedScale.ToDouble();
            double expected = Math.Log(row.Sum(v =>
                Math.Exp((v * fixedScale.ToDouble()) - max))) + max - (row[labels[r]] * fixedScale.ToDouble());
            Assert.That(Math.ScaleB(got, -24), Is.EqualTo(expected).Within(Math.ScaleB(1, -22)));
        }
    }

    [Test]
    public void The_loss_falls_when_the_logit_of_the_label_rises_by_one_step()
    {
        int[] low = [100, 3000, -500], high = [101, 3000, -500];
        FixedScale scale = FixedScale.FromDouble(0.001);
        int[] label = [0];
        long before = CrossEntropyKernel.Run(1, 3, low.AsSpan(), scale, label, Policy);
        long after = CrossEntropyKernel.Run(1, 3, high.AsSpan(), scale, label, Policy);
        Assert.That(after, Is.LessThan(before));
        Assert.That(Math.ScaleB(before - after, -24), Is.EqualTo(0.001 * (1 - 0.05)).Within(5e-5));
    }

    [Test]
    public void A_float_loss_is_close_to_the_integer_one()
    {
        int[] logits = [5, -3, 100, 7];
        FixedScale scale = FixedScale.FromDouble(0.02);
        int[] label = [3];
        long integer = CrossEntropyKernel.Run(1, 4, logits.AsSpan(), scale, label, Policy);
        long real = CrossEntropyKernel.Run(1, 4, logits.AsSpan(), scale, label, Policy with { FloatLoss = true });
        Assert.That(real, Is.EqualTo(integer).Within(32));
    }

    [Test]
    public void An_8_bit_table_is_the_rounded_function()
    {
        LookupTable gelu = LookupTable.ForInt8(TableKernel.Gelu, 0.05, 0.03);
        sbyte[] x = [.. Enumerable.Range(-128, 256).Select(v => (sbyte)v)], y = new sbyte[256];
        TableKernel.Run(gelu, x.AsSpan(), y.AsSpan());
        for (int i = 0; i < 256; i++)
            Assert.That((double)y[i], Is.EqualTo(Math.Min(127, TableKernel.Gelu(x[i] * 0.05) / 0.03)).Within(0.500001));
    }

    [Test]
    public void A_16_bit_table_interpolates_within_a_few_steps()
    {
        LookupTable sigmoid = LookupTable.ForInt16(TableKernel.Sigmoid, 8.0 / 32768, 1.0 / 32768);
        short[] x = [.. Enumerable.Range(0, 65536).Select(v => (short)(v - 32768))], y = new short[65536];
        TableKernel.Run(sigmoid, x.AsSpan(), y.AsSpan());
        for (int i = 0; i < 65536; i += 37)
            Assert.That((double)y[i], Is.EqualTo(TableKernel.Sigmoid(x[i] * 8.0 / 32768) * 32768).Within(2));
    }
}
