using System.Security.Cryptography;
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
    /// <param name="cacheFolder">Folder of kept weights (<see cref="WeightCache"/>).</param>
    /// <param name="dataFolder">Folder of the data sets; null: the environment variable NPUSIM_DATA.</param>
    /// <param name="choice">Looks at names and shapes before a file's numbers are read; null: all are read.</param>
    /// <exception cref="InputException">The weight file is missing or damaged.</exception>
    public static Weights? Find(Workload workload, string cacheFolder, string? dataFolder = null, TensorChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(workload);
        if (workload.Weights is { } named)
            return Named(named, choice);
        return ImportedNetwork.IsFile(workload.Model) ? workload.ReadNetwork().Weights
            : WeightCache.Find(workload, cacheFolder, dataFolder);
    }

    /// <summary>A shipped weight file by its name, or one by its path.</summary>
    /// <param name="nameOrPath">The name or path.</param>
    /// <param name="choice">Looks at names and shapes before a file's numbers are read; null: all are read.</param>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static Weights Named(string nameOrPath, TensorChoice? choice = null) =>
        ShippedWeights.Names.Contains(nameOrPath) ? ShippedWeights.Load(nameOrPath) : WeightFile.Read(nameOrPath, choice);

    /// <summary>The weights with the workload's recipe, and what its files held, in their metadata.</summary>
    /// <exception cref="InputException">A file that the recipe names cannot be read.</exception>
    public static Weights WithRecipe(Weights weights, Workload workload)
    {
        var metadata = weights.Metadata.SetItem(RecipeKey, workload.Recipe);
        return weights with
        {
            Metadata = Fingerprints(workload) is { Length: > 0 } files
            ? metadata.SetItem(FilesKey, files) : metadata
        };
    }

    /// <summary>
    /// One line "SHA-256 name" for each file of the user's own that decides the weights beside the recipe: that of an image set
    /// and those it names, and those of a teacher. Empty without such files. Where a file lies does not matter.
    /// </summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static string Fingerprints(Workload workload)
    {
        PretrainRecipe recipe = workload.Pretrain;
        IEnumerable<string> files = ImageSets.IsPath(recipe.Images)
            ? [recipe.Images, .. ImageSets.Get(recipe.Images).Paths(null)] : [];
        return string.Concat(files.Concat(recipe.Teacher?.Files ?? []).Select(file =>
            $"{Convert.ToHexStringLower(InputFile.Read(file, SHA256.HashData))} {Path.GetFileName(file)}\n"));
    }
}
