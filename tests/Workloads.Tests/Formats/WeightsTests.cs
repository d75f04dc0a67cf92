using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class WeightsTests
{
    private static readonly KeyValuePair<string, Shape>[] Expected = [new("conv1.weight", [4, 5]), new("conv1.bias", [4])];

    [Test]
    public void Weights_of_the_model_have_no_fault() =>
        Assert.That(Weights.Create([new("conv1.bias", new([4], new float[4])), new("conv1.weight", new([4, 5], new float[20]))])
            .Validate(Expected), Is.Empty);

    [Test]
    public void Every_fault_is_one_line_in_the_order_of_the_model()
    {
        float[] values = new float[20];
        values[17] = float.NaN;
        values[19] = float.PositiveInfinity;
        Weights weights = Weights.Create([new("conv1.weight", new([4, 5], values)), new("conv1.bias", new([5], new float[5])),
            new("head", new([1], new float[1]))]);
        Assert.That(weights.Validate([.. Expected, new("fc.weight", [3])]), Is.EqualTo(new[]
        {
            "NaN in conv1.weight at index 17",
            "conv1.bias has the shape 5; the model takes 4",
            "missing tensor fc.weight 3",
            "tensor head is none of the model's",
        }));
    }

    [Test]
    public void Infinite_values_are_faults()
    {
        Weights weights = Weights.Create([new("w", new([2], new[] { 0, float.NegativeInfinity }))]);
        Assert.That(weights.Validate([new("w", [2])]), Is.EqualTo(new[] { "-Inf in w at index 1" }));
    }

    [Test]
    public void A_tensor_whose_shape_and_values_disagree_cannot_be_made() =>
        Assert.Throws<ArgumentException>(() => Weights.Create([new("w", new([3], new float[2]))]));

    [Test]
    public void Weights_that_do_not_fit_are_refused_in_one_line()
    {
        Weights weights = Weights.Create([new("conv1.weight", new([4, 6], new float[24]))]);
        Assert.That(Assert.Throws<InputException>(() => weights.Require(Expected, "w.safetensors"))!.Message,
            Is.EqualTo("w.safetensors: conv1.weight has the shape 4×6; the model takes 4×5 (and 1 more)"));
        Assert.DoesNotThrow(() => weights.Require([new("conv1.weight", [4, 6])], "w.safetensors"));
    }
}
