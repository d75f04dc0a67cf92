using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>The registry of functions of each element: readers of files, documentation and tests walk it.</summary>
internal static class UnaryFunctions
{
    /// <summary>One of each kind, by name, with parameters that show it.</summary>
    public static ImmutableArray<UnaryFunction> All { get; } =
    [
        new Abs(),
        new Acos(),
        new Acosh(),
        new Asin(),
        new Asinh(),
        new Atan(),
        new Atanh(),
        new Ceil(),
        new Celu(1),
        new Clip(-1, 1),
        new Cos(),
        new Cosh(),
        new Elu(),
        new Erf(),
        new Exp(),
        new Floor(),
        new Gelu(),
        new HardSigmoid(0.2, 0.5),
        new HardSwish(),
        new LeakyRelu(0.01),
        new Log(),
        new Mish(),
        new Power(1.5),
        new Reciprocal(),
        new Round(),
        new Scale(-1),
        new Shrink(0.5, 0),
        new Sigmoid(),
        new Sign(),
        new Sin(),
        new Sinh(),
        new Softplus(),
        new Softsign(),
        new Sqrt(),
        new Square(),
        new Swish(),
        new Tan(),
        new Tanh(),
        new TanhGelu(),
        new ThresholdedRelu(1),
        new NarrowBrain(),
        new Narrow(),
    ];

    /// <summary>ONNX's operators that are one of them.</summary>
    internal static ImmutableArray<FunctionOperator> Operators { get; } = [.. All.SelectMany(f => f.Operators)];
}
