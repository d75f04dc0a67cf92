using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Tests;

/// <summary>Writes plans by hand, one tensor and one operation at a time.</summary>
internal sealed class PlanWriter
{
    private readonly List<PlanTensor> tensors = [];
    private readonly List<PlannedOp> ops = [];

    public int Tensor(Shape shape, TensorRole role = TensorRole.Activation, NumberFormat format = NumberFormat.Int8,
        int? viewOf = null)
    {
        tensors.Add(new PlanTensor(tensors.Count, $"t{tensors.Count}", shape, format, role, viewOf));
        return tensors.Count - 1;
    }

    public void Op(Op op, int output, ImmutableArray<int> inputs, Phase phase = Phase.Forward, Unit unit = Unit.Vector) =>
        ops.Add(new PlannedOp(ops.Count, $"{op.Name}{ops.Count}", op, inputs, output, phase, unit));

    public Plan Build(string name = "test") => new(name, 1, [.. tensors], [.. ops]);
}

/// <summary>An operation that only has a name and traits.</summary>
internal sealed record Named(string Called, bool Overwrites = false, bool Views = false) : Op
{
    public override string Name => Called;

    public override bool InPlace => Overwrites;

    public override bool IsView => Views;

    public override Shape Infer(ImmutableArray<Shape> inputs) => inputs[0];
}

/// <summary>A matrix product of given size.</summary>
internal sealed record Product(Contraction Contraction) : Op
{
    public override string Name => "product";

    public override Shape Infer(ImmutableArray<Shape> inputs) => [(int)Contraction.M, (int)Contraction.N];

    public override Contraction? AsContraction(ImmutableArray<Shape> inputs) => Contraction;
}
