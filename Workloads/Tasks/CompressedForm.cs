using System.Numerics;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// What is stored of a compressed tensor: where weights were pruned, a mask of one bit per element; then what is kept, in order –
/// the weights themselves, or with a codebook the index of each, in as few whole bits as tell the entries apart, and the entries.
/// In groups, weight i is scale · (q − zero) with q in few bits and a scale and a zero point for so many neighbours.
/// It follows from the tensor's size alone, so that memory and cycles do not depend on values.
/// </summary>
/// <param name="Elements">Elements of the tensor.</param>
/// <param name="Kept">Elements that were not pruned, at least 1.</param>
/// <param name="IsPruned">True: there is a mask.</param>
/// <param name="Entries">Entries of the codebook; null: there is none.</param>
public sealed record CompressedForm(long Elements, long Kept, bool IsPruned, int? Entries)
{
    private const int ScaleBits = 16;

    /// <summary>Bits of q of each weight; null: there are no groups.</summary>
    public int? GroupBits { get; init; }

    /// <summary>Neighbours that share a scale and a zero point.</summary>
    public int Group { get; init; } = 1;

    /// <summary>Groups, the last of which may be shorter; 0 without.</summary>
    public long Groups => GroupBits is null ? 0 : (Elements + Group - 1) / Group;

    /// <summary>Bytes of the zero points, packed as indices; 0 without groups.</summary>
    public long ZeroBytes => ((Groups * IndexBits) + 7) / 8;

    /// <summary>Bytes of the mask, element i in bit i mod 8 of byte i / 8; 0 without one.</summary>
    public long MaskBytes => IsPruned ? (Elements + 7) / 8 : 0;

    /// <summary>Bits of an index: ⌈log₂ entries⌉, at least 1, or of q; 0 without a codebook or groups.</summary>
    public int IndexBits => GroupBits is int bits ? bits
        : Entries is int count ? Math.Max(1, BitOperations.Log2((uint)count - 1) + 1) : 0;

    /// <summary>Bytes of all indices, index i from bit i · <see cref="IndexBits"/> on, lowest bit first; 0 without a
    /// codebook or groups.</summary>
    public long IndexBytes => checked(((Kept * IndexBits) + 7) / 8);

    /// <summary>Values in the format of weights: the entries, or all that is kept; or the scales of groups, in fp16.</summary>
    public long Values => GroupBits is null ? Entries ?? Kept : Groups;

    /// <summary>Bits of the whole where a weight has <paramref name="weightBits"/>; the mask and the indices in whole
    /// bytes.</summary>
    public long Bits(int weightBits) => checked(
        (8 * (MaskBytes + IndexBytes + ZeroBytes)) + (Values * (GroupBits is null ? weightBits : ScaleBits)));

    /// <summary>Name of the mask of a weight: its bytes, as numbers 0..255.</summary>
    public static string MaskOf(string weight) => $"{weight} mask";

    /// <summary>Name of the packed indices of a weight: their bytes, as numbers 0..255.</summary>
    public static string IndicesOf(string weight) => $"{weight} indices";

    /// <summary>Name of the packed zero points of a weight's groups: their bytes, as numbers 0..255.</summary>
    public static string ZerosOf(string weight) => $"{weight} zeros";

    /// <summary>Name of the entries of a weight's codebook, or without one of the weights that were kept, or of the scales of
    /// groups.</summary>
    public static string ValuesOf(string weight) => $"{weight} values";
}
