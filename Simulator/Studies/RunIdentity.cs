using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies;

/// <summary>Everything that decides the values of one training run, as text: one "key: value" a line.</summary>
public static class RunIdentity
{
    /// <summary>The identity of a run.</summary>
    /// <param name="workload">The workload as adjusted by the command.</param>
    /// <param name="bench">Its network, weights and data.</param>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="policy">Arithmetic; null in floating point.</param>
    /// <param name="seed">The seed.</param>
    public static string Of(
        Workload workload, TrainingBench bench, Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(bench);
        string task = workload.ToYaml();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            npusim: {typeof(RunIdentity).Assembly.GetName().Version!.ToString(3)}
            workload: {workload.Name} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task)))[..16]}
            weights: {bench.WeightsHash}
            method: {method} with {(method as ForwardMethod)?.Directions ?? 0} directions, {(method as Backpropagation)?.Momentum ?? 0} momentum
            scheme: {scheme.Name}
            steps: {settings.Steps}
            learning-rate: {settings.LearningRate} {settings.Decay}
            epsilon: {settings.Epsilon}{(settings.InSteps ? " steps" : "")}
            arithmetic: {policy?.ToString() ?? "floating point"}
            seed: {seed}
            """);
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

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
