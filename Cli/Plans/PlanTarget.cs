using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Plans;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Cli.Plans;

/// <summary>The network that is planned, its batch normalisations folded, and how its methods are set up.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Input">One sample.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Graph">The network at that batch.</param>
/// <param name="Configure">A method with the settings of the workload.</param>
internal sealed record PlanTarget(string Name, Shape Input, int Batch, Graph Graph, Func<Method, Method> Configure)
{
    /// <summary>Why a quantised file does not run in its integers; null for others.</summary>
    public string? Remark { get; init; }

    /// <summary>As reports call it.</summary>
    public PlannedNetwork Network => new(Name, string.Join('x', Input), Batch, Graph.ParameterCount, Graph.Macs);

    /// <summary>The network of a workload.</summary>
    public static PlanTarget Of(Workload workload, int? batch) =>
        Of(WorkloadSetup.ModelOf(workload), batch ?? workload.Adapt.Batch, workload.Configure);

    /// <summary>A network of the catalog.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="input">One sample; null: that of the published network.</param>
    /// <param name="frames">Columns of the sample, for networks that read a sequence; null: as <paramref name="input"/>.</param>
    /// <param name="batch">Samples per step.</param>
    public static PlanTarget Of(string name, Shape? input, int? frames, int batch)
    {
        if (LanguageModels.Names.Contains(name))
        {
            return input is null ? Of(LanguageModels.Find(name, frames), batch, method => method)
                : throw new InputException($"--input: model '{name}' reads tokens; accepted is --seq with their number.");
        }

        if (frames is int columns)
        {
            if (name is not ("ast" or "crnn" or "crnn-lstm"))
            {
                throw new InputException($"--seq {columns}: model '{name}' reads no sequence; accepted with ast, crnn, crnn-lstm and "
                    + $"{string.Join(", ", LanguageModels.Names)}.");
            }

            if (input is not null)
                throw new InputException("--seq and --input are given both; accepted is one of them.");
            Shape published = ModelCatalog.Find(name).Input;
            input = [published[0], columns, published[2]];
        }

        return Of(ModelCatalog.Find(name, null, input), batch, method => method);
    }

    /// <summary>A network from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ports">Which inputs and which output.</param>
    /// <param name="classes">Classes of a new head; null: it keeps its own.</param>
    /// <param name="batch">Samples per step.</param>
    public static PlanTarget OfFile(string path, FilePorts ports, int? classes, int batch)
    {
        ImportedNetwork network = ImportedNetwork.Read(path, ports);
        if (classes is int count)
            network = network.With(new NetworkHead(count));
        return Of(network.Model, batch, method => method) with { Remark = network.Remark };
    }

    /// <summary>The same with frozen matrices in so many bits; null: as they are.</summary>
    public PlanTarget Stored(int? bits) => bits is null ? this
        : this with { Configure = method => Configure(method) with { Compression = new Compression(Bits: bits) } };

    /// <summary>An inference of the deployed network in the formats of each method, then every method in every scheme.</summary>
    public ImmutableArray<PlannedRun> Runs(
        HardwareProfile profile, ImmutableArray<Method> methods, ImmutableArray<TuningScheme> schemes, bool training)
    {
        var runs = ImmutableArray.CreateBuilder<PlannedRun>();
        foreach (Method method in methods.DistinctBy(m => m.Operands))
        {
            Step inference = Step.Inference(profile, Graph, Configure(method).Operands);
            runs.Add(new("inference", method.Format, null, PlanReading.Of(inference, profile), null));
        }

        foreach (TuningScheme scheme in training ? schemes : [])
        {
            Tuning tuning = scheme.Tune(Graph);
            foreach (Method method in methods)
            {
                Step step = Step.Of(profile, tuning, Configure(method));
                runs.Add(new(
                    method.Name, method.Variant, scheme.Name, PlanReading.Of(step, profile),
                    method is Backpropagation ? OnDeviceConvention.Of(tuning).TotalBytes : null)
                {
                    FittingSamples = MicroBatch.Largest(profile, tuning, Configure(method)) ?? 0,
                });
            }
        }

        return runs.ToImmutable();
    }

    /// <summary>The schemes that have something to train in the network: of those that nobody asked for by name, the others are
    /// left out.</summary>
    public ImmutableArray<TuningScheme> Fitting(ImmutableArray<TuningScheme> schemes)
    {
        return [.. schemes.Where(Fits)];

        bool Fits(TuningScheme scheme)
        {
            try
            {
                scheme.Tune(Graph);
                return true;
            }
            catch (GraphException)
            {
                return false;
            }
        }
    }

    private static PlanTarget Of(Model model, int batch, Func<Method, Method> configure)
    {
        try
        {
            return new(model.Name, model.Input, batch, BatchNormFolding.Fold(model.Build(batch)), configure);
        }
        catch (Exception tooLarge) when (tooLarge is OverflowException or ArgumentException)
        {
            throw new InputException(
                $"--batch {batch}: tensors of model '{model.Name}' on samples of {model.Input} have too many elements.",
                tooLarge);
        }
    }
}
