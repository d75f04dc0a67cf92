using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Recurrent layers, step after step; every step reads the same weights.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        private const int MostSteps = 4096;

        /// <summary>
        /// LSTM: gates i, o, f = σ(W·x + R·h + b), which may see the cell through peepholes, g = tanh(W·x + R·h + b);
        /// c ← f · c + i · g; h ← o · tanh(c).
        /// </summary>
        public Item LongShortTerm() => Recurrent(4, ["sigmoid", "tanh", "tanh"], LongShortTermStep);

        /// <summary>GRU: gates z, r = σ(W·x + R·h + b); h ← (1 − z) · n + z · h with n = tanh(W·x + R·(r · h) + b), or with
        /// tanh(W·x + r · (R·h + b)).</summary>
        public Item GatedUnit() => Recurrent(3, ["sigmoid", "tanh"], GatedStep);

        /// <summary>h ← f(W·x + R·h + b).</summary>
        public Item SimpleRecurrent() => Recurrent(1, [], (layer, x, h, _) => (Activated(layer, "state",
            Step(layer, "sum", new Add(), Step(layer, "kept", new Linear(), h, layer.Kept[0]), x)), null));

        // One layer of each direction. A node gives all states [steps, directions, batch, units], and the last ones.
        private Item Recurrent(int gates, string[] functions, Func<Direction, Value, Value, Value?, (Value H, Value? C)> step)
        {
            Value x = SamplesFirst(Operand(0), isTimeFirst: Integer("layout", 0) == 0);
            string way = Text("direction") is { Length: > 0 } said ? said : "forward";
            int directions = way == "bidirectional" ? 2 : 1, steps = x.Shape[1];
            if (steps > MostSteps)
                throw Fault($"reads {x.Shape}; at most {MostSteps} steps are supported");
            RequireFunctions(functions, directions);
            if (Has(4) && !Whole(4).All(l => l == steps))
                throw Fault($"has sequence_lens other than {steps}, the length of all, which is not supported");
            List<Value> all = [], lastH = [], lastC = [];
            for (int d = 0; d < directions; d++)
            {
                Direction layer = Layer(d, gates, way == "reverse" || d == 1, x);
                Value[] states = new Value[steps];
                (Value h, Value? c) = (Initial(5, d, layer), gates == 4 ? Initial(6, d, layer) : null);
                for (int t = 0; t < steps; t++)
                {
                    int at = layer.IsReverse ? steps - 1 - t : t;
                    Value now = Step(layer, "at", new Reshape([layer.Samples, layer.Driven.Shape[2]]),
                        Step(layer, "cut", new Slice(1, at, 1), layer.Driven));
                    (h, c) = step(layer, now, h, c);
                    states[at] = Step(layer, "row", new Reshape([h.Shape[0], 1, 1, layer.Units]), h);
                }

                all.Add(Joined($"{layer.Name} states", 1, states));
                lastH.Add(Step(layer, "last", new Reshape([h.Shape[0], 1, layer.Units]), h));
                if (c is not null)
                    lastC.Add(Step(layer, "last cell", new Reshape([h.Shape[0], 1, layer.Units]), c));
            }

            Bind(1, Turned(Joined($"{Name} last", 1, lastH), Layout.Steps));
            if (gates == 4)
                Bind(2, Turned(Joined($"{Name} last cell", 1, lastC), Layout.Steps));
            return Turned(Joined(Name, 2, all), Layout.Directions);
        }

        private (Value H, Value? C) LongShortTermStep(Direction layer, Value x, Value h, Value? c)
        {
            Value sum = Bounded(layer, Step(layer, "sum", new Add(), Step(layer, "kept", new Linear(), h, layer.Kept[0]), x));
            Value Gate(int gate, Value? cell, int peephole) => Step(layer, "gate", new Sigmoid(), layer.Peepholes is not { } p
                ? Part(layer, sum, gate) : Step(layer, "seen", new Add(), Part(layer, sum, gate), Step(layer, "peephole", new Mul(), cell!, p[peephole])));
            Value input = Gate(0, c, 0), forget = Gate(2, c, 2);
            Value fresh = Step(layer, "fresh", new Mul(), input, Step(layer, "candidate", new Tanh(), Part(layer, sum, 3)));
            Value cell = Step(layer, "cell", new Add(), Step(layer, "old", new Mul(), forget, c!), fresh);
            return (Step(layer, "state", new Mul(), Gate(1, cell, 1), Step(layer, "cell tanh", new Tanh(), cell)), cell);
        }

        private (Value H, Value? C) GatedStep(Direction layer, Value x, Value h, Value? c)
        {
            Value kept = Step(layer, "kept", new Linear(), [h, .. layer.Kept.Take(layer.IsResetAfter ? 2 : 1)]);
            Value Gate(int gate) => Step(layer, "gate", new Sigmoid(), Bounded(layer,
                Step(layer, "sum", new Add(), Part(layer, kept, gate), Part(layer, x, gate))));
            Value update = Gate(0), reset = Gate(1);
            Value back = layer.IsResetAfter ? Step(layer, "reset", new Mul(), reset, Part(layer, kept, 2))
                : Step(layer, "kept state", new Linear(), Step(layer, "reset", new Mul(), reset, h), layer.Kept[1]);
            Value fresh = Step(layer, "candidate", new Tanh(), Bounded(layer,
                Step(layer, "candidate sum", new Add(), back, Part(layer, x, 2))));
            Value far = Step(layer, "way", new Add(), h, Step(layer, "turned", new Scale(-1), fresh));
            return (Step(layer, "state", new Add(), fresh, Step(layer, "moved", new Mul(), update, far)), null);
        }

        private Value Activated(Direction layer, string what, Value sum) => Step(layer, what, FunctionNames(1, layer.Index) switch
        {
            ["relu"] => new Relu(),
            ["sigmoid"] => new Sigmoid(),
            _ => new Tanh(),
        }, Bounded(layer, sum));

        private Value Bounded(Direction layer, Value sum) =>
            Attribute("clip") is null ? sum : Step(layer, "held", new Clip(-Real("clip", 0), Real("clip", 0)), sum);

        private Value Part(Direction layer, Value gates, int gate) =>
            Step(layer, "part", new Slice(1, gate * layer.Units, layer.Units), gates);

        private Value Step(Direction layer, string what, Op operation, params Value[] operands) =>
            parts.Graph.Apply($"{layer.Name} {what}", operation, [.. operands]);

        private Value Joined(string name, int axis, IReadOnlyList<Value> all) =>
            all.Count == 1 ? all[0] : parts.Graph.Apply(name, new Concat(axis), [.. all]);

        // Names of the functions of a direction in small letters; those that the operator has by itself are left out.
        private string[] FunctionNames(int each, int direction) =>
            Attribute("activations") is not { Strings.Count: > 0 } given ? []
            : [.. given.Strings.Skip(each * direction).Take(each).Select(f => f.ToStringUtf8().ToLowerInvariant())];

        private void RequireFunctions(string[] functions, int directions)
        {
            if (Attribute("activations") is not { Strings.Count: > 0 } given)
                return;
            int each = Math.Max(1, functions.Length);
            bool fits = given.Strings.Count == each * directions && Enumerable.Range(0, directions)
                .All(d => FunctionNames(each, d) is var names && (functions.Length > 0 ? names.SequenceEqual(functions)
                    : names is ["relu" or "sigmoid" or "tanh"]));
            if (!fits)
                throw Fault($"has the activations {string.Join(", ", given.Strings.Take(8).Select(f =>
                    NetworkParts.Name(f.ToStringUtf8())))}; accepted are "
                    + $"{(functions.Length > 0 ? string.Join(", ", functions) : "relu, sigmoid or tanh")} of each direction");
        }

        // One direction of the layer: what every step needs of x at once, and the weights of the state.
        private Direction Layer(int index, int gates, bool isReverse, Value x)
        {
            Constant w = Of(1, index), r = Of(2, index);
            int units = r.Array.Shape[^1], features = x.Shape[2];
            if (w.Array.Shape != [gates * units, features] || r.Array.Shape != [gates * units, units]
                || Integer("hidden_size", units) != units)
                throw Fault($"has weights of {w.Array.Shape} and {r.Array.Shape} for {features} features and hidden_size "
                    + $"{Integer("hidden_size", units)}");
            bool isResetAfter = gates == 3 && Integer("linear_before_reset", 0) != 0;
            string name = index == 0 ? Name : $"{Name} back";
            Value driven = parts.Graph.Apply($"{name} driven", new Linear(), [x, Parameter(w, w.Array.Shape), .. Biases(3)]);
            ImmutableArray<Value> kept = gates != 3 ? [Parameter(r, r.Array.Shape)]
                : isResetAfter ? [Parameter(r, r.Array.Shape), .. Biases(3, ofState: true)]
                : [Rows(r, 0, 2 * units), Rows(r, 2 * units, units)];
            Value[]? peepholes = gates == 4 && Has(7) && Of(7, index) is var p ? [.. Enumerable.Range(0, 3)
                .Select(g => Row(p with { Name = $"{p.Name} {g}" }, units, [.. p.Floats().Skip(g * units).Take(units)]))] : null;
            return new Direction(name, index, isReverse, units, driven, kept, peepholes, isResetAfter);

            Value Rows(Constant all, int first, int count)
            {
                Constant cut = Sliced(all, 0, first, count);
                return Parameter(cut with { Name = $"{all.Name} {first}" }, cut.Array.Shape);
            }

            // Of x and of the state in one, but for what a reset multiplies.
            Value[] Biases(int input, bool ofState = false)
            {
                if (!Has(input))
                    return ofState ? [Row(new Constant($"{Name} bias", r.Array, r.Type), 3 * units, new float[3 * units])] : [];
                Constant b = Of(input, index);
                int half = gates * units;
                if (b.Array.Shape.Count != 2 * half)
                    throw Fault($"has a bias of {b.Array.Shape}; {2 * half} numbers are accepted");
                float[] values = b.Floats();
                bool Apart(int i) => isResetAfter && i >= 2 * units;
                return [Row(b with { Name = ofState ? $"{b.Name} of state" : b.Name }, half, [.. Enumerable.Range(0, half)
                    .Select(i => ofState ? Apart(i) ? values[half + i] : 0 : values[i] + (Apart(i) ? 0 : values[half + i]))])];
            }
        }

        private Value Row(Constant constant, int count, float[] values) => Numbers(constant, [count], () => values);

        // What an operand holds for a direction.
        private Constant Of(int input, int direction)
        {
            Constant all = RealAt(input);
            Shape shape = all.Array.Shape;
            if (shape.Rank < 2 || direction >= shape[0] || all.IsQuantized)
                throw Fault($"has an input {input} of {shape}, which is not one of real numbers for each direction");
            Constant one = Sliced(all, 0, direction, 1);
            return one with { Name = $"{all.Name} {direction}", Array = one.Array with { Shape = shape[1..] } };
        }

        // A state before the first step [batch, units]; zeros where none is given.
        private Value Initial(int input, int direction, Direction layer)
        {
            Value zeros() => parts.Graph.Apply($"{layer.Name} start", new Fill([layer.Samples, layer.Units], 0));
            if (!Has(input))
                return zeros();
            if (Operand(input).Constant is { } constant)
            {
                float[] values = Of(input, direction).Floats();
                if (values.All(v => v == 0))
                    return zeros();
                int rows = values.Length / layer.Units;
                if (values.Select((v, i) => v == values[i % layer.Units]).All(same => same))
                    rows = 1;
                if (rows != 1 && (rows != layer.Samples || !IsOneSample))
                    throw Fault($"has a state of {constant.Array.Shape} before the first step; one for all samples is supported");
                Value start = Numbers(constant with { Name = $"{constant.Name} {direction}" }, [rows, layer.Units],
                    () => values[..(rows * layer.Units)]);
                return Step(layer, "start", new Broadcast([layer.Samples, layer.Units]), start);
            }

            Value states = SamplesFirst(Operand(input), isTimeFirst: Integer("layout", 0) == 0);
            return Step(layer, "start", new Reshape([states.Shape[0], layer.Units]),
                Step(layer, "start cut", new Slice(1, direction, 1), states));
        }

        // A tensor of three axes with the samples first, whichever way round the file has its first two axes.
        private Value SamplesFirst(Item item, bool isTimeFirst)
        {
            if (item.Value is null || item.Shape.Rank != 3)
                throw Fault("reads a constant, or what has not three axes, which is not supported");
            if (!isTimeFirst)
                return Plain(item);
            if (item.Layout == Layout.Steps)
                return item.Value;
            return IsOneSample ? parts.Moved($"{item.Value.Name} samples first", new Transpose(1, 0, 2), Plain(item))
                : throw Mixed("reads samples along its second axis, which is not the batch");
        }

        // A result with the samples first, in the order of axes that the file gives it.
        private Item Turned(Value value, Layout layout) => new(value, Integer("layout", 0) != 0 ? Layout.Plain : layout);

        private sealed record Direction(string Name, int Index, bool IsReverse, int Units, Value Driven,
            ImmutableArray<Value> Kept, Value[]? Peepholes, bool IsResetAfter)
        {
            public int Samples => Driven.Shape[0];
        }
    }
}
