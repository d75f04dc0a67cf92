using System.Buffers.Binary;

namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes PNG and JPEG files: sizes that their headers claim, chunks and segments, or any bytes.</summary>
internal static class Images
{
    public static byte[] Mutate(byte[] content, Chance chance)
    {
        byte[] changed = [.. content];
        bool isPng = changed.Length > 24 && changed[0] == 0x89;
        switch (chance.Below(4))
        {
            case 0 when isPng: // width or height
                BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16 + (4 * chance.Below(2))), (int)Values.Integer(chance));
                return changed;
            case 1 when isPng: // depth, colours, compression, filter, interlacing
                changed[24 + chance.Below(5)] = (byte)chance.Of(new[] { 0, 1, 2, 3, 4, 6, 8, 16, 255 });
                return changed;
            case 0 or 1 when Segments(changed) is { Count: > 0 } segments: // a length, or what stands behind it
                int at = chance.Of(segments) + 2 + chance.Below(20);
                if (at < changed.Length)
                    changed[at] = (byte)chance.Of(new[] { 0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF });
                return changed;
            default:
                return Bytes.Mutate(changed, chance);
        }
    }

    // Places of the markers of a JPEG file.
    private static List<int> Segments(byte[] content) =>
        [.. Enumerable.Range(0, Math.Max(0, content.Length - 1)).Where(i =>
            content[i] == 0xFF && content[i + 1] is >= 0xC0 and < 0xFF)];
}
