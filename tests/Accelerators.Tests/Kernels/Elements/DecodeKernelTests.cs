using NpuSim.Accelerators.Kernels.Elements;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class DecodeKernelTests
{
    // Every combination of mask and codebook, any number of bits, parts that begin anywhere.
    [Test]
    public void Every_element_is_its_entry_or_zero([Range(0, 8)] int bits, [Values] bool masked)
    {
        System.Random random = new(7);
        const int Count = 203;
        bool[] isKept = [.. Enumerable.Range(0, Count).Select(_ => !masked || random.Next(3) == 0)];
        int kept = isKept.Count(k => k);
        int[] numbers = [.. Enumerable.Range(0, kept).Select(i => bits == 0 ? i : random.Next(1 << bits))];
        short[] values = [.. Enumerable.Range(0, bits == 0 ? kept : 1 << bits)
            .Select(_ => (short)random.Next(short.MinValue, short.MaxValue))];
        short[] expected = new short[Count];
        for (int i = 0, k = 0; i < Count; i++)
            expected[i] = isKept[i] ? values[numbers[k++]] : (short)0;

        byte[] mask = masked ? Bytes(isKept) : [];
        byte[] indices = Bytes([.. numbers.SelectMany(n => Enumerable.Range(0, bits).Select(b => (n >> b & 1) == 1))]);
        for (int first = 0; first < Count; first += 13)
        {
            short[] result = new short[Count - first];
            Array.Fill(result, (short)-1);
            DecodeKernel.Run<short>(mask, indices, bits, values, first, result);
            Assert.That(result, Is.EqualTo(expected[first..]), $"from element {first}");
        }
    }

    [Test]
    public void A_mask_that_ends_too_early_is_refused() =>
        Assert.That(() => DecodeKernel.Run<byte>(new byte[2], [], 0, new byte[20], 8, new byte[9]), Throws.ArgumentException);

    private static byte[] Bytes(bool[] bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        for (int i = 0; i < bits.Length; i++)
            bytes[i / 8] |= (byte)(bits[i] ? 1 << (i % 8) : 0);
        return bytes;
    }
}
