using System.Security.Cryptography;
using System.Text;
using NpuSim.Workloads.Data;
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

    /// <summary>Key of <see cref="Fingerprints"/> in a weight file's metadata, where there are any.</summary>
    public const string FilesKey = "recipe-files";

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
            return Named(named);
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

    /// <summary>A shipped weight file by its name, or one by its path.</summary>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static Weights Named(string nameOrPath) =>
        ShippedWeights.Names.Contains(nameOrPath) ? ShippedWeights.Load(nameOrPath) : WeightFile.Read(nameOrPath);

    /// <summary>The weights with the workload's recipe, and what its files held, in their metadata.</summary>
    /// <exception cref="InputException">A file that the recipe names cannot be read.</exception>
    public static Weights WithRecipe(Weights weights, Workload workload)
    {
        var metadata = weights.Metadata.SetItem(RecipeKey, workload.Recipe);
        return weights with { Metadata = Fingerprints(workload) is { Length: > 0 } files ? metadata.SetItem(FilesKey, files) : metadata };
    }

    /// <summary>
    /// One line "SHA-256 name" for each file of the user's own that decides the weights beside the recipe: that of an image set and those it
    /// names, and those of a teacher. Empty without such files. Where a file lies does not matter.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static string Fingerprints(Workload workload)
    {
        PretrainRecipe recipe = workload.Pretrain;
        IEnumerable<string> files = ImageSets.IsPath(recipe.Images) ? [recipe.Images, .. ImageSets.Get(recipe.Images).Paths(null)] : [];
        return string.Concat(files.Concat(recipe.Teacher?.Files ?? []).Select(file =>
            $"{Convert.ToHexStringLower(InputFile.Read(file, SHA256.HashData))} {Path.GetFileName(file)}\n"));
    }

    /// <summary>
    /// The file that keeps a workload's weights: its name tells the model and the SHA-256 of the recipe and of the content of the files
    /// it names, so that another recipe is another file.
    /// </summary>
    /// <exception cref="InputException">A file that the recipe names cannot be read.</exception>
    public static string CacheFile(Workload workload, string cacheFolder)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(workload.Recipe + Fingerprints(workload)));
        return Path.Combine(cacheFolder, $"{workload.Model}-{Convert.ToHexStringLower(hash)[..16]}.safetensors");
    }
}
