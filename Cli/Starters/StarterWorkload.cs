using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Cli.Starters;

/// <summary>A workload to start from: a shipped one, or one for a network of the user's own that can be planned and trained as it
/// is.</summary>
internal static class StarterWorkload
{
    private const string Grey = "glyphs", Colour = "cifar10";

    /// <summary>The workload.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="network">A network file, a model of the catalog or a shipped workload.</param>
    /// <param name="ports">Which inputs and which output of a network file; null: the one that it has of each.</param>
    /// <param name="images">Image set; null: an embedded or common one of the network's channels.</param>
    /// <exception cref="InputException">There is no such network, or it classifies no images, or what was given does not go
    /// together.</exception>
    public static Workload Of(string name, string network, FilePorts? ports, string? images)
    {
        if (ports is not null && !ImportedNetwork.IsFile(network))
            throw new InputException($"--input and --output choose parts of a network file; --network '{network}' is none.");
        if (ShippedWorkloads.Names.Contains(network))
        {
            if (images is not null)
                throw new InputException($"--images is given with --network {network}, a workload with images of its own.");
            Workload shipped = WorkloadMethods.Load(network);
            return shipped with { Name = name, Description = $"Started from {network}: {shipped.Description}" };
        }

        bool takesOne = false;
        Model model;
        if (ImportedNetwork.IsFile(network))
        {
            ImportedNetwork file = ImportedNetwork.Read(network, ports);
            (model, takesOne) = (file.Model, file.TakesOneSample);
        }
        else
        {
            model = ModelCatalog.Names.Contains(network) ? ModelCatalog.Find(network) : throw Unknown(network);
        }

        ImageSet set = ImageSets.Get(images ?? SetFor(network, model.Input));
        Workload workload = For(network, model, set, images ?? set.Name, takesOne ? 1 : 20) with { Name = name, File = ports };
        WorkloadSetup.ModelOf(workload); // refuses here what a plan would refuse
        return workload;
    }

    private static Workload For(string network, Model model, ImageSet set, string images, int batch)
    {
        bool isFile = ImportedNetwork.IsFile(network);
        bool fits = model.Input[0] == set.SampleShape[0] && model.Input[1] == set.SampleShape[1];
        Workload settings = Workload.Load(ShippedWorkloads.Default);
        return settings with
        {
            Description = $"Started from {Path.GetFileName(network)} on {set.Name}",
            Model = network,
            Weights = null,
            Pretrain = new PretrainRecipe(images, isFile ? batch : 2000, isFile ? 1 : 500, batch, 0.05),
            Adapt = new AdaptTask(images, 200, 200, batch, 100, Corruption.None),
            Head = isFile && model.Classes != set.Classes ? new NetworkHead(set.Classes) : null,
            Prepare = fits ? null : new Preparation($"{model.Input[0]}x{model.Input[1]}", Mean: [], Std: []),
        };
    }

    private static string SetFor(string network, Shape sample) => (sample.Rank, sample[^1]) switch
    {
        (3, 1) => Grey,
        (3, 3) => Colour,
        _ => throw new InputException(
            $"--network {network}: takes samples of {sample}; a task has images of 1 or 3 channels "
                + "(npusim plan --graph takes any)."),
    };

    private static InputException Unknown(string network)
    {
        string[] names = [.. ShippedWorkloads.Names, .. ModelCatalog.Names];
        return new($"there is no network '{network}'; accepted is a network file (.onnx, .tflite, .json), or one of "
            + $"{string.Join(", ", names)}{Suggestion.For(network, names)}");
    }
}
