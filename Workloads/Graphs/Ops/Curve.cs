using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>A function of each element alone. Operand and result of any shape.</summary>
/// <param name="Kind">The function.</param>
/// <param name="Alpha">Its first parameter, where it has one.</param>
/// <param name="Beta">Its second parameter, where it has one.</param>
public sealed record Curve(CurveKind Kind, double Alpha = 1, double Beta = 1) : Op
{
    private static readonly double RootTwoOverPi = Math.Sqrt(2 / Math.PI);

    /// <inheritdoc/>
    public override string Name => Kind.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override bool InPlace => true;

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];

    /// <summary>True where a table of 8-bit or 16-bit numbers gives f within its rounding: f is finite and has no jump.</summary>
    public bool HasTable => Kind is not (CurveKind.Sqrt or CurveKind.Log or CurveKind.Reciprocal or CurveKind.ThresholdedRelu);

    /// <summary>f(x).</summary>
    public double Value(double x) => Kind switch
    {
        CurveKind.Scale => Alpha * x,
        CurveKind.Abs => Math.Abs(x),
        CurveKind.Square => x * x,
        CurveKind.Sqrt => Math.Sqrt(x),
        CurveKind.Reciprocal => 1 / x,
        CurveKind.Exp => Elementary.Exp(x),
        CurveKind.Log => Logarithm(x),
        CurveKind.Sigmoid => Sigmoid(x),
        CurveKind.Tanh => Elementary.Tanh(x),
        CurveKind.Erf => Elementary.Erf(x),
        CurveKind.HardSigmoid => Held((Alpha * x) + Beta, 0, 1),
        CurveKind.HardSwish => x * Held((x / 6) + 0.5, 0, 1),
        CurveKind.LeakyRelu => x < 0 ? Alpha * x : x,
        CurveKind.Elu => Beta * (x < 0 ? Alpha * LessOne(x) : x),
        CurveKind.Celu => x < 0 ? Alpha * LessOne(x / Alpha) : x,
        CurveKind.ThresholdedRelu => x <= Alpha ? 0 : x,
        CurveKind.Softplus => Softplus(x),
        CurveKind.Softsign => x / (1 + Math.Abs(x)),
        CurveKind.Mish => x * Elementary.Tanh(Softplus(x)),
        CurveKind.TanhGelu => x / 2 * (1 + Elementary.Tanh(RootTwoOverPi * (x + (0.044715 * x * x * x)))),
        _ => Held(x, Alpha, Beta),
    };

    /// <summary>f′(x); at a corner that of the side of greater x, at the ends of a held range 0.</summary>
    public double Slope(double x) => Kind switch
    {
        CurveKind.Scale => Alpha,
        CurveKind.Abs => x < 0 ? -1 : x > 0 ? 1 : 0,
        CurveKind.Square => 2 * x,
        CurveKind.Sqrt => 0.5 / Math.Sqrt(x),
        CurveKind.Reciprocal => -1 / (x * x),
        CurveKind.Exp => Elementary.Exp(x),
        CurveKind.Log => 1 / x,
        CurveKind.Sigmoid => Sigmoid(x) * (1 - Sigmoid(x)),
        CurveKind.Tanh => 1 - (Elementary.Tanh(x) * Elementary.Tanh(x)),
        CurveKind.Erf => 2 / Math.Sqrt(Math.PI) * Elementary.Exp(-x * x),
        CurveKind.HardSigmoid => Alpha * x + Beta is > 0 and < 1 ? Alpha : 0,
        CurveKind.HardSwish => x <= -3 ? 0 : x >= 3 ? 1 : (x / 3) + 0.5,
        CurveKind.LeakyRelu => x < 0 ? Alpha : 1,
        CurveKind.Elu => Beta * (x < 0 ? Alpha * Elementary.Exp(x) : 1),
        CurveKind.Celu => x < 0 ? Elementary.Exp(x / Alpha) : 1,
        CurveKind.ThresholdedRelu => x <= Alpha ? 0 : 1,
        CurveKind.Softplus => Sigmoid(x),
        CurveKind.Softsign => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))),
        CurveKind.Mish => MishSlope(x),
        CurveKind.TanhGelu => TanhGeluSlope(x),
        _ => x > Alpha && x < Beta ? 1 : 0,
    };

    /// <summary>dx = dy · f′(x).</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", new CurveGradient(this), gradient, node.Inputs[0]);

    /// <summary>ẏ = ẋ · f′(x).</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        graph.Apply(Tangents.Name(node), new CurveGradient(this), tangents[0]!, node.Inputs[0]);

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Elementary.Exp(-x)) : Elementary.Exp(x) / (1 + Elementary.Exp(x));

    private static double Logarithm(double x) =>
        double.IsNaN(x) || x < 0 ? double.NaN : x == 0 ? double.NegativeInfinity : double.IsInfinity(x) ? x : Elementary.Log(x);

    private static double Softplus(double x) => Math.Max(x, 0) + Elementary.Log(1 + Elementary.Exp(-Math.Abs(x)));

    // eˣ − 1, by its series where the difference would cancel.
    private static double LessOne(double x) =>
        Math.Abs(x) > 1e-3 ? Elementary.Exp(x) - 1 : x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4))))));

    private static double MishSlope(double x)
    {
        double tanh = Elementary.Tanh(Softplus(x));
        return tanh + (x * (1 - (tanh * tanh)) * Sigmoid(x));
    }

    private static double TanhGeluSlope(double x)
    {
        double tanh = Elementary.Tanh(RootTwoOverPi * (x + (0.044715 * x * x * x)));
        return (0.5 * (1 + tanh)) + (x / 2 * (1 - (tanh * tanh)) * RootTwoOverPi * (1 + (3 * 0.044715 * x * x)));
    }

    // A number that is none stays so.
    private static double Held(double x, double least, double greatest) => x > greatest || greatest < least ? greatest : x < least ? least : x;
}
