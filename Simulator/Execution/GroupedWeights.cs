using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Weights in groups of neighbours: w ≈ scale · (q − zero), q and zero in b bits, the scale in fp16. A group's range includes 0:
/// scale = (max − min) / (2ᵇ − 1), zero = round(−min / scale), q = clamp(round(w / scale) + zero, 0, 2ᵇ − 1).
/// </summary>
internal static class GroupedWeights
{
    /// <summary>Puts what is stored, and the values it stands for, into <paramref name="all"/>.</summary>
    public static void Compress(string name, ReadOnlySpan<float> weight, CompressedForm form, Dictionary<string, float[]> all)
    {
        int most = (1 << form.GroupBits!.Value) - 1;
        int[] codes = new int[weight.Length], zeros = new int[form.Groups];
        float[] scales = new float[form.Groups], dense = new float[weight.Length];
        for (int g = 0; g < scales.Length; g++)
        {
            int first = g * form.Group, count = Math.Min(form.Group, weight.Length - first);
            float least = 0, largest = 0;
            foreach (float w in weight.Slice(first, count))
                (least, largest) = (Math.Min(least, w), Math.Max(largest, w));
            float scale = (float)(Half)((largest - least) / most);
            scales[g] = scale;
            zeros[g] = Step(-least, 0);
            for (int i = first; i < first + count; i++)
                codes[i] = Step(weight[i], zeros[g]);

            int Step(float value, int zero) =>
                scale == 0 ? zero : Math.Clamp((int)MathF.Round(value / scale, MidpointRounding.AwayFromZero) + zero, 0, most);
        }

        byte[] packed = CompressedWeights.Pack(codes, form.IndexBits);
        byte[] packedZeros = CompressedWeights.Pack(zeros, form.IndexBits);
        all[CompressedForm.IndicesOf(name)] = [.. packed.Select(b => (float)b)];
        all[CompressedForm.ZerosOf(name)] = [.. packedZeros.Select(b => (float)b)];
        all[CompressedForm.ValuesOf(name)] = scales;
        Decode(form, packed, packedZeros, scales, 0, dense);
        all[name] = dense;
    }

    /// <summary>Unfolds elements from <paramref name="first"/> on.</summary>
    public static void Decode(
        CompressedForm form, ReadOnlySpan<byte> codes, ReadOnlySpan<byte> zeros, ReadOnlySpan<float> scales, int first,
        Span<float> dense)
    {
        for (int i = 0; i < dense.Length; i++)
        {
            int group = (first + i) / form.Group;
            dense[i] = scales[group] * (Number(codes, first + i, form.IndexBits) - Number(zeros, group, form.IndexBits));
        }
    }

    private static int Number(ReadOnlySpan<byte> packed, long at, int bits)
    {
        int number = 0;
        for (int b = 0; b < bits; b++)
            number |= (packed[(int)(((at * bits) + b) / 8)] >> (int)(((at * bits) + b) % 8) & 1) << b;
        return number;
    }
}
