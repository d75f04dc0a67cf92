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

        /// <summary>The larger or the smaller of two tensors, element by element: no number below, or none above, one that is
        /// known; otherwise the two are put side by side.</summary>
        public Value Extreme(bool largest)
        {
            int known = scope.Values[Operand(1).Index] is null ? 1 : 0;
            if (scope.Values[Operand(known).Index] is null && Constant(known).Shape.Aggregate(1L, (count, e) => count * e) == 1)
                return Bounded(known, largest);
            Value a = Activation(0, constants: true), b = Activation(1, constants: true);
            if (!largest)
                (a, b) = (Negative(a), Negative(b));
            Shape sides = [.. OutputShape, 1];
            Value both = parts.Graph.Apply($"{Name} sides", new Concat(sides.Rank - 1),
                [.. new[] { a, b }.Select(v => parts.Moved($"{Name} side", new Reshape(sides), Spread(v)))]);
            parts.Quantized(both, parts.Scales.GetValueOrDefault(a.Name));
            Value largestOfTwo = Largest(both, [sides.Rank - 1]);
            Value result = parts.Moved(Name, new Reshape(OutputShape), largestOfTwo);
            return Scaled(largest ? result : Negative(result));
        }

        // The integers of −x are those of x in reverse order, −1 − q for q.
        private Value Negative(Value x) => parts.Quantized(
            parts.Graph.Apply($"{x.Name} negative", new Scale(-1), x),
            parts.Scales.TryGetValue(x.Name, out ValueScale? scale) ? scale with { ZeroPoint = -1 - scale.ZeroPoint } : null);

        // The largest along some axes, which stay as 1.
        private Value Largest(Value x, int[] axes)
        {
            Shape shape = [.. x.Shape.Select((e, axis) => axes.Contains(axis) ? 1 : e)];
            Value most = Pooled($"{Name} largest", x, axes, rows => new MaxPool(rows, 1));
            return parts.Moved($"{Name} of all", new Reshape(shape),
                parts.Quantized(most, parts.Scales.GetValueOrDefault(x.Name)));
        }

        /// <summary>The largest or smallest along some axes.</summary>
        public Value Most(bool largest)
        {
            (Value x, int[] axes) = (Activation(0), Axes());
            Value most = Largest(largest ? x : Negative(x), axes);
            return Shaped(Scaled(largest ? most : Negative(most)));
        }

        /// <summary>The index of the first of the largest or smallest along an axis. The class at the end of a network is told from
        /// what the operator reads.</summary>
        public Value? IndexOfMost(bool largest)
        {
            Value x = Activation(0);
            int axis = Inner(Axis(Whole(1) is [var only] ? only : throw Fault("has several axes"), x.Shape.Rank)),
                size = x.Shape[axis];
            if (largest && Output.Index == reader.topology.Outputs[0] && !reader.readers[Output.Index].Any()
                && size == x.Shape.Count / x.Shape[0])
            {
                scope.Values[Output.Index] = x;
                return null;
            }

            Value read = largest ? x : Negative(x);
            Value most = parts.Moved($"{Name} most", new Broadcast(x.Shape), Largest(read, [axis]));
            Value isMost = parts.Graph.Apply($"{Name} is most", new Compare(Comparison.LessOrEqual), most, read);
            Value countdown = parts.Parameter($"{Name} places.constant",
                [.. Enumerable.Repeat(1, axis), size, .. Enumerable.Repeat(1, x.Shape.Rank - axis - 1)],
                () => [.. Enumerable.Range(0, size).Select(i => (float)(size - i))]);
            Value first = Largest(parts.Graph.Apply($"{Name} places", new Mul(), isMost, countdown), [axis]);
            Value index = Plus(Negative(first), size);
            return index.Shape == OutputShape ? index : parts.Moved($"{Name} shaped", new Reshape(OutputShape), index);
        }

        /// <summary>x above 0, otherwise slope · x: max(x, 0) − slope · max(−x, 0).</summary>
        public Value ParametricRectified()
        {
            Value x = Activation(0), slope = Activation(1, constants: true);
            Value below = parts.Graph.Apply($"{Name} below", new Relu(), Negative(x));
            Value turned = Negative(parts.Graph.Apply($"{Name} slopes", new Mul(), below, slope));
            return Scaled(parts.Graph.Apply(Name, new Add(), parts.Graph.Apply($"{Name} above", new Relu(), x), turned));
        }

        /// <summary>The square of the difference.</summary>
        public Value SquaredDifference()
        {
            (Value a, Value b) = (Activation(0, constants: true), Changed(1, " negative", new Scale(-1), v => -v));
            if (a.Kind == ValueKind.Parameter || a.Shape.Count < b.Shape.Count)
                (a, b) = (b, a);
            return Scaled(parts.Graph.Apply(Name, new Square(), parts.Graph.Apply($"{Name} difference", new Add(), a, b)));
        }

        /// <summary>The sum of tensors of one shape.</summary>
        public Value SumOfAll() => Scaled(Enumerable.Range(1, op.Inputs.Length - 1).Aggregate(Activation(0, constants: true),
            (sum, i) => parts.Graph.Apply(Name, new Add(), sum, Activation(i, constants: true))));

        /// <summary>Divides by the root of the sum of squares over the last axis.</summary>
        public Value OfLengthOne()
        {
            Value x = Activation(0);
            Value sum = Summed(parts.Graph.Apply($"{Name} squares", new Square(), x), [x.Shape.Rank - 1]);
            Value inverse = parts.Graph.Apply($"{Name} inverse", new Power(-0.5), sum);
            return Activated(Name, new Mul(), x, inverse);
        }

        private Value Bounded(int known, bool least)
        {
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
