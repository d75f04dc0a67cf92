using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Recurrent layers, step after step.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        private const int MostSteps = 4096;

        private static readonly string[] Gates = ["input", "forget", "cell", "output"];

        /// <summary>
        /// An LSTM over [batch, steps, features]: gates i, f, o = σ(W·x + U·h + b), g = tanh(W·x + U·h + b); c ← f · c + i · g,
        /// held within the clip; h ← o · tanh(c), from h = c = 0. Every step reads the same weights.
        /// </summary>
        /// <returns>The states h [batch, steps, units].</returns>
        public Value Recurrent()
        {
            Value x = Activation(0);
            if (x.Shape.Rank != 3 || x.Shape[1] > MostSteps)
                throw Fault($"reads {x.Shape}; at most {MostSteps} steps [batch, steps, features] are supported");
            int[] missing = [9, 10, 11, 16, 17, 20, 21, 22, 23];
            if (options.TimeMajor || options.DiagonalRecurrentTensors || missing.Any(Has)
                || options.FusedActivationFunction is not (null or "TANH"))
                throw Fault(
                    "has time first, diagonal weights, peepholes, a projection, a normalisation or another function than TANH, "
                        + "which is not supported");
            if (!(options.CellClip >= 0 && double.IsFinite(options.CellClip)))
                throw Fault($"has the cell clip {options.CellClip}; finite numbers from 0 on are accepted");
            int batch = parts.Batch, units = Constant(1).Shape[0];
            Value[] driven = [.. Gates.Select((gate, i) => Dense($"{gate} driven", x, 1 + i, Has(12 + i) ? 12 + i : null))];
            Value[] weights = [.. Gates.Select((_, i) => Matrix(5 + i))];
            Value state = parts.Graph.Apply($"{Name} state", new Fill([batch, units], 0)),
                cell = parts.Graph.Apply($"{Name} cell", new Fill([batch, units], 0));
            Value[] states = new Value[x.Shape[1]];
            for (int t = 0; t < states.Length; t++)
            {
                Value[] sums = [.. Gates.Select((gate, i) =>
                    Step($"{gate} sum", new Add(), Step($"{gate} kept", new Linear(), state, weights[i]), At(driven[i], t)))];
                Value input = Step("input", new Sigmoid(), sums[0]),
                    forget = Step("forget", new Sigmoid(), sums[1]);
                Value fresh = Step("fresh", new Mul(), input, Step("candidate", new Tanh(), sums[2]));
                cell = Step("cell", new Add(), Step("old", new Mul(), forget, cell), fresh);
                if (options.CellClip > 0)
                    cell = Step("cell held", new Clip(-options.CellClip, options.CellClip), cell);
                state = Step("state", new Mul(), Step("output", new Sigmoid(), sums[3]),
                    Step("cell tanh", new Tanh(), cell));
                states[t] = Step("row", new Reshape([batch, 1, units]), state);
            }

            return Scaled(states.Length == 1 ? states[0] : parts.Graph.Apply(Name, new Concat(1), [.. states]));

            Value Step(string what, Op operation, params Value[] operands) =>
                parts.Graph.Apply($"{Name} {what}", operation, [.. operands]);

            Value At(Value all, int t) => Step("at", new Reshape([batch, units]), Step("cut", new Slice(1, t, 1), all));
        }

        private Value Dense(string what, Value x, int weight, int? bias)
        {
            Value w = Matrix(weight);
            if (bias is null)
                return parts.Graph.Apply($"{Name} {what}", new Linear(), x, w);
            TopologyTensor numbers = Constant(bias.Value);
            return parts.Graph.Apply($"{Name} {what}", new Linear(), x, w, Parameter(numbers, "", (values, _) => values));
        }

        private Value Matrix(int input)
        {
            TopologyTensor tensor = Constant(input);
            return tensor.Shape.Length == 2 ? Parameter(tensor, "", (values, _) => values)
                : throw Fault($"has an input {input} that is no matrix");
        }
    }
}
