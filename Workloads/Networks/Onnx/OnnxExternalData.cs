using System.Globalization;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Data of a model that lie in files beside it, each opened once; large ones stay there until numbers are asked for.
/// </summary>
/// <param name="folder">Folder of the model; data lie in it or below.</param>
internal sealed class OnnxExternalData(string folder)
{
    private readonly Dictionary<string, StoredBytes> files = new(StringComparer.Ordinal);

    /// <summary>The bytes of a tensor.</summary>
    /// <param name="tensor">What the model says.</param>
    /// <param name="bytes">How many its shape takes.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InputException">They are not there or of another size, or lie outside the folder.</exception>
    public StoredBytes Read(TensorProto tensor, int bytes, string source)
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

        if (!files.TryGetValue(path, out StoredBytes? file))
            files.Add(path, file = InputFile.Read(path, stream => stream.Length <= Array.MaxLength ? StoredBytes.Of(stream, path)
                : throw new InputException($"{path}: {stream.Length} bytes; at most {Array.MaxLength} are read.")));
        return offset <= file.Length - length ? file.Slice((int)offset, bytes) : throw new InputException(
            $"{source}: its {length} bytes from {offset} on are not in '{InputFile.OneLine(location)}', which has {file.Length}.");
    }
}
