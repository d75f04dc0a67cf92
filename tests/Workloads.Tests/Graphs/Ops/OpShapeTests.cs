using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Tests.Graphs.Ops;

public sealed class OpShapeTests
{
    private static readonly Shape Images = [2, 7, 6, 4];

    private static IEnumerable<TestCaseData> Fitting()
    {
        yield return Case(new Conv2d(), [2, 5, 4, 8], Images, [8, 3, 3, 4]);
        yield return Case(new Conv2d(2, Padding.Even(1)), [2, 4, 3, 8], Images, [8, 3, 3, 4], [8]);
        yield return Case(new Conv2d(1, default, 2), [2, 5, 4, 6], Images, [6, 3, 3, 2]);
        yield return Case(new Conv2d(1, new(2, 0, 0, 1), 4), [2, 7, 5, 8], Images, [8, 3, 3, 1]);
        yield return Case(new AveragePool(2, 3, 2), [2, 3, 2, 4], Images);
        yield return Case(AveragePool.Global(Images), [2, 1, 1, 4], Images);
        yield return Case(new MaxPool(3, 3, 2, Padding.Even(1)), [2, 4, 3, 4], Images);
        yield return Case(new Linear(), [2, 5, 3], [2, 5, 4], [3, 4], [3]);
        yield return Case(new MatMul(TransposeB: true), [2, 5, 3], [2, 5, 4], [2, 3, 4]);
        yield return Case(new Add(), Images, Images, [6, 4]);
        yield return Case(new Mul(), Images, Images, [2, 1, 1, 4]);
        yield return Case(new Transpose(0, 2, 1, 3), [2, 6, 7, 4], Images);
        yield return Case(new Concat(3), [2, 7, 6, 9], Images, [2, 7, 6, 5]);
        yield return Case(new Slice(1, 2, 5), [2, 5, 6, 4], Images);
        yield return Case(new Pad(1, 2, 5), [2, 14, 6, 4], Images);
        yield return Case(new Lookup(), [2, 5, 3], [2, 5], [7, 3]);
        yield return Case(new LookupGradient(7), [7, 3], [2, 5], [2, 5, 3]);
        yield return Case(new Rotate(), [2, 5, 4], [2, 5, 4]);
        yield return Case(new Softmax(IsCausal: true), [2, 5, 5], [2, 5, 5]);
        yield return Case(new LayerNorm(IsCentred: false), Images, Images, [4]);
        yield return Case(new CrossEntropy(), [1], [8, 10], [8]);
        yield return Case(new Distillation(4, 0.5), [1], [8, 10], [8], [8, 10]);
        yield return Case(new MeanSquaredError(), [1], [8, 10], [8, 10]);
        yield return Case(new BatchNorm(), Images, Images, [4], [4], [4], [4]);
        yield return Case(new BatchNorm(BatchStatistics: true), Images, Images, [4], [4]);

        static TestCaseData Case(Op op, Shape expected, params ImmutableArray<Shape> inputs) =>
            new TestCaseData(op, expected, inputs).SetArgDisplayNames($"{op.Name} {string.Join(", ", inputs)}");
    }

    [TestCaseSource(nameof(Fitting))]
    public void Result_has_the_shape_of_the_definition(Op op, Shape expected, ImmutableArray<Shape> inputs) =>
        Assert.That(op.Infer(inputs), Is.EqualTo(expected));

