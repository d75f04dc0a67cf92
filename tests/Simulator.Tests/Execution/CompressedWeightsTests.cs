using NpuSim.Simulator.Execution;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

public class CompressedWeightsTests
{
    private static readonly Graph Graph = Networks.Convolutional(1);
    private static readonly IReadOnlyDictionary<string, float[]> Weights = Initialization.Weights(Graph, 4);

    [Test]
    public void Pruning_keeps_the_largest_weights_as_they_are()
    {
        Dictionary<string, float[]> pruned = CompressedWeights.Of(Graph, Weights, new Compression(0.75));
        float[] before = Weights["conv2.weight"], after = pruned["conv2.weight"]; // 6·3·3·4 = 216
        float least = after.Where(w => w != 0).Min(Math.Abs);
        Assert.Multiple(() =>
        {
            Assert.That(after.Count(w => w == 0), Is.EqualTo(162));
            Assert.That(after.Zip(before).Where(p => p.First != 0),
                Has.All.Matches<(float After, float Before)>(p => p.After == p.Before));
            Assert.That(before.Zip(after).Where(p => p.Second == 0).Max(p => Math.Abs(p.First)), Is.LessThanOrEqualTo(least));
            Assert.That(pruned["conv2.bias"], Is.EqualTo(Weights["conv2.bias"]));
            Assert.That(pruned[CompressedForm.MaskOf("conv2.weight")], Has.Length.EqualTo(27));
            Assert.That(pruned[CompressedForm.ValuesOf("conv2.weight")], Is.EqualTo(after.Where(w => w != 0)));
        });
    }

    [Test]
    public void A_codebook_leaves_so_many_values_beside_the_zeros()
    {
        Dictionary<string, float[]> both = CompressedWeights.Of(Graph, Weights, new Compression(0.5, 4));
        float[] book = both[CompressedForm.ValuesOf("conv2.weight")];
        Assert.Multiple(() =>
        {
            Assert.That(book, Has.Length.EqualTo(4).And.Ordered);
            Assert.That(both["conv2.weight"].Where(w => w != 0).Distinct(), Is.SubsetOf(book));
            Assert.That(both["conv2.weight"].Count(w => w == 0), Is.EqualTo(108));
            Assert.That(both[CompressedForm.IndicesOf("conv2.weight")], Has.Length.EqualTo(27)); // 108 indices of two bits
        });
    }

    // conv2.weight: 216 weights in 14 groups of 16, the last of 8. Half a step of a group, and what fp16 loses of its scale.
    [TestCase(4)]
    [TestCase(3)]
    public void In_groups_each_weight_is_within_half_a_step_of_its_group(int bits)
    {
        Compression compression = new(Bits: bits, Group: 16);
        Dictionary<string, float[]> all = CompressedWeights.Of(Graph, Weights, compression);
        float[] before = Weights["conv2.weight"], after = all["conv2.weight"],
            scales = all[CompressedForm.ValuesOf("conv2.weight")];
        Assert.That(scales, Has.Length.EqualTo(14));
        for (int i = 0; i < before.Length; i++)
        {
            double within = scales[i / 16] * 0.51 * (1 + (Math.Pow(2, bits) / 1024));
            Assert.That(after[i], Is.EqualTo(before[i]).Within(within), $"weight {i}");
        }

        Assert.That(after.Chunk(16).Select(g => g.Distinct().Count()), Is.All.LessThanOrEqualTo(1 << bits));
        float[] zeros = new float[216];
        GroupedWeights.Decode(compression.FormOf(216), Bytes(CompressedForm.IndicesOf("conv2.weight")),
            Bytes(CompressedForm.ZerosOf("conv2.weight")), scales, 37, zeros.AsSpan(0, 50));
        Assert.That(zeros[..50], Is.EqualTo(after[37..87]), "a part is a part of the whole");

        byte[] Bytes(string name) => [.. all[name].Select(v => (byte)v)];
    }

    [Test]
    public void The_same_weights_give_the_same_bits_and_stay_as_they_were()
    {
        float[] before = [.. Weights["head.weight"]];
        Assert.That(CompressedWeights.Of(Graph, Weights, new Compression(0.3, 16)),
            Is.EqualTo(CompressedWeights.Of(Graph, Weights.ToDictionary(), new Compression(0.3, 16))));
        Assert.That(Weights["head.weight"], Is.EqualTo(before));
    }
}
