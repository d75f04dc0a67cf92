using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class FloatOpsTests
{
    [Test]
    public void Outputs_of_another_shape_and_operands_that_do_not_fit_are_refused()
    {
        Tensor<float> a = new([2, 3]), b = new([3, 4]);
        Assert.That(() => FloatOps.Execute(new MatMul(), [a, b], new Tensor<float>([2, 3])), Throws.ArgumentException);
        Assert.That(() => FloatOps.Execute(new MatMul(), [a, a], new Tensor<float>([2, 3])), Throws.TypeOf<GraphException>());
        Assert.That(() => FloatOps.Execute(new Perturb(new Probe(0), 1), [a], new Tensor<float>([2, 3])),
            Throws.ArgumentException);
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(0.5f)]
    [TestCase(float.NaN)]
    public void Labels_that_are_no_class_are_refused(float label)
    {
        Tensor<float> logits = new([1, 3]), labels = new([1], new[] { label });
        Assert.That(
            () => FloatOps.Execute(new CrossEntropy(), [logits, labels], new Tensor<float>([1])),
            Throws.ArgumentException.With.Message.Contains("0…2"));
    }

    [Test]
    public void Cross_entropy_of_equal_logits_is_the_logarithm_of_the_number_of_classes()
    {
        Tensor<double> loss = new([1]);
        FloatOps.Execute(new CrossEntropy(), [new Tensor<double>([4, 10]), new Tensor<double>([4])], loss);
        Assert.That(loss.Span[0], Is.EqualTo(2.302585092994046).Within(1e-15));
    }

    [Test]
    public void First_largest_pixel_of_a_window_gets_the_gradient()
    {
        Tensor<float> x = new([1, 2, 2, 1], new float[] { 1, 3, 3, 2 }), dy = new([1, 1, 1, 1], new[] { 5f });
        Tensor<float> dx = new([1, 2, 2, 1]);
        FloatOps.Execute(new MaxPoolGradient(new MaxPool(2, 2)), [dy, x], dx);
        Assert.That(dx.Span.ToArray(), Is.EqualTo(new float[] { 0, 5, 0, 0 }));
    }

    [Test]
    public void Average_counts_the_pixels_inside_the_image_only()
    {
        Tensor<float> x = new([1, 2, 2, 1], new float[] { 1, 3, 3, 2 }), y = new([1, 2, 2, 1]);
        FloatOps.Execute(new AveragePool(2, 2, 2, Padding.Even(1)), [x], y);
        Assert.That(y.Span.ToArray(), Is.EqualTo(new float[] { 1, 3, 3, 2 }));
    }
}
