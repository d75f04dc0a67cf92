using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Everything that decides the values of one training run, as text: one "key: value" a line. Names and places are no part of it:
/// the same network, weights, data, method and arithmetic give the same results whatever the files are called.
/// </summary>
public static class RunIdentity
{
    /// <summary>Raised whenever a change to the program changes a result.</summary>
    public const int ResultsVersion = 2;

    /// <summary>The identity of a run.</summary>
    /// <param name="bench">Network, weights and data.</param>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="policy">Arithmetic; null in floating point.</param>
    /// <param name="seed">The seed.</param>
    public static string Of(IBench bench, Method method, TuningScheme scheme, TrainingSettings settings,
        NumericPolicy? policy, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(bench);
        string program = typeof(RunIdentity).Assembly.GetName().Version!.ToString(3),
            compression = method.Compression is { } given ? $", {given}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            npusim: {program}, results {ResultsVersion}
            {bench.Content}
            method: {method} with {(method as ForwardMethod)?.Directions ?? 0} directions, {MomentumOf(method)} momentum{compression}
            scheme: {scheme.Name}
            steps: {settings.Steps}
            learning-rate: {settings.LearningRate} {settings.Decay}{TailOf(settings)}
            epsilon: {settings.Epsilon}{(settings.InSteps ? " steps" : "")}
            arithmetic: {policy?.ToString() ?? "floating point"}
            seed: {seed}
            """);
    }

    /// <summary>Everything that decides what a step costs on a given accelerator, as text.</summary>
    /// <param name="graph">The network at the batch.</param>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Name of what trains.</param>
    public static string OfStep(Graph graph, Method method, string scheme)
    {
        string program = typeof(RunIdentity).Assembly.GetName().Version!.ToString(3),
            compression = method.Compression is { } given ? $", {given}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            npusim: {program}, results {ResultsVersion}
            network: {Hash(graph)}
            method: {method} with {(method as ForwardMethod)?.Directions ?? 0} directions, {MomentumOf(method)} momentum{compression}
            scheme: {scheme}
            """);
    }

    private static string TailOf(TrainingSettings settings) => settings.Tail is var (rate, decay)
        ? string.Create(CultureInfo.InvariantCulture, $", {rate} {decay}") : "";

    private static double MomentumOf(Method method) => method switch
    {
        Backpropagation bp => bp.Momentum,
        ForwardMethod forward => forward.TailMomentum,
        _ => 0,
    };

    /// <summary>The first line in which two identities differ; null where they are the same.</summary>
    public static (string There, string Here)? Difference(string there, string here)
    {
        string[] first = there.Split('\n'), second = here.Split('\n');
        for (int i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            (string a, string b) = (first.ElementAtOrDefault(i) ?? "", second.ElementAtOrDefault(i) ?? "");
            if (a != b)
                return (a, b);
        }

        return null;
    }

    /// <summary>A short hash of named tensors.</summary>
    internal static string Hash(IReadOnlyDictionary<string, float[]> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, float[] values) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>A short hash of images and labels.</summary>
    internal static string Hash(Dataset data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{data.SampleShape} {data.Classes}"));
        hash.AppendData(MemoryMarshal.AsBytes(data.Images.Span));
        hash.AppendData(MemoryMarshal.AsBytes(data.Labels.Span));
        return Short(hash.GetHashAndReset());
    }

    /// <summary>A short hash of what a network computes.</summary>
    internal static string Hash(Graph graph)
    {
        IEnumerable<string> values = graph.Values.Select(v => $"{v.Id} {v} {v.Kind}");
        IEnumerable<string> nodes = graph.Nodes.Select(n =>
            $"{(n.Op is Transpose t ? $"transpose {string.Join(' ', t.Permutation)}" : n.Op)} "
                + $"{string.Join(' ', n.Inputs.Select(i => i.Id))} {n.Output.Id}");
        return Hash(string.Join('\n', values.Concat(nodes).Concat(graph.Outputs.Select(o => $"{o.Key} {o.Value.Id}"))));
    }

    /// <summary>A short hash of a text.</summary>
    internal static string Hash(string text) => Short(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash)[..16];
}
