using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// Pre-trained weights that are kept, one file for each recipe, version of pre-training and content of all that it reads. An
/// entry that is damaged is made anew; a cache that cannot be written costs time, not results.
/// </summary>
public static class WeightCache
{
    /// <summary>Raised whenever the same recipe and data give other weights than before.</summary>
    public const int RecipeVersion = 2;

    private const string ChecksumKey = "sha-256";

    /// <summary>The weights that were kept, or null; says so on standard error where an entry is damaged.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="cacheFolder">The cache.</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <exception cref="InputException">A file that the recipe reads is missing or cannot be read.</exception>
    public static Weights? Find(Workload workload, string cacheFolder, string? dataFolder)
    {
        string entry = EntryOf(workload, cacheFolder, dataFolder);
        try
        {
            if (!File.Exists(entry))
                return null;
            Weights kept = Safetensors.Read(entry);
            if (kept.Metadata.GetValueOrDefault(ChecksumKey) == Checksum(kept))
                return kept;
            Note.Say($"{entry}: damaged: its checksum is another; the weights are trained anew.");
        }
        catch (InputException fault)
        {
            Note.Say($"{fault.Message} The weights are trained anew.");
        }

        return null;
    }

    /// <summary>Keeps weights for the next time; says so on standard error where that cannot be done.</summary>
    /// <param name="workload">The workload, which names no weights itself.</param>
    /// <param name="weights">The outcome of its recipe.</param>
    /// <param name="cacheFolder">The cache; made where it is missing.</param>
    /// <param name="dataFolder">As for <see cref="Find"/>.</param>
    /// <exception cref="InputException">A file that the recipe reads is missing or cannot be read.</exception>
    public static void Keep(Workload workload, Weights weights, string cacheFolder, string? dataFolder)
    {
        string entry = EntryOf(workload, cacheFolder, dataFolder);
        Weights named = PretrainedWeights.WithRecipe(weights, workload);
        try
        {
            Safetensors.Write(entry, named with { Metadata = named.Metadata.SetItem(ChecksumKey, Checksum(named)) });
        }
        catch (InputException fault)
        {
            Note.Say($"{fault.Message} The weights are not kept; the results are the same.");
        }
    }

    /// <summary>The file that keeps a workload's weights.</summary>
    /// <inheritdoc cref="Find"/>
    public static string EntryOf(Workload workload, string cacheFolder, string? dataFolder)
    {
        ArgumentNullException.ThrowIfNull(workload);
        PretrainRecipe recipe = workload.Pretrain;
        StringBuilder key = new($"version {RecipeVersion}\n{workload.Recipe}");
        foreach (string file in ImageSets.Get(recipe.Images).Paths(dataFolder))
            key.Append($"{ContentHash.Of(file, cacheFolder)} {Path.GetFileName(file)}\n"); // a folder's name may be a class
        if (ImageSets.IsPath(recipe.Images))
            key.Append($"{ContentHash.Of(recipe.Images, cacheFolder)} set\n");
        foreach (string file in recipe.Teacher?.Files ?? [])
            key.Append($"{ContentHash.Of(file, cacheFolder)} teacher\n");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString()));
        return Path.Combine(cacheFolder, $"{workload.Model}-{Convert.ToHexStringLower(hash)[..32]}.safetensors");
    }

    // Of names, shapes, values and the recipe.
    private static string Checksum(Weights weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(long)];
        foreach ((string key, string text) in weights.Metadata.Where(m => m.Key != ChecksumKey))
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}\0{text}\0"));
        foreach ((string name, WeightTensor tensor) in weights.Tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{tensor.Shape}\0"));
            BinaryPrimitives.WriteInt64LittleEndian(length, tensor.Values.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.Span));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
