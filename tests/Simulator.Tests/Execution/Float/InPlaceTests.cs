using System.Collections.Immutable;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class InPlaceTests
{
    private static IEnumerable<TestCaseData> Ops()
    {
        yield return Case(new Add(), [4, 3, 37], [4, 3, 37]);
        yield return Case(new Add(), [4, 3, 37], [37]);
        yield return Case(new Add(), [4, 3, 37], [3, 1]);
        yield return Case(new Mul(), [4, 3, 37], [4, 3, 37]);
        yield return Case(new Mul(), [4, 3, 37], [4, 1, 37]);
        foreach (Comparison kind in Enum.GetValues<Comparison>())
        {
            yield return Case(new Compare(kind), [4, 3, 37], [4, 3, 37]);
            yield return Case(new Compare(kind), [4, 3, 37], [37]);
        }

        yield return Case(new Relu(), [4, 333]);
        yield return Case(new ReluGradient(), [4, 333], [4, 333]);
        foreach (UnaryFunction function in UnaryFunctions.All.Where(f => double.IsFinite(f.Of(-1))))
        {
            yield return Case(function, [4, 333]);
            yield return Case(new UnaryGradient(function), [4, 333], [4, 333]);
        }

        yield return Case(new BatchNorm(), [4, 3, 37], [37], [37], [37], [37]);
        yield return Case(new BatchNormGradient(1e-3), [4, 3, 37], [37], [37]);
        yield return Case(new Reshape([12, 37]), [4, 3, 37]);
        yield return Case(new Softmax(), [4, 3, 37]);
        yield return Case(new Softmax(IsCausal: true), [4, 7, 7]);
        yield return Case(new LogSoftmax(), [4, 3, 37]);
        yield return Case(new SoftmaxGradient(), [4, 3, 37], [4, 3, 37]);

        static TestCaseData Case(Op op, params ImmutableArray<Shape> inputs) =>
            new TestCaseData(op, inputs).SetArgDisplayNames($"{op} {string.Join(", ", inputs)}");
    }

    [TestCaseSource(nameof(Ops))]
    public void Result_may_take_the_memory_of_the_first_operand(Op op, ImmutableArray<Shape> shapes)
    {
        Assert.That(op.InPlace || op.IsView);
        Tensor<float>[] inputs = [.. shapes.Select((s, i) => Values(s, i))], same = [.. shapes.Select((s, i) => Values(s, i))];
        Tensor<float> apart = new(op.Infer(shapes)), shared = new(apart.Shape, same[0].Data);
        FloatOps.Execute(op, inputs, apart);
        FloatOps.Execute(op, same, shared);
        Assert.That(shared.Span.SequenceEqual(apart.Span));
    }

    [Test]
    public void Every_operation_that_claims_it_is_tested()
    {
        Type[] claimed = [.. typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract
            && (t.GetProperty(nameof(Op.InPlace))!.DeclaringType == t || t.GetProperty(nameof(Op.IsView))!.DeclaringType == t))];
        IEnumerable<Type> tested = Ops().Select(c => c.Arguments[0]!.GetType())
            .Where(t => !t.IsSubclassOf(typeof(UnaryFunction)));
        Assert.That(tested.Distinct(), Is.EquivalentTo(claimed));
    }

    private static Tensor<float> Values(Shape shape, int operand) =>
        new(shape, Evaluation.Normal(shape, $"{operand}").Select(v => (float)(operand < 4 ? v : v * v)).ToArray());
}
