using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The registry of functions of each element: readers of files, documentation and tests walk it.</summary>
internal static class UnaryFunctions
{
    /// <summary>One of each kind, by name, with parameters that show it.</summary>
    public static ImmutableArray<UnaryFunction> All { get; } =
    [
        new Abs(),
        new Celu(1),
        new Clip(-1, 1),
        new Elu(),
        new Erf(),
        new Exp(),
        new Gelu(),
        new HardSigmoid(0.2, 0.5),
        new HardSwish(),
        new LeakyRelu(0.01),
        new Log(),
        new Mish(),
        new Reciprocal(),
        new Scale(-1),
        new Sigmoid(),
        new Softplus(),
        new Softsign(),
        new Sqrt(),
        new Square(),
        new Swish(),
        new Tanh(),
        new TanhGelu(),
        new ThresholdedRelu(1),
    ];

    /// <summary>ONNX's operators that are one of them.</summary>
    internal static ImmutableArray<FunctionOperator> Operators { get; } = [.. All.SelectMany(f => f.Operators)];
}
