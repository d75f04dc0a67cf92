using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Training;

/// <summary>Runs a teacher in fp32 and gives another network's graph the loss that learns from it.</summary>
internal sealed class TeacherMachine
{
    private const string Input = "teacher's logits";

    private readonly Teacher teacher;
    private readonly PixelRange pixels;
    private readonly FloatMachine machine;
    private readonly SampleStore<float> batch;
    private readonly int[] all;
    private readonly int images, logits;

    /// <summary>Prepares a teacher for batches.</summary>
    /// <param name="teacher">The teacher.</param>
    /// <param name="pixels">Range of the images that it will be shown.</param>
    /// <param name="size">Images of a batch.</param>
    public TeacherMachine(Teacher teacher, PixelRange pixels, int size)
    {
        (this.teacher, this.pixels) = (teacher, pixels);
        Graph graph = teacher.Model.Build(size);
        Plan plan = Planner.Inference(graph, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        machine = new FloatMachine(
            Step.OnHost(plan), new FloatWeights(teacher.Weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray())));
        batch = new SampleStore<float>(size);
        all = [.. Enumerable.Range(0, size)];
        (images, logits) = (graph.Inputs.First(i => i.Name == "images").Id, plan.Ops[^1].Output);
    }

    /// <summary>A student's graph with the loss of distillation in place of its cross-entropy.</summary>
    /// <exception cref="InputException">The student does not classify.</exception>
    public static Graph Distil(Graph student, Teacher teacher) => student.Nodes.Any(n => n.Op is CrossEntropy)
        ? GraphRewriting.Run(student, (rewriting, node) => node.Op is CrossEntropy
            ? rewriting.Builder.Apply(
                node.Output.Name, new Distillation(teacher.Temperature, teacher.Share),
                rewriting[node.Inputs[0]], rewriting[node.Inputs[1]], rewriting.Builder.Input(Input, node.Inputs[0].Shape))
            : rewriting.Copy(node))
        : throw new InputException(
            "pretrain.teacher: the network reconstructs its samples; accepted are networks that classify.");

    /// <summary>The input of a student's graph that takes the teacher's logits.</summary>
    public static int InputOf(Graph student) => student.Inputs.First(i => i.Name == Input).Id;

    /// <summary>What the teacher makes of images: [images, classes].</summary>
    /// <param name="shown">At most a batch of images, one after another.</param>
    public float[] Logits(ReadOnlySpan<float> shown)
    {
        int length = (int)teacher.Model.Input.Count, count = shown.Length / length;
        // What is missing of the last batch stays zero, and its rows are not looked at
        float[] full = new float[all.Length * length];
        teacher.Pixels.Apply(shown, pixels).CopyTo(full, 0);
        batch.Set(images, full);
        machine.Run(default, batch, all, fill: true);
        return machine.Values(logits)[..(count * teacher.Model.Classes)].ToArray();
    }
}
