using NpuSim.Random;
using NpuSim.Simulator.Studies.Leakage;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

/// <summary>The network of published inversions for 12×12 pixels, uniform weights, and images for it.</summary>
internal static class SmallNetwork
{
    public const int Classes = 5;

    public static readonly Shape Image = [12, 12, 1];

    public static AttackedNetwork Make(int batch = 1, string scheme = "ft", ulong seed = 1)
    {
        Graph graph = ModelCatalog.Find("cnn-sigmoid", Classes, Image).Build(batch);
        return new(TuningScheme.Parse(scheme).Tune(graph), graph.Parameters.ToDictionary(p => p.Name, p =>
        {
            RandomStream random = new(seed, p.Name);
            return Enumerable.Range(0, (int)p.Shape.Count).Select(_ => (float)random.NextDouble(-0.5, 0.5)).ToArray();
        }));
    }

    /// <summary>A bright disc on a dark ground, elsewhere for each image.</summary>
    public static double[] Images(int batch = 1) =>
        [.. from i in Enumerable.Range(0, batch)
            from y in Enumerable.Range(0, 12)
            from x in Enumerable.Range(0, 12)
            select Math.Pow(x - 4 - (2 * i), 2) + Math.Pow(y - 6, 2) < 9 ? 0.9 : 0.1];

    public static double[] Targets(params int[] labels) =>
        [.. labels.SelectMany(l => Enumerable.Range(0, Classes).Select(c => c == l ? 1.0 : 0))];
}