    private static IEnumerable<TestCaseData> Misfits()
    {
        yield return Case(new Conv2d(), Images, [8, 3, 3, 3]);
        yield return Case(new Conv2d(1, default, 3), Images, [6, 3, 3, 1]);
        yield return Case(new Conv2d(), Images, [8, 9, 3, 4]);
        yield return Case(new Conv2d(), Images, [8, 3, 3, 4], [7]);
        yield return Case(new Conv2d(0), Images, [8, 3, 3, 4]);
        yield return Case(new MaxPool(2, 2, 2, Padding.Even(2)), Images);
        yield return Case(new AveragePool(8, 2), Images);
        yield return Case(new Linear(), [2, 5], [3, 4]);
        yield return Case(new Add(), [6, 4], Images);
        yield return Case(new Mul(), Images, [6]);
        yield return Case(new Transpose(0, 1, 1, 3), Images);
        yield return Case(new Concat(3), Images, [2, 7, 5, 5]);
        yield return Case(new Slice(1, 3, 5), Images);
        yield return Case(new Lookup(), [2, 5], [7]);
        yield return Case(new LookupGradient(7), [2, 5], [2, 3]);
        yield return Case(new Rotate(), [2, 5, 3]);
        yield return Case(new Softmax(IsCausal: true), [2, 5, 4]);
        yield return Case(new CrossEntropy(), [8, 10], [7]);
        yield return Case(new Distillation(4, 0.5), [8, 10], [8], [8, 9]);
        yield return Case(new MeanSquaredError(), [8, 10], [8, 1]);
        yield return Case(new BatchNorm(), Images, [4], [4]);
        yield return Case(new LayerNorm(), Images, [4], [3]);
        yield return Case(new SumTo([6]), Images);
        yield return Case(new Broadcast([3, 5]), [4]);
        yield return Case(new Reshape([3, 5]), [16]);

        static TestCaseData Case(Op op, params ImmutableArray<Shape> inputs) =>
            new TestCaseData(op, inputs).SetArgDisplayNames($"{op.Name} {string.Join(", ", inputs)}");
    }

    [TestCaseSource(nameof(Misfits))]
    public void Operands_that_do_not_fit_are_refused_by_name(Op op, ImmutableArray<Shape> inputs) =>
        Assert.That(() => op.Infer(inputs), Throws.TypeOf<GraphException>().With.Message.Contains(op.Name.Split('-')[0]));

    [Test]
    public void Same_padding_gives_the_size_divided_by_the_stride_rounded_up()
    {
        for (int size = 1; size < 12; size++)
        {
            for (int kernel = 1; kernel < 6; kernel++)
            {
                for (int stride = 1; stride < 4; stride++)
                {
                    Padding padding = Padding.Same(size, size, kernel, kernel, stride);
                    Shape y = new Conv2d(stride, padding).Infer([[1, size, size, 1], [1, kernel, kernel, 1]]);
                    Assert.That(y[1], Is.EqualTo((size + stride - 1) / stride), $"{size} {kernel} {stride}");
                    Assert.That(padding.Bottom - padding.Top, Is.InRange(0, 1));
                }
            }
        }
    }

    [TestCase(1, 1, 3, ContractionKind.Convolution, 1L, 2 * 7 * 6L, 8L, 36L)]
    [TestCase(2, 2, 3, ContractionKind.Convolution, 2L, 2 * 7 * 6L, 4L, 18L)]
    [TestCase(4, 4, 3, ContractionKind.Depthwise, 4L, 2 * 7 * 6L, 2L, 9L)]
    [TestCase(1, 1, 1, ContractionKind.Pointwise, 1L, 2 * 7 * 6L, 8L, 4L)]
    public void Convolution_is_a_product_per_group(
        int groups, int divisor, int kernel, ContractionKind kind, long count, long m, long n, long k)
    {
        Conv2d op = new(1, Padding.Even(kernel / 2), groups);
        Shape filters = [8, kernel, kernel, 4 / divisor], y = op.Infer([Images, filters]);
        Contraction? product = op.AsContraction([Images, filters]);
        Assert.That(product, Is.EqualTo(new Contraction(kind, count, m, n, k, op.WindowOf(Images, filters))));
        Assert.That(new Conv2dInputGradient(op, Images).Macs([y, filters]), Is.EqualTo(product!.Macs));
        Assert.That(new Conv2dWeightGradient(op, filters).Macs([y, Images]), Is.EqualTo(product.Macs));
    }

    [Test]
    public void Operations_with_equal_attributes_are_equal()
    {
        HashSet<Op> known = [new Transpose(0, 2, 1), new Reshape([2, 3]), new Conv2d(2, Padding.Even(1))];
        foreach (Op op in new Op[] { new Transpose(0, 2, 1), new Reshape([2, 3]), new Conv2d(2, Padding.Even(1)) })
            Assert.That(known, Does.Contain(op));
        foreach (Op op in new Op[] { new Transpose(0, 1, 2), new Reshape([3, 2]), new Conv2d(2) })
            Assert.That(known, Does.Not.Contain(op));
    }
}
