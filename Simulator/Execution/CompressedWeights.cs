using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Compresses the weights of a network once, before anything adapts. Beside each weight, which takes the values that its
/// compressed form stands for, lies what a device stores of it, under names of its own.
/// </summary>
internal static class CompressedWeights
{
    /// <summary>Compresses.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Its weights by name, which stay as they are.</param>
    /// <param name="compression">How.</param>
    /// <returns>Every weight by name, compressed ones with their new values, and what is stored of these.</returns>
    public static Dictionary<string, float[]> Of(Graph graph, IReadOnlyDictionary<string, float[]> weights,
        Compression compression)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(compression);
        Dictionary<string, float[]> all = weights.ToDictionary(StringComparer.Ordinal);
        foreach (string name in compression.Of(graph).Order(StringComparer.Ordinal))
            Compress(name, weights[name], compression.FormOf(weights[name].Length), all);
        return all;
    }

    private static void Compress(string name, float[] weight, CompressedForm form, Dictionary<string, float[]> all)
    {
        if (form.GroupBits is not null)
        {
            GroupedWeights.Compress(name, weight, form, all);
            return;
        }

        byte[] mask = form.IsPruned ? WeightMask.Largest([.. weight.Select(Math.Abs)], (int)form.Kept) : [];
        float[] values = [.. weight.Where((_, i) => mask.Length == 0 || (mask[i / 8] >> (i % 8) & 1) != 0)];
        byte[] indices = [];
        if (form.Entries is int entries)
        {
            Codebook book = Codebook.Of(values, entries);
            indices = Pack(book.Indices, form.IndexBits);
            values = book.Entries;
            all[CompressedForm.IndicesOf(name)] = [.. indices.Select(b => (float)b)];
        }

        if (form.IsPruned)
            all[CompressedForm.MaskOf(name)] = [.. mask.Select(b => (float)b)];
        all[CompressedForm.ValuesOf(name)] = values;
        float[] dense = new float[weight.Length];
        DecodeKernel.Run<float>(mask, indices, form.IndexBits, values, 0, dense);
        all[name] = dense;
    }

    /// <summary>Indices one after another in so many bits each, lowest bit first.</summary>
    internal static byte[] Pack(ReadOnlySpan<int> indices, int bits)
    {
        byte[] packed = new byte[(((long)indices.Length * bits) + 7) / 8];
        for (int i = 0; i < indices.Length; i++)
        {
            for (int b = 0; b < bits; b++)
            {
                long at = ((long)i * bits) + b;
                packed[at / 8] |= (byte)((indices[i] >> b & 1) << (int)(at % 8));
            }
        }

        return packed;
    }
}
