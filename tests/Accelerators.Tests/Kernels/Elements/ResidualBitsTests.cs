using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels.Elements;

/// <summary>Bits kept below a weight.</summary>
public sealed class ResidualBitsTests
{
    private static readonly NumericPolicy Plain = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);

    [TestCase(8, 3, 5, 0)]       // 3·256 + 5 − 1 → r 4
    [TestCase(8, 3, -128, 1)]    // half a weight below: one step more and w falls
    [TestCase(8, 3, 127, -1)]    // the next higher fraction is a half, which goes up
    [TestCase(16, -7, 32767, -1)]
    [TestCase(1, 0, -1, 1)]
    public unsafe void A_weight_and_its_residual_are_one_number(int bits, int weight, int residual, int step)
    {
        sbyte[] w = [(sbyte)weight];
        byte[] r = Integers.Bytes([residual], ResidualBits.FormatOf(bits));
        bool moved;
        fixed (sbyte* pw = w)
        fixed (byte* pr = r)
            moved = ResidualBits.Take((byte*)pw, NumberFormat.Int8, 0, step, pr, 0, bits, Narrowing.Saturate);
        long before = ((long)weight << bits) + residual,
            after = ((long)w[0] << bits) + Integers.Read(r, ResidualBits.FormatOf(bits))[0];
        Assert.That(after, Is.EqualTo(before - step));
        Assert.That(w[0], Is.EqualTo((after + (1L << (bits - 1))) >> bits), "the nearest whole number, ties up");
        Assert.That(moved, Is.EqualTo(w[0] != weight));
    }

    [Test]
    public unsafe void A_saturated_weight_keeps_a_saturated_residual()
    {
        sbyte w = 127, r = 0;
        _ = ResidualBits.Take((byte*)&w, NumberFormat.Int8, 0, -1000, (byte*)&r, 0, 8, Narrowing.Saturate);
        Assert.That((w, r), Is.EqualTo(((sbyte)127, (sbyte)127)));
        _ = ResidualBits.Take((byte*)&w, NumberFormat.Int8, 0, 256, (byte*)&r, 0, 8, Narrowing.Saturate);
        Assert.That((w, r), Is.EqualTo(((sbyte)126, (sbyte)127)));
    }

    // Each step is a tenth of a weight and less: to nearest none of them is taken.
    [Test]
    public void Updates_that_round_to_nothing_add_up([Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format,
        [Values(0, 8, 12)] int bits)
    {
        const int Steps = 40;
        RandomAddress address = new(3, 0, 0, 9);
        FixedScale scale = FixedScale.FromDouble(0.1 / 127);
        NumberFormat kept = ResidualBits.FormatOf(Math.Max(1, bits));
        byte[] w = Integers.Bytes(new int[512], format), r = Integers.Bytes(new int[512], kept);
        sbyte[] z = new sbyte[512];
        Perturbation.Draw(address, 0, z);
        for (int step = 0; step < Steps; step++)
            _ = UpdateKernel.Run(new Operand(w, format), [new(address)], [1], scale, Plain,
                form: new UpdateForm(ResidualBits: bits), residual: new Operand(r, kept));
        long[] after = Integers.Read(w, format);
        if (bits == 0)
            Assert.That(after, Is.All.Zero);
        else
            Assert.That(after.Select((v, i) => (double)v + (Steps * z[i] * 0.1 / 127)), Is.All.InRange(-1.0, 1.0));
    }

    [Test]
    public void Descent_takes_the_same_steps([Values(1, 8, 12)] int bits)
    {
        int[] weights = [5, -128, 127, 0], g = [100, -3, 7, 1 << 20], total = new int[4];
        byte[] w = Integers.Bytes(weights, NumberFormat.Int8), r = Integers.Bytes(new int[4], ResidualBits.FormatOf(bits));
        FixedScale step = FixedScale.FromDouble(1e-3);
        for (int i = 0; i < 9; i++)
            _ = DescentKernel.Run(new Operand(w, NumberFormat.Int8), g, [], 4, 4, step, default, Plain,
                residual: new Operand(r, ResidualBits.FormatOf(bits)), residualBits: bits);
        int fine = (int)Math.Floor((100 * 1e-3 * (1 << bits)) + 0.5);
        Assert.That((Integers.Read(w, NumberFormat.Int8)[0] << bits) + Integers.Read(r, ResidualBits.FormatOf(bits))[0],
            Is.EqualTo((5 << bits) - (9 * fine)));
        Assert.That(Integers.Read(w, NumberFormat.Int8)[3], Is.EqualTo(-128));
    }
}
