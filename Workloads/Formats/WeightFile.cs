using System.Collections.Immutable;

namespace NpuSim.Workloads.Formats;

/// <summary>Reads weights from any file that can hold them: safetensors, or npz with an array of floats per parameter.</summary>
internal static class WeightFile
{
    // A zip archive starts so; as the length of a safetensors header it would be far beyond what is accepted.
    private static readonly byte[] ZipSignature = [.. "PK"u8, 3, 4];

    /// <summary>Reads a weight file; its first bytes tell the format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="choice">Which tensors to read; null: all.</param>
    /// <exception cref="InputException">The file is missing, damaged, truncated or holds other types.</exception>
    public static Weights Read(string path, TensorChoice? choice = null) =>
        InputFile.Read(path, stream => Read(stream, path, choice));

    /// <summary>Reads weights.</summary>
    /// <param name="stream">Seekable, at its start.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="choice">Which tensors to read; null: all.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, TensorChoice)"/>.</exception>
    public static Weights Read(Stream stream, string source, TensorChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> signature = stackalloc byte[4];
        stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return signature.SequenceEqual(ZipSignature) ? OfArrays(Npz.Read(stream, source, choice), source)
            : Safetensors.Read(stream, source, choice);
    }

    private static Weights OfArrays(ImmutableSortedDictionary<string, NumberArray> arrays, string source)
    {
        foreach ((string name, NumberArray array) in arrays)
        {
            if (!array.Type.IsFloat())
                throw new InputException(
                    $"{source}: {InputFile.OneLine(name)} holds {array.Type}; weights are Float16, Float32 or Float64.");
        }

        return Weights.Create(arrays.Select(a =>
            KeyValuePair.Create(a.Key, new WeightTensor(a.Value.Shape, a.Value.ToFloats()))));
    }
}
