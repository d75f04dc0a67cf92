using NpuSim.Random;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>A small model with one operator, which is read in a range of operator sets.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="From">The first operator set.</param>
/// <param name="To">The last operator set.</param>
/// <param name="Input">Extents of the model's input.</param>
/// <param name="Build">Adds constants and nodes to the model of that input; the output is "y".</param>
/// <param name="Positive">True where the operator takes numbers above 0 only.</param>
internal sealed record Claim(string Operator, int From, int To, int[] Input, Func<OnnxModel, OnnxModel> Build,
    bool Positive = false)
{
    /// <summary>The file for an operator set.</summary>
    public byte[] File(int version) => Build(new OnnxModel([.. Input.Select(i => (long)i)])).File("y", version);

    /// <summary>Numbers for a tensor, always the same.</summary>
    public static float[] Numbers(string name, params int[] extents)
    {
        RandomStream random = new(7, name);
        return [.. Enumerable.Range(0, extents.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.NextNormal())];
    }
}
