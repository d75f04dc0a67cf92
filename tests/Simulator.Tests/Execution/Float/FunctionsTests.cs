using System.Runtime.InteropServices;
using NpuSim.Random;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class FunctionsTests
{
    [Test]
    public void Float_gelu_is_within_two_tenths_of_a_millionth_of_the_definition()
    {
        for (double x = -12; x < 12; x += 1.0 / 256)
            Assert.That(
                Float(new Gelu(), (float)x)[0],
                Is.EqualTo(x * 0.5 * (1 + Elementary.Erf(x * Math.Sqrt(0.5)))).Within(2e-7 * (1 + Math.Abs(x))));
    }

    [Test]
    public void Float_gelu_gradient_is_within_half_a_millionth_of_the_definition()
    {
        for (double x = -12; x < 12; x += 1.0 / 256)
        {
            double phi = 0.5 * (1 + Elementary.Erf(x * Math.Sqrt(0.5)));
            double density = Elementary.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
            Tensor<float> y = new([1]);
            FloatOps.Execute<float>(new UnaryGradient(new Gelu()), [new([1], new[] { 1f }), new([1], new[] { (float)x })], y);
            Assert.That(y.Span[0], Is.EqualTo(phi + (x * density)).Within(5e-7));
        }
    }

    [Test]
    public void Float_softmax_of_two_is_the_logistic_function_to_a_few_units_in_the_last_place()
    {
        for (double x = 0; x < 87; x += 1.0 / 64)
        {
            float[] y = Float(new Softmax(), 0, (float)-x);
            Assert.That(y[1], Is.EqualTo(1 / (1 + Elementary.Exp(x))).Within(3e-5).Percent, $"{x}");
            Assert.That(y[0] + y[1], Is.EqualTo(1).Within(2e-7));
        }
    }

    [Test]
    public void A_causal_softmax_is_the_plain_one_of_each_row_up_to_its_own_place()
    {
        float[] x = [.. Enumerable.Range(0, 16).Select(i => i * 7 % 5 * 0.3f)], y = new float[16];
        FloatOps.Execute(new Softmax(IsCausal: true), [new Tensor<float>([4, 4], x)], new Tensor<float>([4, 4], y));
        for (int row = 0; row < 4; row++)
        {
            Assert.That(y[(row * 4)..((row * 4) + row + 1)], Is.EqualTo(Float(new Softmax(), x[(row * 4)..((row * 4) + row + 1)])));
            Assert.That(y[((row * 4) + row + 1)..((row + 1) * 4)], Is.All.Zero);
        }
    }

    // Position 3, pair 1 of 2: the angle is 3 · 10000^(−1/2).
    [Test]
    public void Rotary_positions_turn_each_pair_by_its_angle()
    {
        float[] x = [.. Enumerable.Range(1, 16).Select(i => (float)i)], y = new float[16];
        FloatOps.Execute(new Rotate(), [new Tensor<float>([4, 4], x)], new Tensor<float>([4, 4], y));
        Assert.That(y[..4], Is.EqualTo(x[..4]), "position 0");
        Assert.That(y[13], Is.EqualTo((14 * Math.Cos(0.03)) - (16 * Math.Sin(0.03))).Within(1e-5));
        Assert.That(y[15], Is.EqualTo((16 * Math.Cos(0.03)) + (14 * Math.Sin(0.03))).Within(1e-5));
    }

    [Test]
    public void RMS_normalisation_divides_by_the_root_of_the_mean_square()
    {
        float[] y = new float[2];
        FloatOps.Execute(new LayerNorm(0, IsCentred: false), [new Tensor<float>([1, 2], new float[] { 3, 4 }),
            new Tensor<float>([2], new float[] { 1, 2 })], new Tensor<float>([1, 2], y));
        Assert.That(y, Is.EqualTo(new[] { 3 / 3.5355339f, 8 / 3.5355339f }).Within(1e-6f));
    }

    [Test]
    public void Softmax_of_far_apart_and_infinite_numbers_is_zero_and_one()
    {
        Assert.That(Float(new Softmax(), 1000, -1000, 0), Is.EqualTo(new[] { 1f, 0, 0 }));
        Assert.That(Float(new Softmax(), 0, float.NegativeInfinity), Is.EqualTo(new[] { 1f, 0 }));
        Assert.That(Float(new Softmax(), 0, float.NaN), Is.All.NaN);
    }

    // Pins the bits: they must be these on every instruction set.
    [TestCase("gelu", 1645013475)]
    [TestCase("gelu-gradient", 397712262)]
    [TestCase("softmax", -1383125721)]
    [TestCase("layernorm", -439627589)]
    public void Bits_are_the_same_on_every_machine(string name, int expected)
    {
        RandomStream random = new(1, "bits");
        Shape shape = [7, 37];
        Tensor<float> x = new(shape), y = new(shape), ones = new([37]), result = new(shape);
        for (int i = 0; i < x.Span.Length; i++)
            (x.Span[i], y.Span[i]) = ((float)(3 * random.NextNormal()), (float)random.NextNormal());
        ones.Span.Fill(1.25f);
        (Op op, Tensor<float>[] inputs) = name switch
        {
            "gelu" => ((Op)new Gelu(), new[] { x }),
            "gelu-gradient" => (new UnaryGradient(new Gelu()), [y, x]),
            "softmax" => (new Softmax(), [x]),
            _ => (new LayerNorm(), [x, ones, ones]),
        };
        FloatOps.Execute(op, inputs, result);
        int hash = 17;
        foreach (int bits in MemoryMarshal.Cast<float, int>(result.Span))
            hash = unchecked((hash * 31) + bits);
        Assert.That(hash, Is.EqualTo(expected));
    }

    private static float[] Float(Op op, params float[] values)
    {
        Tensor<float> result = new([values.Length]);
        FloatOps.Execute<float>(op, [new([values.Length], values)], result);
        return result.Span.ToArray();
    }
}
