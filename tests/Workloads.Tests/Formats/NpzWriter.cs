using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NpuSim.Workloads.Tests.Formats;

/// <summary>Writes npy arrays and npz archives as NumPy does, and as it never would.</summary>
internal static class NpzWriter
{
    /// <summary>An npy file of version 1.0 with this header and these element bytes.</summary>
    public static byte[] Npy(string header, byte[] elements, byte version = 1)
    {
        byte[] text = Encoding.Latin1.GetBytes(header.PadRight(117) + "\n"), length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. elements];
    }

    /// <summary>An npy file of a type and shape.</summary>
    public static byte[] Npy(string type, string shape, byte[] elements, bool fortran = false) =>
        Npy($"{{'descr': '{type}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': ({shape}), }}", elements);

    /// <summary>An npy file of floats.</summary>
    public static byte[] Floats(string shape, params float[] values) =>
        Npy("<f4", shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>A zip archive of one entry that is not compressed.</summary>
    public static byte[] Stored(string name, byte[] content)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open())
            entry.Write(content);
        return file.ToArray();
    }

    /// <summary>A zip archive.</summary>
    public static byte[] Npz(params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }
}
