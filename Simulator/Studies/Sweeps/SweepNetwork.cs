using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>A network of a study and how its methods are set up.</summary>
/// <param name="Name">As it was asked for.</param>
/// <param name="Model">The network.</param>
/// <param name="DefaultBatch">Samples per step where nothing else is said.</param>
/// <param name="Workload">What it trains on; null: it can only be priced.</param>
public sealed record SweepNetwork(string Name, Model Model, int DefaultBatch, Workload? Workload)
{
    /// <summary>A workload, a model of the catalog, or a file of either.</summary>
    /// <param name="name">A shipped workload, a file that ends in .yaml, .onnx, .tflite or .json, or one of
    /// <see cref="ModelCatalog.Names"/>.</param>
    /// <exception cref="InputException">There is none of that name, or its file has faults.</exception>
    public static SweepNetwork Find(string name)
    {
        if (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || ShippedWorkloads.Names.Contains(name))
        {
            Workload workload = WorkloadMethods.Load(name);
            return new(name, WorkloadSetup.ModelOf(workload), workload.Adapt.Batch, workload);
        }

        if (ImportedNetwork.IsFile(name))
            return new(name, ImportedNetwork.Read(name).Model.Folded(), 1, null);
        if (ModelCatalog.Names.Contains(name))
            return new(name, ModelCatalog.Find(name).Folded(), 1, null);
        string[] known = [.. ShippedWorkloads.Names, .. ModelCatalog.Names];
        throw new InputException(
            $"there is no network '{name}'{Suggestion.For(name, known)}; accepted are workloads "
                + $"({string.Join(", ", ShippedWorkloads.Names)}), "
            + $"models ({string.Join(", ", ModelCatalog.Names)}) and files.");
    }

    /// <summary>The network at a batch, its batch normalisations folded.</summary>
    /// <exception cref="InputException">Its tensors have too many elements.</exception>
    public Graph At(int batch)
    {
        try
        {
            return Model.Build(batch);
        }
        catch (Exception tooLarge) when (tooLarge is OverflowException or ArgumentException)
        {
            throw new InputException($"batch {batch}: tensors of '{Name}' have too many elements.", tooLarge);
        }
    }

    /// <summary>A method with the settings of the workload.</summary>
    public Method Configure(Method method) => Workload is null ? method : Workload.Configure(method);
}
