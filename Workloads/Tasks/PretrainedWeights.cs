using System.Security.Cryptography;
using System.Text;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// Where the weights that a workload starts from come from: a shipped file, a path, the network's own file, or an earlier
/// pre-training that was kept.
/// </summary>
public static class PretrainedWeights
{
    /// <summary>Key of the recipe in a weight file's metadata.</summary>
    public const string RecipeKey = "recipe";

    /// <summary>
    /// The weights of a workload, or null when they must be pre-trained first. Their names and shapes are still to be checked
    /// against the model.
    /// </summary>
    /// <param name="workload">The workload.</param>
    /// <param name="cacheFolder">Folder of kept weights.</param>
    /// <exception cref="InputException">The weight file is missing or damaged.</exception>
    public static Weights? Find(Workload workload, string cacheFolder)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (workload.Weights is { } named)
            return ShippedWeights.Names.Contains(named) ? ShippedWeights.Load(named) : WeightFile.Read(named);
        if (ImportedNetwork.IsFile(workload.Model))
            return ImportedNetwork.Read(workload.Model).Weights;
        string kept = CacheFile(workload, cacheFolder);
        return File.Exists(kept) ? Safetensors.Read(kept) : null;
    }

    /// <summary>Keeps pre-trained weights for the next time.</summary>
    /// <param name="workload">The workload, which names no weights itself.</param>
    /// <param name="weights">The outcome of its recipe.</param>
    /// <param name="cacheFolder">Folder of kept weights; made where it is missing.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Keep(Workload workload, Weights weights, string cacheFolder) =>
        Safetensors.Write(CacheFile(workload, cacheFolder), WithRecipe(weights, workload));

    /// <summary>The weights with the workload's recipe in their metadata.</summary>
    public static Weights WithRecipe(Weights weights, Workload workload) =>
        weights with { Metadata = weights.Metadata.SetItem(RecipeKey, workload.Recipe) };

    /// <summary>
    /// The file that keeps a workload's weights: its name tells the model and the SHA-256 of the recipe, so that another recipe
    /// is another file.
    /// </summary>
    public static string CacheFile(Workload workload, string cacheFolder)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(workload.Recipe));
        return Path.Combine(cacheFolder, $"{workload.Model}-{Convert.ToHexStringLower(hash)[..16]}.safetensors");
    }
}
