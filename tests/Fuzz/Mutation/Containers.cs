using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.Fuzz.Mutation;

/// <summary>Changes files that are a header before numbers: npz, safetensors, gzip.</summary>
internal static class Containers
{
    /// <summary>Arrays with another header, others bytes or another name; or the archive's own bytes changed.</summary>
    public static byte[] Npz(byte[] content, Chance chance)
    {
        if (chance.Once(4))
            return Bytes.Mutate(content, chance);
        List<(string Name, byte[] Content)> entries = [];
        using (ZipArchive archive = new(new MemoryStream(content)))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using Stream stream = entry.Open();
                using MemoryStream copy = new();
                stream.CopyTo(copy);
                entries.Add((entry.FullName, copy.ToArray()));
            }
        }

        int at = chance.Below(entries.Count);
        switch (chance.Below(6))
        {
            case 0: entries.RemoveAt(at); break;
            case 1: entries[at] = (Values.Any(chance) + ".npy", entries[at].Content); break;
            case 2: entries.Add(entries[at]); break;
            case 3:
                string type = chance.Of(new[] { "<f4", "<f2", "<f8", "|i1", "<i4", "<i8", "|u1", ">f4", "<u2", "|O" });
                string shape = string.Join(", ", Enumerable.Range(0, chance.Below(10))
                    .Select(_ => chance.Once(3) ? Values.Number(chance) : $"{chance.Below(9)}"));
                entries[at] = (entries[at].Name,
                    NpzWriter.Npy(type, shape, entries[at].Content[^Math.Min(64, entries[at].Content.Length)..], chance.Once(3)));
                break;
            case 4: entries[at] = (entries[at].Name, Numbers(entries[at].Content, chance)); break;
            default: entries[at] = (entries[at].Name, Bytes.Mutate(entries[at].Content, chance)); break;
        }

        return NpzWriter.Npz([.. entries]);
    }

    /// <summary>A safetensors file with another header or other numbers.</summary>
    public static byte[] Safetensors(byte[] content, Chance chance)
    {
        if (content.Length < 8 || chance.Once(5))
            return Bytes.Mutate(content, chance);
        int length = (int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(content), 0, content.Length - 8);
        byte[] header = content[8..(8 + length)], data = content[(8 + length)..];
        if (chance.Once(2))
            header = Json.Mutate(header, chance);
        else
            data = Numbers(data, chance);
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, chance.Once(12) ? Values.Integer(chance) : header.Length);
        return [.. prefix, .. header, .. data];
    }

    /// <summary>The content as gzip, sometimes a bomb, sometimes damaged.</summary>
    public static byte[] Gzip(byte[] content, Chance chance)
    {
        using MemoryStream file = new();
        using (GZipStream zip = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(content);
            byte[] zeros = new byte[1 << 20];
            for (int i = chance.Once(6) ? 1 << chance.Below(6) : 0; i > 0; i--)
                zip.Write(zeros);
        }

        return chance.Once(3) ? Bytes.Mutate(file.ToArray(), chance) : file.ToArray();
    }

    // Extreme floats in the place of some.
    private static byte[] Numbers(byte[] data, Chance chance)
    {
        data = [.. data];
        float number = Values.Real(chance);
        for (int i = chance.Once(3) ? data.Length : chance.Few(); i > 0 && data.Length >= 4; i--)
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(chance.Below(data.Length / 4) * 4), number);
        return data;
    }

    /// <summary>The text in UTF-8.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
