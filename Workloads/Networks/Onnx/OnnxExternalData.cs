using System.Globalization;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Data of a model that lie in files beside it. What several tensors name – the same part of the same file – is read once, and
/// all of it is taken from the model's <see cref="InputBudget"/>.
/// </summary>
/// <param name="folder">Folder of the model; data lie in it or below.</param>
internal sealed class OnnxExternalData(string folder)
{
    private readonly Dictionary<(string Path, long Offset, int Bytes), byte[]> parts = [];

    /// <summary>The bytes of a tensor.</summary>
    /// <param name="tensor">What the model says.</param>
    /// <param name="bytes">How many its shape takes.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">They are not there or of another size, lie outside the folder, or are too
    /// many.</exception>
    public byte[] Read(TensorProto tensor, int bytes, string source)
    {
        string? Entry(string key) => tensor.ExternalData.LastOrDefault(e => e.Key == key)?.Value;
        string root = Path.GetFullPath(folder.Length == 0 ? "." : folder) + Path.DirectorySeparatorChar;
        string location = Entry("location") ?? "", path = location.Contains('\0')
            ? "" : Path.GetFullPath(Path.Combine(root, location));
        if (location.Length == 0 || Path.IsPathRooted(location) || !path.StartsWith(root, StringComparison.Ordinal))
            throw new InputException(
                $"{source}: its data lie in '{InputFile.OneLine(location)}'; accepted is a file in the folder of the model or "
                    + $"below.");
        if (!long.TryParse(Entry("offset") ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            || !long.TryParse(Entry("length") ?? $"{bytes}", NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                || length != bytes)
        {
            throw new InputException(
                $"{source}: its data have offset '{InputFile.OneLine(Entry("offset") ?? "")}' and length "
                    + $"'{InputFile.OneLine(Entry("length") ?? "")}'; its shape takes {bytes} bytes.");
        }

        if (parts.TryGetValue((path, offset, bytes), out byte[]? known))
            return known;
        return parts[(path, offset, bytes)] = InputFile.Read(path, stream =>
        {
            if (offset > stream.Length - length)
                throw new InputException(
                    $"{source}: its {length} bytes from {offset} on are not in '{InputFile.OneLine(location)}', which has "
                        + $"{stream.Length}.");
            InputBudget.Take(bytes, source);
            stream.Position = offset;
            return PlainOrGzip.Take(stream, bytes);
        });
    }
}
