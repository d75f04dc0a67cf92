using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public class ChangeCodeTests
{
    private const int Rounds = 12;

    private static ImmutableArray<TrainedTensor> Tensors(NumberFormat format) =>
        [new("a", 37, format, 1), new("b", 5, format, 1)];

    private static float[] Change(NumberFormat format, int round)
    {
        RandomStream random = new(7, $"change {round}");
        return [.. Enumerable.Range(0, 42).Select(_ => (float)(format.IsInteger() ? random.NextInt32(2001) - 1000
            : random.NextNormal()))];
    }

    [TestCase("top-k:10", NumberFormat.Int16)]
    [TestCase("top-k:10", NumberFormat.Int8)]
    [TestCase("1-bit", NumberFormat.Int16)]
    [TestCase("8-bit", NumberFormat.Int16)]
    [TestCase("top-k:10", NumberFormat.Fp32)]
    [TestCase("1-bit", NumberFormat.Fp32)]
    [TestCase("8-bit", NumberFormat.Fp32)]
    public void What_was_sent_and_what_is_kept_are_all_changes_together(string how, NumberFormat format)
    {
        ChangeCode code = new(Tensors(format), MessageCompression.Parse(how), 0, 0);
        float[] kept = new float[code.KeptCount], told = new float[42], sent = new float[42], all = new float[42];
        for (int round = 0; round < Rounds; round++)
        {
            float[] change = Change(format, round);
            for (int i = 0; i < 42; i++)
                all[i] += change[i];
            code.Decode(code.Encode(change, kept, round), told, round);
            for (int i = 0; i < 42; i++)
                sent[i] += told[i];
        }

        float[] together = [.. sent.Zip(kept, (s, k) => s + k)];
        Assert.That(together, format.IsInteger() ? Is.EqualTo(all) : Is.EqualTo(all).Within(1e-4));
        Assert.That(kept, Has.Some.Not.Zero, "something was left out");
    }

    [Test]
    public void All_entries_of_deep_gradient_compression_are_the_change_and_nothing_is_left_behind()
    {
        ChangeCode code = new(Tensors(NumberFormat.Int16), MessageCompression.Parse("dgc:100"), 0.9, 0);
        float[] kept = new float[code.KeptCount], told = new float[42];
        for (int round = 0; round < 3; round++)
        {
            float[] change = Change(NumberFormat.Int16, round), given = [.. change];
            code.Decode(code.Encode(change, kept, round), told, round);
            Assert.That(told, Is.EqualTo(given), "masking takes the velocity of what was sent");
            Assert.That(kept[..42], Is.All.Zero);
        }
    }

    [Test]
    public void The_velocity_of_what_is_not_sent_goes_on()
    {
        ImmutableArray<TrainedTensor> tensors = [new("w", 2, NumberFormat.Int16, 1)];
        ChangeCode code = new(tensors, MessageCompression.Parse("dgc:50"), 0.5, 0);
        float[] kept = new float[4], told = new float[2];
        code.Encode([100, 10], kept, 0);
        Assert.That(kept, Is.EqualTo(new float[] { 0, 10, 0, 10 }), "v, then u");
        code.Decode(code.Encode([0, 10], kept, 1), told, 1);
        Assert.That(told, Is.EqualTo(new float[] { 0, 25 }), "v = 10 + (0.5 · 10 + 10)");
        Assert.That(kept, Is.All.Zero);
    }

    [Test]
    public void Messages_take_the_bits_of_their_formulas()
    {
        Assert.Multiple(() =>
        {
            // 4 of 37 entries of 6 bits of index, 1 of 5 of 3 bits
            Assert.That(Bytes("top-k:10", NumberFormat.Int16), Is.EqualTo(Up((4 * (16 + 6)) + (1 * (16 + 3)))));
            Assert.That(Bytes("top-k:10", NumberFormat.Fp32), Is.EqualTo(Up((4 * (32 + 6)) + (1 * (32 + 3)))));
            Assert.That(Bytes("sign", NumberFormat.Int16), Is.EqualTo(Up((2 * 32) + 42)));
            Assert.That(Bytes("1-bit", NumberFormat.Fp32), Is.EqualTo(Up((2 * 64) + 42)));
            Assert.That(Bytes("8-bit", NumberFormat.Int16), Is.EqualTo(Up((2 * 8) + (8 * 42))));
            Assert.That(Bytes("8-bit", NumberFormat.Fp32), Is.EqualTo(Up((2 * 32) + (8 * 42))));
        });

        static int Up(int bits) => (bits + 7) / 8;
        static int Bytes(string how, NumberFormat format)
        {
            ChangeCode code = new(Tensors(format), MessageCompression.Parse(how), 0, 0);
            return code.Encode(Change(format, 0), new float[code.KeptCount], 0).Length;
        }
    }

    [Test]
    public void The_warm_up_comes_down_to_the_share_in_equal_ratios()
    {
        MessageCompression dgc = MessageCompression.Parse("dgc:0.1");
        double[] shares = [.. Enumerable.Range(0, 7).Select(r => dgc.ShareAt(r, 5))];
        Assert.That(shares, Is.EqualTo(new[] { 0.3162, 0.1, 0.03162, 0.01, 0.003162, 0.001, 0.001 }).Within(1e-4));
    }

    [TestCase("gzip")]
    [TestCase("top-k")]
    [TestCase("top-k:0")]
    [TestCase("dgc:101")]
    [TestCase("sign:5")]
    public void Other_compressions_are_refused(string text) => Assert.That(() => MessageCompression.Parse(text),
        Throws.TypeOf<InputException>().With.Message.Contains($"compression '{text}': accepted is none, sign, 1-bit, 8-bit"));
}
