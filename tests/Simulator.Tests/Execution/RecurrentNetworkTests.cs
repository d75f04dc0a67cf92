using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

using Evaluation = NpuSim.Simulator.Tests.Execution.Float.Evaluation;

namespace NpuSim.Simulator.Tests.Execution;

public class RecurrentNetworkTests
{
    // Textbook loops over four steps of two features and three units; through time by central differences, forwards alike.
    [Test]
    public void Cells_compute_their_formulas_and_their_gradients_through_time([Values] RecurrentCell cell)
    {
        const int Steps = 4, Features = 2, Units = 3;
        GraphBuilder g = new();
        Value state = g.Recurrent("r", g.Input("x", [1, Steps, Features]), Units, cell);
        g.Output("state", state);
        g.Output("loss", g.Apply("loss", new SumTo([1]), g.Apply("square", new Mul(), state, state)));
        Graph graph = g.Build();
        RandomStream random = new(1, $"{cell}");
        Dictionary<string, double[]> values = graph.Parameters.Concat(graph.Inputs).ToDictionary(p => p.Name,
            p => Enumerable.Range(0, (int)p.Shape.Count).Select(_ => random.NextNormal()).ToArray());
        double[] found = [.. Evaluation.Run(graph, values)[state.Id].Span];
        Assert.That(found, Is.EqualTo(Textbook()).Within(1e-9));
        HashSet<string> all = [.. graph.Parameters.Select(p => p.Name)];
        Evaluation.CheckGradients(graph, all, values);
        Evaluation.CheckTangent(graph, all, values);

        double[] Textbook()
        {
            double[] h = new double[Units], c = new double[Units];
            for (int t = 0; t < Steps; t++)
            {
                double[] x = values["x"][(t * Features)..((t + 1) * Features)], last = h;
                double In(int row) => Dot(values["r.input.weight"], x, row) + values["r.input.bias"][row];
                double Kept(int row) => Dot(values["r.hidden.weight"], last, row)
                    + (values.TryGetValue("r.hidden.bias", out var b) ? b[row] : 0);
                double Both(int row) => In(row) + Kept(row);
                double Gate(int gate, int u) => 1 / (1 + Math.Exp(-Both((gate * Units) + u)));
                if (cell == RecurrentCell.LongShortTerm)
                    c = [.. c.Select((v, u) => (Gate(1, u) * v) + (Gate(0, u) * Math.Tanh(Both((2 * Units) + u))))];
                h = [.. Enumerable.Range(0, Units).Select(u => cell switch
                {
                    RecurrentCell.LongShortTerm => Gate(3, u) * Math.Tanh(c[u]),
                    RecurrentCell.Gated => ((1 - Gate(1, u))
                            * Math.Tanh(In((2 * Units) + u) + (Gate(0, u) * Kept((2 * Units) + u))))
                        + (Gate(1, u) * last[u]),
                    _ => Math.Max(0, In(u) + Kept(u)),
                })];
            }

            return h;
        }

        static double Dot(double[] matrix, double[] vector, int row) =>
            vector.Select((v, i) => v * matrix[(row * vector.Length) + i]).Sum();
    }

    // Four steps read one bias into accumulators of four scales; a wrong one would show as chance.
    [TestCase("ft", RecurrentCell.Rectified)]
    [TestCase("lp", RecurrentCell.Rectified)]
    [TestCase("ft", RecurrentCell.LongShortTerm)]
    [TestCase("ft", RecurrentCell.Gated)]
    public void A_recurrent_network_classifies_in_integers_as_in_fp32(string scheme, RecurrentCell cell)
    {
        Model model = new("crnn", [8, 8, 1], 3, new ConvolutionalRecurrentNetwork([8, 8, 1], 3, 1, 16, 2, cell).Build);
        var weights = Pretraining.Run(
            model, ToyTask.Data(240, 5), 24, 0.9, new TrainingSettings(150, 0.02, Workloads.Tasks.Decay.Cosine), 3, null,
            CancellationToken.None);
        TrainingBench bench = new(model.Folded(), weights, ToyTask.Data(60, 7), ToyTask.Data(150, 6), 12, 4);
        TrainingSettings settings = new(1, 1e-6, Workloads.Tasks.Decay.None, 1e-3);
        double fixedPoint = bench.Prepare(
            Method.Parse("qzo-ff:16w8a"), TuningScheme.Parse(scheme), settings,
            new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap)))
            .Run(1, null, CancellationToken.None).Curve.ZeroShot;
        Assert.That(bench.ZeroShot(), Is.GreaterThan(0.9));
        Assert.That(fixedPoint, Is.EqualTo(bench.ZeroShot()).Within(0.03));
    }
}
