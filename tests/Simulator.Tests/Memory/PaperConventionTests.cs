using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class PaperConventionTests
{
    [Test]
    public void ViT_tiny_fully_tuned_in_fp16_takes_the_published_31_64_megabytes()
    {
        const int Tokens = 197, Width = 192, Layers = 12, Classes = 1000;
        long block = Tokens * Width * (1 + 3 + 1 + 1 + 4 + 1); // norm, qkv, projection, norm, two layers of the MLP
        long outputs = (Layers * block) + (196 * Width) + (Tokens * Width) + Classes; // patches, last norm, head
        Assert.That(PaperConvention.Bytes(2, 5_679_400, outputs) / 1e6, Is.EqualTo(31.64).Within(0.005));
    }

    [Test]
    public void Activations_of_the_CRNN_take_the_published_11_54_megabytes()
    {
        long maps = 64 * ((128 * 157) + (42 * 52) + (14 * 17) + (4 * 5)); // four blocks of 64 filters, each pooled by three
        long outputs = 2 * maps; // convolution and normalisation
        Assert.That(PaperConvention.Bytes(2, 0, outputs) / 1e6, Is.EqualTo(11.54).Within(0.005));
    }

    [Test]
    public void Backpropagation_counts_trained_parameters_and_twice_the_outputs_of_their_layers()
    {
        PlanWriter plan = new();
        const NumberFormat Half = NumberFormat.Fp16;
        int x = plan.Tensor([4, 8], TensorRole.Input, Half), table = plan.Tensor([4, 8], TensorRole.TrainedWeight, Half);
        int w = plan.Tensor([3, 8], TensorRole.TrainedWeight, Half), frozen = plan.Tensor([8, 8], TensorRole.FrozenWeight, Half);
        int a = plan.Tensor([4, 8], format: Half), b = plan.Tensor([4, 8], format: Half), y = plan.Tensor([4, 3], format: Half);
        int g = plan.Tensor([3, 8], TensorRole.WeightGradient, Half);
        plan.Op(new Named("add"), a, [x, table]);
        plan.Op(new Linear(), b, [a, frozen]);
        plan.Op(new Linear(), y, [b, w]);
        plan.Op(new Named("d w"), g, [y, b], Phase.Backward);
        plan.Op(new GradientDescentUpdate(0), w, [w, g], Phase.Update);
        Assert.That(PaperConvention.Bytes(plan.Build()), Is.EqualTo(2 * (24 + (2 * (32 + 12)))));
    }

    [Test]
    public void A_forward_gradient_method_is_charged_one_gradient_vector()
    {
        PlanWriter plan = new();
        int w = plan.Tensor([3, 8], TensorRole.TrainedWeight, NumberFormat.Int16),
            loss = plan.Tensor([1], TensorRole.Input, NumberFormat.Int32);
        plan.Op(new ForwardGradientUpdate(new Estimate(new Probe(0), 1)), w, [w, loss, loss], Phase.Update);
        Assert.That(PaperConvention.Bytes(plan.Build()), Is.EqualTo(24));
    }
}
