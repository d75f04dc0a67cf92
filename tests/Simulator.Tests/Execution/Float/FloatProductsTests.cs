using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Random;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Evaluation.Reference;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class FloatProductsTests
{
    private static IEnumerable<TestCaseData> Products()
    {
        foreach (int n in new[] { 1, 5, 8, 9, 16, 17, 31, 32, 33, 40, 64, 70 })
            yield return Case(new Linear(), [7, 13], [n, 13], [n]);
        foreach (int m in new[] { 1, 2, 5, 6, 7, 12, 13, 100 })
            yield return Case(new Linear(), [m, 33], [10, 33]);
        yield return Case(new Linear(), [300, 128], [128, 128], [128]); // enough for two threads, as some more below
        yield return Case(new MatMul(false, true), [64, 49, 40], [64, 49, 40]);
        yield return Case(new Linear(), [3, 2, 2500], [35, 2500], [35]); // more terms than one block
        foreach (bool ta in new[] { false, true })
        {
            foreach (bool tb in new[] { false, true })
            {
                yield return Case(
                    new MatMul(ta, tb, 0.3), ta ? [3, 2, 11, 9] : [3, 2, 9, 11], tb ? [3, 2, 19, 11] : [3, 2, 11, 19]);
                yield return Case(new MatMul(ta, tb), ta ? [3, 11, 9] : [3, 9, 11], tb ? [19, 11] : [11, 19]);
                yield return Case(new MatMul(ta, tb), ta ? [1100, 70] : [70, 1100], tb ? [33, 1100] : [1100, 33]);
            }
        }

        Conv2d[] convolutions =
        [
            new(), new(2), new(3), new(1, Padding.Even(1)), new(2, new(0, 1, 2, 1)), new(4, Padding.Even(2)),
            new(new(2, 1)), new(new(1, 3), Padding.Even(1)), new(1, Padding.Even(2), 1, 2),
            new(new(3, 2), new(1, 0, 2, 1), 1, new(1, 2)),
        ];
        foreach (Conv2d op in convolutions)
        {
            foreach (TestCaseData product in Convolutions(op, [3, 9, 8, 5], [7, 3, 3, 5]))
                yield return product;
            foreach (TestCaseData product in Convolutions(op, [2, 9, 11, 1], [18, 3, 2, 1]))
                yield return product;
            foreach (TestCaseData product in Convolutions(op, [2, 7, 6, 12], [33, 1, 1, 12]))
                yield return product;
            foreach (TestCaseData product in Convolutions(op with { Groups = 3 }, [2, 7, 8, 6], [9, 3, 3, 2]))
                yield return product;
            foreach (TestCaseData product in Convolutions(op with { Groups = 11 }, [2, 7, 8, 11], [11, 3, 3, 1]))
                yield return product;
            foreach (TestCaseData product in Convolutions(op with { Groups = 3 }, [2, 7, 8, 3], [6, 3, 3, 1]))
                yield return product;
        }

        // enough for two threads
        foreach (TestCaseData product in Convolutions(new(1, Padding.Even(1)), [8, 28, 28, 8], [16, 3, 3, 8]))
            yield return product;
        foreach (TestCaseData product in Convolutions(new(1, Padding.Even(1), 64), [16, 25, 5, 64], [64, 3, 3, 1]))
            yield return product;
    }

    private static IEnumerable<TestCaseData> Convolutions(Conv2d op, Shape x, Shape w)
    {
        Shape y = op.Infer([x, w]);
        yield return Case(op, x, w, [w[0]]);
        yield return Case(op, x, w);
        yield return Case(new Conv2dInputGradient(op, x), y, w);
        yield return Case(new ConvTranspose2d(op.Stride, op.Padding, op.Groups, op.Dilation), y, w);
        yield return Case(new Conv2dWeightGradient(op, w), y, x);
    }

    private static TestCaseData Case(Op op, params ImmutableArray<Shape> inputs) =>
        new TestCaseData(op, inputs).SetArgDisplayNames($"{op} {string.Join(", ", inputs)}");

    [TestCaseSource(nameof(Products))]
    public void Packed_kernels_equal_the_textbook_loops_bit_for_bit_on_any_number_of_threads(Op op, ImmutableArray<Shape> shapes)
    {
        RandomStream random = new(1, op.ToString());
        Tensor<float>[] inputs = [.. shapes.Select(s => Normal(s, random))];
        Tensor<float> expected = new(op.Infer(shapes));
        FloatReference.Execute(op, inputs, expected);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Tensor<float> actual = new(expected.Shape);
            actual.Span.Fill(float.NaN);
            FloatOps.Execute(op, inputs, actual, threads);
            Assert.That(Bits(actual).SequenceEqual(Bits(expected)), $"{threads} thread(s)");
        }
    }

    [TestCaseSource(nameof(Products))]
    public void Products_of_double_equal_the_textbook_loops_bit_for_bit(Op op, ImmutableArray<Shape> shapes)
    {
        RandomStream random = new(1, op.ToString());
        Tensor<double>[] inputs = [.. shapes.Select(s => new Tensor<double>(s, Normal(s, random).Span.ToArray()
            .Select(v => (double)v * 1.0000001).ToArray()))];
        Tensor<double> expected = new(op.Infer(shapes)), actual = new(op.Infer(shapes));
        actual.Span.Fill(double.NaN);
        FloatReference.Execute(op, inputs, expected);
        FloatOps.Execute(op, inputs, actual);
        Assert.That(MemoryMarshal.Cast<double, long>(actual.Span).SequenceEqual(MemoryMarshal.Cast<double, long>(expected.Span)));
    }

    [Test]
    public void Numbers_that_are_not_finite_come_out_as_in_the_textbook_loops()
    {
        Conv2d op = new(1, Padding.Even(1));
        Tensor<float> x = Normal([1, 5, 5, 3], new(1, "x")), w = Normal([4, 3, 3, 3], new(1, "w"));
        w.Span[7] = float.PositiveInfinity; // times the zeros of the padding: NaN
        Tensor<float> expected = new([1, 5, 5, 4]), actual = new([1, 5, 5, 4]);
        FloatReference.Execute(op, [x, w], expected);
        FloatOps.Execute(op, [x, w], actual);
        Assert.That(expected.Span.ToArray(), Has.Some.NaN);
        Assert.That(actual.Span.ToArray().Select(float.IsNaN), Is.EqualTo(expected.Span.ToArray().Select(float.IsNaN)));
    }

    private static Tensor<float> Normal(Shape shape, RandomStream random)
    {
        Tensor<float> tensor = new(shape);
        foreach (ref float value in tensor.Span)
            value = (float)random.NextNormal();
        return tensor;
    }

    private static ReadOnlySpan<int> Bits(Tensor<float> tensor) => MemoryMarshal.Cast<float, int>(tensor.Span);
}
