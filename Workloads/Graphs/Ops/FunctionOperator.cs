using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// How ONNX writes a function of each element (github.com/onnx/onnx, docs/Operators.md): an operator of one input whose
/// attributes are numbers.
/// </summary>
/// <param name="Name">The operator, as "HardSigmoid".</param>
/// <param name="Since">The first operator set that has it as it is read.</param>
/// <param name="Of">The function for its attributes' values, in their order.</param>
/// <param name="Attributes">Its attributes, each with what it is where a file does not say.</param>
internal sealed record FunctionOperator(
    string Name, int Since, Func<ImmutableArray<float>, UnaryFunction> Of,
    params ImmutableArray<(string Name, float Default)> Attributes)
{
    /// <summary>True where operator sets 1 to 5 have the attribute "consumed_inputs", which means nothing.</summary>
    public bool Consumes { get; init; }
}
