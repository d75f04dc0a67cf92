using NpuSim.Random;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class ToyTrainingTests
{
    [Test]
    public void Two_layers_learn_exclusive_or_to_the_last_sample_by_gradient_descent()
    {
        const int batch = 64;
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 2]);
        x = g.Apply("hidden", new Linear(), x, g.Parameter("hidden.weight", [16, 2]), g.Parameter("hidden.bias", [16]));
        x = g.Apply("relu", new Relu(), x);
        x = g.Apply("head", new Linear(), x, g.Parameter("head.weight", [2, 16]), g.Parameter("head.bias", [2]));
        g.Output("logits", x);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), x, g.Input("labels", [batch])));
        Graph forward = g.Build();
        HashSet<string> trainable = [.. forward.Parameters.Select(p => p.Name)];
        Graph training = Gradients.Build(forward, "loss", trainable);

        Dictionary<string, float[]> values = new(Initialization.Weights(forward, 1));
        RandomStream random = new(1, "exclusive or");
        float[] points = values["images"] = [.. Enumerable.Range(0, batch * 2).Select(_ => (float)random.NextDouble(-1, 1))];
        values["labels"] = [.. Enumerable.Range(0, batch).Select(i => points[2 * i] * points[(2 * i) + 1] > 0 ? 1f : 0f)];
        double first = Step(), last = first;
        for (int step = 0; step < 600; step++)
            last = Step();
        Assert.That(last, Is.LessThan(0.1 * first));
        Assert.That(Accuracy(), Is.EqualTo(1));

        double Step()
        {
            Tensor<float>[] results = Evaluation.Run(training, values);
            foreach (string name in trainable)
            {
                ReadOnlySpan<float> gradient = results[training.Outputs[Gradients.OutputName(name)].Id].Span;
                for (int i = 0; i < gradient.Length; i++)
                    values[name][i] -= 0.5f * gradient[i];
            }

            return results[training.Outputs["loss"].Id].Span[0];
        }

        double Accuracy()
        {
            ReadOnlySpan<float> logits = Evaluation.Run(forward, values)[forward.Outputs["logits"].Id].Span;
            int right = 0;
            for (int i = 0; i < batch; i++)
                right += logits[(2 * i) + 1] > logits[2 * i] == (values["labels"][i] == 1) ? 1 : 0;
            return (double)right / batch;
        }
    }
}
