using System.Collections.Immutable;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Runs a graph in binary64, as far as the outputs that are asked for need it; every value has memory of its
/// own.</summary>
internal sealed class GraphRun
{
    private readonly Dictionary<string, Tensor<double>> named = new(StringComparer.Ordinal);
    private readonly ImmutableArray<(Op Op, Tensor<double>[] Inputs, Tensor<double> Output)> steps;

    /// <summary>Sets the memory up, all of it zero.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="outputs">Names of the outputs that are asked for.</param>
    public GraphRun(Graph graph, params IEnumerable<string> outputs)
    {
        HashSet<Value> needed = [.. outputs.Select(o => graph.Outputs[o])];
        foreach (Node node in graph.Nodes.Reverse().Where(n => needed.Contains(n.Output)))
            needed.UnionWith(node.Inputs);
        Dictionary<Value, Tensor<double>> values = needed.ToDictionary(v => v, v => new Tensor<double>(v.Shape));
        foreach ((Value value, Tensor<double> tensor) in values.Where(v => v.Key.Kind != ValueKind.Result))
            named[value.Name] = tensor;
        foreach (string output in outputs)
            named[output] = values[graph.Outputs[output]];
        steps = [.. graph.Nodes.Where(n => needed.Contains(n.Output)).Select(n =>
            (n.Op, n.Inputs.Select(i => values[i]).ToArray(), values[n.Output]))];
    }

    /// <summary>True when something reads this input or parameter, or it is an output that was asked for.</summary>
    public bool Has(string name) => named.ContainsKey(name);

    /// <summary>The numbers of an input, a parameter or an output.</summary>
    public Span<double> this[string name] => named[name].Span;

    /// <summary>Computes the outputs.</summary>
    public void Run()
    {
        foreach ((Op op, Tensor<double>[] inputs, Tensor<double> output) in steps)
            FloatOps.Execute<double>(op, inputs, output, threads: 1);
    }
}
