using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// A recurrent layer step after step, from h = 0 (and c = 0). Every step reads the same weights, so that their gradient through
/// time is the sum over the steps, as of any shared parameter. Parameters: "NAME.input" of all gates, "NAME.hidden" likewise.
/// </summary>
internal static class RecurrentLayers
{
    /// <summary>The last state [B, units] of a layer over [B, steps, features].</summary>
    internal static Value Recurrent(this GraphBuilder g, string name, Value x, int units, RecurrentCell cell)
    {
        int gates = cell switch { RecurrentCell.LongShortTerm => 4, RecurrentCell.Gated => 3, _ => 1 }, batch = x.Shape[0];
        Value driven = g.Dense($"{name}.input", x, gates * units);
        Value weight = g.Parameter($"{name}.hidden.weight", [gates * units, units]);
        Value? bias = cell == RecurrentCell.LongShortTerm ? null : g.Parameter($"{name}.hidden.bias", [gates * units]);
        Value state = g.Apply("state0", new Fill([batch, units], 0));
        Value memory = cell == RecurrentCell.LongShortTerm ? g.Apply("cell0", new Fill([batch, units], 0)) : state;
        for (int t = 0; t < driven.Shape[1]; t++)
        {
            string at = $"{t + 1}";
            Value slice = g.Apply($"slice{at}", new Slice(1, t, 1), driven);
            Value frame = g.Apply($"frame{at}", new Reshape([batch, gates * units]), slice);
            Value kept = g.Apply($"{name}{at}", new Linear(), bias is null ? [state, weight] : [state, weight, bias]);
            switch (cell)
            {
                case RecurrentCell.LongShortTerm: (state, memory) = LongShortTerm(g, at, frame, kept, memory); break;
                case RecurrentCell.Gated: state = Gated(g, at, frame, kept, state); break;
                default: state = g.Apply($"state{at}", new Relu(), g.Apply($"sum{at}", new Add(), kept, frame)); break;
            }
        }

        return state;
    }

    // Gates i, f, g, o.
    private static (Value State, Value Cell) LongShortTerm(GraphBuilder g, string at, Value frame, Value kept, Value cell)
    {
        Value sum = g.Apply($"sum{at}", new Add(), kept, frame);
        Value input = g.Apply($"input gate{at}", new Sigmoid(), Part(g, $"input part{at}", sum, cell, 0));
        Value forget = g.Apply($"forget gate{at}", new Sigmoid(), Part(g, $"forget part{at}", sum, cell, 1));
        Value candidate = g.Apply($"candidate{at}", new Tanh(), Part(g, $"candidate part{at}", sum, cell, 2));
        Value output = g.Apply($"output gate{at}", new Sigmoid(), Part(g, $"output part{at}", sum, cell, 3));
        Value old = g.Apply($"old{at}", new Mul(), forget, cell), fresh = g.Apply($"fresh{at}", new Mul(), input, candidate);
        cell = g.Apply($"cell{at}", new Add(), old, fresh);
        return (g.Apply($"state{at}", new Mul(), output, g.Apply($"cell tanh{at}", new Tanh(), cell)), cell);
    }

    // Gates r, z, n.
    private static Value Gated(GraphBuilder g, string at, Value frame, Value kept, Value state)
    {
        Value reset = Gate("reset", 0), update = Gate("update", 1);
        Value back = g.Apply($"back{at}", new Mul(), reset, Part(g, $"back part{at}", kept, state, 2));
        Value fresh = g.Apply($"candidate{at}", new Tanh(), g.Apply($"candidate sum{at}", new Add(), back,
            Part(g, $"candidate part{at}", frame, state, 2)));
        Value far = g.Apply($"way{at}", new Add(), state, g.Apply($"turned{at}", new Scale(-1), fresh));
        return g.Apply($"state{at}", new Add(), fresh, g.Apply($"moved{at}", new Mul(), update, far));

        Value Gate(string name, int gate) => g.Apply($"{name} gate{at}", new Sigmoid(), g.Apply($"{name} sum{at}", new Add(),
            Part(g, $"{name} kept{at}", kept, state, gate), Part(g, $"{name} part{at}", frame, state, gate)));
    }

    private static Value Part(GraphBuilder g, string name, Value gates, Value like, int gate) =>
        g.Apply(name, new Slice(1, gate * like.Shape[1], like.Shape[1]), gates);
}
