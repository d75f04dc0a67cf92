using System.Numerics;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// What is stored of a compressed tensor: where weights were pruned, a mask of one bit per element; then what is kept, in order –
/// the weights themselves, or with a codebook the index of each, in as few whole bits as tell the entries apart, and the entries.
/// It follows from the tensor's size alone, so that memory and cycles do not depend on values.
/// </summary>
/// <param name="Elements">Elements of the tensor.</param>
/// <param name="Kept">Elements that were not pruned, at least 1.</param>
/// <param name="IsPruned">True: there is a mask.</param>
/// <param name="Entries">Entries of the codebook; null: there is none.</param>
public sealed record CompressedForm(long Elements, long Kept, bool IsPruned, int? Entries)
{
    /// <summary>Bytes of the mask, element i in bit i mod 8 of byte i / 8; 0 without one.</summary>
    public long MaskBytes => IsPruned ? (Elements + 7) / 8 : 0;

    /// <summary>Bits of an index: ⌈log₂ entries⌉, at least 1; 0 without a codebook.</summary>
    public int IndexBits => Entries is int count ? Math.Max(1, BitOperations.Log2((uint)count - 1) + 1) : 0;

    /// <summary>Bytes of all indices, index i from bit i · <see cref="IndexBits"/> on, lowest bit first; 0 without a
    /// codebook.</summary>
    public long IndexBytes => checked(((Kept * IndexBits) + 7) / 8);

    /// <summary>Values in the format of weights: the entries, or all that is kept.</summary>
    public long Values => Entries ?? Kept;

    /// <summary>Bits of the whole where a weight has <paramref name="weightBits"/>; the mask and the indices in whole
    /// bytes.</summary>
    public long Bits(int weightBits) => checked((8 * (MaskBytes + IndexBytes)) + (Values * weightBits));

    /// <summary>Name of the mask of a weight: its bytes, as numbers 0..255.</summary>
    public static string MaskOf(string weight) => $"{weight} mask";

    /// <summary>Name of the packed indices of a weight: their bytes, as numbers 0..255.</summary>
    public static string IndicesOf(string weight) => $"{weight} indices";

    /// <summary>Name of the entries of a weight's codebook, or without one of the weights that were kept.</summary>
    public static string ValuesOf(string weight) => $"{weight} values";
}
