using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Operators of two tensors, of which one is repeated over the other, and changes of scale.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        public Value Pairwise(Op operation) =>
            Pairwise(operation, Activation(0, constants: true), Activation(1, constants: true));

        public Value Difference() => Pairwise(
            new Add(), Activation(0, constants: true), Changed(1, " negative", new Scale(-1), v => -v));

        public Value Quotient() => Pairwise(
            new Mul(), Activation(0, constants: true), Changed(1, " inverse", new Reciprocal(), v => 1 / v));

        /// <summary>
        /// Real numbers become integers of the output's scale: the value is what it was, and in floating point is not rounded.
        /// Integers of another scale are rounded by a table.
        /// </summary>
        public Value Quantized()
        {
            TopologyTensor from = Operand(0);
            Value x = Activation(0);
            ValueScale? scale = reader.ScaleOf(Output);
            if (from.Dtype == "FLOAT32" && !parts.Scales.ContainsKey(x.Name))
                return parts.Quantized(x, scale);
            return from.Dtype != "FLOAT32" && IsSame(from, Output) ? x
                : Scaled(parts.Graph.Apply(Name, new Scale(1), x));
        }

        /// <summary>Integers as the real numbers they stand for: the same value; of a constant, its numbers.</summary>
        public Value? Dequantized()
        {
            TopologyTensor from = Operand(0);
            if (scope.Values[from.Index] is { } value)
                return value;
            scope.Constants[Output.Index] = Constant(0).Index;
            return Output.Shape.SequenceEqual(from.Shape) ? null : throw Fault("gives another shape than it reads");
        }

        private Value Pairwise(Op operation, Value a, Value b)
        {
            if (a.Kind == ValueKind.Parameter || a.Shape.Count < b.Shape.Count)
                (a, b) = (b, a);
            return Activated(Name, operation, a, b);
        }

        /// <summary>No number below, or none above, one that is known.</summary>
        public Value Bounded(bool least)
        {
            int known = scope.Values[Operand(1).Index] is null ? 1 : 0;
            float bound = Number(known);
            Value x = Activation(1 - known);
            return Scaled(parts.Graph.Apply(Name,
                least ? new Clip(bound, double.PositiveInfinity) : new Clip(double.NegativeInfinity, bound), x));
        }

        /// <summary>A power that is known.</summary>
        public Value Raised() => Number(1) is var power && power == 2 ? Apply(new Square()) : Apply(new Power(power));

        private float Number(int input) => Floats(Constant(input)) is [var only] && float.IsFinite(only) ? only
            : throw Fault($"has an input {input} that is not one known number; one is supported");

        // A function of the second operand: of a constant while it is read, otherwise as an operation.
        private Value Changed(int input, string kind, Op operation, Func<float, float> change)
        {
            TopologyTensor tensor = Operand(input);
            return scope.Values[tensor.Index] is { } value
                ? parts.Graph.Apply($"{value.Name}{kind}", operation, value)
                : Parameter(Constant(input), kind, (values, _) => [.. values.Select(change)]);
        }
    }
}
