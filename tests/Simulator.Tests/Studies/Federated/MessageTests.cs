using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public class MessageTests
{
    [TestCase(NumberFormat.Int4, new float[] { -8, 7, 0, -1, 3 }, 3)]
    [TestCase(NumberFormat.Int8, new float[] { -128, 127, 0, -1 }, 4)]
    [TestCase(NumberFormat.Int16, new float[] { -32768, 32767, 0, -1 }, 8)]
    [TestCase(NumberFormat.Fp16, new[] { -0.5f, 1.5f, 65504 }, 6)]
    [TestCase(NumberFormat.Bf16, new[] { -0.5f, 1.5f, 3.3895314e38f }, 6)]
    [TestCase(NumberFormat.Fp32, new[] { -0.1f, 1e-30f }, 8)]
    public void Weights_come_back_from_as_many_bytes_as_their_format_takes(NumberFormat format, float[] weights, int bytes)
    {
        ImmutableArray<TrainedTensor> tensors = [new("a", weights.Length, format, 1), new("b", 1, format, 1)];
        WeightCode code = new(tensors);
        byte[] message = code.Encode([.. weights, weights[0]]);
        float[] back = new float[weights.Length + 1];
        code.Decode(message, back);
        Assert.That(back, Is.EqualTo((float[])[.. weights, weights[0]]));
        Assert.That(message, Has.Length.EqualTo(bytes + (int)format.BytesFor(1)).And.Length.EqualTo(code.Bytes));
    }

    [Test]
    public void Signs_take_two_bits()
    {
        float[] votes = [1, -1, 0, -1, 1], back = new float[5];
        byte[] message = FactorCode.Encode(votes, FactorForm.Sign);
        FactorCode.Decode(message, FactorForm.Sign, back);
        Assert.That(back, Is.EqualTo(votes));
        Assert.That(message, Is.EqualTo(new byte[] { 0b11_00_11_01, 0b01 }));
    }

    [TestCase(FactorForm.Bit, new float[] { 1, -1, 1 }, 1)]
    [TestCase(FactorForm.Scalar, new[] { -0.1f, 3e-9f }, 8)]
    public void Bits_and_scalars_come_back(object form, float[] factors, int bytes)
    {
        float[] back = new float[factors.Length];
        byte[] message = FactorCode.Encode(factors, (FactorForm)form);
        FactorCode.Decode(message, (FactorForm)form, back);
        Assert.That(back, Is.EqualTo(factors));
        Assert.That(message, Has.Length.EqualTo(bytes));
    }

    [Test]
    public void Means_take_a_byte()
    {
        float[] votes = [127, -128, 0], back = new float[3];
        FactorCode.Decode(FactorCode.Encode(votes, FactorForm.Mean), FactorForm.Mean, back);
        Assert.That(back, Is.EqualTo(votes));
    }

    [TestCase(Rounding.Floor, -3)]
    [TestCase(Rounding.Truncate, -2)]
    [TestCase(Rounding.HalfUp, -2)]
    [TestCase(Rounding.HalfAway, -3)]
    [TestCase(Rounding.HalfEven, -2)]
    public void A_quotient_of_minus_two_and_a_half_rounds_as_the_profile_says(Rounding rounding, long expected)
    {
        Assert.That(RoundedDivision.Of(-5, 2, rounding), Is.EqualTo(expected));
        Assert.That(RoundedDivision.Of(-15, 6, rounding), Is.EqualTo(expected));
    }

    [TestCase(Rounding.HalfUp)]
    [TestCase(Rounding.HalfAway)]
    [TestCase(Rounding.HalfEven)]
    public void Thirds_round_to_the_nearest(Rounding rounding)
    {
        Assert.That(RoundedDivision.Of(5, 3, rounding), Is.EqualTo(2));
        Assert.That(RoundedDivision.Of(-4, 3, rounding), Is.EqualTo(-1));
        Assert.That(RoundedDivision.Of(-5, 3, rounding), Is.EqualTo(-2));
    }

    [Test]
    public void Stochastic_rounding_goes_up_as_often_as_the_rest_says() => Assert.That(
        Enumerable.Range(0, 1000).Count(i => RoundedDivision.Of(-5, 4, Rounding.Stochastic, i / 1000.0) == -1), Is.EqualTo(750));
}
