using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>One node: its operands and attributes.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node(
        OnnxReader reader, NetworkParts parts, Dictionary<string, Item> items, NodeProto proto, bool isKnown = false)
    {
        private readonly string op = OperatorTable.NameOf(proto);
        private readonly long version = OperatorTable.VersionOf(proto, reader.version); // of the node's operator set
        private readonly OperatorRule rule = OperatorTable.Find(proto, reader.version)!;

        public string Name => NameOf(proto);

        public string OutputName => proto.Output.First(o => o.Length > 0);

        public InputException Fault(string what) => reader.Fault(proto, what);

        // What one sample of a known size may do, but no batch.
        private InputException Mixed(string what) => reader.anyBatch ? Fault(what) : new MixedBatch(Fault(what).Message);

        private bool IsOneSample => reader.isOneSample || isKnown;

        /// <summary>Says what an output stands for. The first axis stays the batch.</summary>
        public void Bind(int output, Item item)
        {
            if (item.Value is { } value && value.Shape[0] != parts.Batch && !IsOneSample)
                throw Mixed(
                    $"gives {value.Shape} for a batch of {parts.Batch}: it mixes the batch with other axes, which is not "
                        + $"supported");
            if (item.Value?.Shape.Count > int.MaxValue)
                throw Fault($"gives {item.Value.Shape}; at most {int.MaxValue} elements are supported");
            if (output < proto.Output.Count && proto.Output[output].Length > 0)
                items[proto.Output[output]] = item;
        }

        /// <summary>A result with the type that the node gives it; integers may only be moved or dequantised.</summary>
        public Item Typed(Item item)
        {
            if (TypeThemselves.Contains(op) || item.Constant is not null)
                return item;
            Item[] read = [.. proto.Input.Select(i => items.GetValueOrDefault(i)).OfType<Item>().Where(i => i.Value is not null)];
            TensorType type = read.FirstOrDefault()?.Type ?? TensorType.Float;
            if (type.IsWhole() && op == "Gather" && Operand(0).Constant is not null)
                return item with { Type = TensorType.Float };
            bool isWhole = Counts.Contains(op)
                ? type.IsWhole() || (type is TensorType.Int8 or TensorType.UInt8 && !read.Any(IsScaled))
                : Sums.Contains(op) && type is TensorType.Int32 or TensorType.Int64;
            if (read.FirstOrDefault(i => i.Type != type || (i.Type != TensorType.Float && !isWhole && !Moves.Contains(op))
                || i.IsDynamic) is { } other)
                throw Fault($"reads numbers of type {other.Type.Text()}; FLOAT is supported");
            if (read.Any(i => IsScaled(i)) && item.Value is { } moved && !parts.Scales.ContainsKey(moved.Name))
                parts.Quantized(moved, CommonScale());
            return item with { Type = type };
        }

        // Operators that say the type of what they make.
        private static readonly HashSet<string> TypeThemselves =
        [
            "And", "Cast", "ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "Equal", "Greater", "GreaterOrEqual",
            "ArgMax", "ArgMin", "Less", "LessOrEqual", "MatMulInteger", "Not", "OneHot", "Or", "QLinearConv", "QLinearMatMul",
            "QuantizeLinear", "Where", "Xor",
            "com.microsoft.DequantizeLinear", "com.microsoft.MatMulIntegerToFloat", "com.microsoft.QGemm",
            "com.microsoft.QLinearAdd", "com.microsoft.QLinearAveragePool", "com.microsoft.QLinearConcat",
            "com.microsoft.QLinearGlobalAveragePool", "com.microsoft.QLinearLeakyRelu", "com.microsoft.QLinearMul",
            "com.microsoft.QLinearSigmoid", "com.microsoft.QLinearSoftmax", "com.microsoft.QuantizeLinear",
        ];

        // Operators that make of whole numbers no others than these, and those that add and multiply them. They are worked out in
        // float32, which holds those up to 2²⁴.
        private static readonly HashSet<string>
            Counts = ["Clip", "Max", "Min", "ReduceMax", "ReduceMin", "Trilu"],
            Sums = ["Abs", "Add", "CumSum", "Mul", "Neg", "ReduceSum", "Sign", "Sub", "Sum"];

        // True for integers that stand for scaled numbers.
        private bool IsScaled(Item item) =>
            item.Type is TensorType.Int8 or TensorType.UInt8 && parts.Scales.ContainsKey(item.Value!.Name);

        // What the integers of the computed operands stand for, where it is one thing.
        private ValueScale? CommonScale()
        {
            ValueScale?[] scales =
                [.. proto.Input.Select(i => items.GetValueOrDefault(i)?.Value).OfType<Value>()
                    .Select(v => parts.Scales.GetValueOrDefault(v.Name))];
            return scales is [{ } first, ..] && scales.All(s => s is not null && IsSame(s, first)) ? first
                : throw Fault("joins integers of different scales, which is not supported");
        }

        private static readonly HashSet<string> Moves =
            ["Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "GlobalMaxPool", "Identity",
                "MaxPool", "Reshape", "Resize", "Scatter", "ScatterElements", "ScatterND", "Slice", "SpaceToDepth", "Split",
                "Squeeze", "Tile", "Transpose", "Unsqueeze"];

        private bool Has(int input) => input < proto.Input.Count && proto.Input[input].Length > 0;

        private bool IsEmpty(int input) => reader.constants.Has(proto.Input[input])
            && reader.constants.Find(proto.Input[input]) is null;

        private Item Operand(int input)
        {
            string name = Has(input) ? proto.Input[input] : throw Fault($"has no input {input}");
            if (items.TryGetValue(name, out Item? item))
                return !item.IsOfSteps || TakesSteps.Contains(op) ? item : BatchFirst(item);
            if (!reader.constants.Has(name))
                throw Fault($"reads '{NetworkParts.Name(name)}', which nothing made before it");
            return Known(name);
        }

        // Operators that read a tensor whose batch is not the first axis.
        private static readonly HashSet<string> TakesSteps =
        [
            .. UnaryFunctions.Operators.Select(f => f.Name), "Dropout", "GRU", "Gather", "Identity", "LSTM", "RNN", "Relu",
            "Reshape", "Shape", "Slice", "Squeeze", "Transpose",
        ];

        // The tensor as the file has it, its first axis being no batch.
        private Item BatchFirst(Item item) => !item.IsOfSteps ? item : IsOneSample ? new Item(Plain(item), Layout.Plain)
            : throw Mixed("reads steps before samples, which it would join with the batch; that is not supported");

        private Item Known(string name) => reader.constants.Find(name) is { } known
            ? new Item(null, Layout.Plain, new Constant(name, known.Array, known.Type))
            : throw Fault($"reads '{NetworkParts.Name(name)}', which is empty");

        private Item Activation(int input) =>
            Operand(input) is { Value: not null } item
                ? item : throw Fault($"has a constant as input {input}, which is not supported");

        private Constant ConstantAt(int input) =>
            Operand(input).Constant ?? throw Fault($"has a computed input {input}, which is not supported");

        // Numbers that take part in arithmetic with real ones.
        private Constant Real(Constant constant, int input) =>
            constant.IsQuantized || constant.Type.IsReal() || IsCounted(constant) ? constant : throw Fault($"has an input {input} of type {constant.Type.Text()}; FLOAT is supported");

        // True for whole numbers beside computed ones of the same type.
        private bool IsCounted(Constant constant) => (Counts.Contains(op) || Sums.Contains(op)) && Exact(constant) is not null
            && proto.Input.Select(i => items.GetValueOrDefault(i)).OfType<Item>().Where(i => i.Value is not null).ToArray()
                is { Length: > 0 } read && read.All(i => i.Type == constant.Type);

        private Constant RealAt(int input) => Real(ConstantAt(input), input);

        private long[] Whole(int input) =>
            ConstantAt(input) is { IsQuantized: false, Type: TensorType.Int64 or TensorType.Int32 } constant
            ? constant.Array.ToIntegers() : throw Fault($"has an input {input} that is no INT64 or INT32");

        private float Number(int input) => RealAt(input).Floats() is [var only]
            ? only : throw Fault($"has an input {input} of more than one number");

        private AttributeProto? Attribute(string name) =>
            rule.Find(name, version) is null ? null : proto.Attribute.FirstOrDefault(a => a.Name == name);

        private long Integer(string name, long standard) => Attribute(name)?.I ?? standard;

        private float Real(string name, float standard) => Attribute(name)?.F ?? standard;

        private string Text(string name) => Attribute(name)?.S.ToStringUtf8() ?? "";

        private int[]? Wholes(string name) => Attribute(name) is not { } attribute ? null
            : attribute.Ints.All(i => i is > int.MinValue and <= int.MaxValue) ? [.. attribute.Ints.Select(i => (int)i)]
            : throw Fault($"has {name} that leave 32 bits");

        // An axis counted from the front; negative ones count from the end.
        private int Axis(long axis, int rank, int first = 0) => axis >= -rank && axis < rank + first
            ? (int)(axis < 0 ? axis + rank : axis) : throw Fault($"has the axis {axis}; the tensor has {rank}");

        // Axes as an attribute, or as an input from some operator set on; null where none are given.
        private int[]? Axes(int input, int rank)
        {
            long[]? given = Attribute("axes") is { } attribute ? [.. attribute.Ints] : Has(input) && !IsEmpty(input)
                ? Whole(input) : null;
            if (given is null || given.Length == 0)
                return null;
            int[] axes = [.. given.Select(a => Axis(a, rank))];
            return axes.Distinct().Count() == axes.Length ? axes : throw Fault("has an axis twice");
        }

        // The operand with channels last: of four axes as they are, of three as images of one row.
        private Value ChannelsLast(int input) => ChannelsLast(Activation(input));

        private Value ChannelsLast(Item item)
        {
            if (item.Layout != Layout.Plain)
                return item.Value!;
            string name = item.Value!.Name;
            Shape shape = item.Value.Shape;
            return shape.Rank switch
            {
                4 => parts.Moved($"{name} images", new Transpose(0, 2, 3, 1), item.Value),
                3 => parts.Moved($"{name} line", new Reshape([shape[0], 1, shape[2], shape[1]]),
                    parts.Moved($"{name} channels last", new Transpose(0, 2, 1), item.Value)),
                _ => throw Fault($"reads {shape}; images of four axes and sequences of three are supported"),
            };
        }

        private Layout LayoutOf(int input) => LayoutOf(Activation(input));

        private static Layout LayoutOf(Item item) => item.Layout != Layout.Plain ? item.Layout
            : item.Value!.Shape.Rank == 3 ? Layout.Lines : Layout.Images;

        private Value Plain(int input) => Plain(Activation(input));

        private Value Plain(Item item) => OnnxReader.Plain(parts, item);

        private Item Made(Op op, Layout layout, params ImmutableArray<Value> operands) =>
            new(parts.Graph.Apply(Name, op, operands), layout);

        // A parameter in the graph's order: index i of the result is index order[i] of the file's.
        private Value Parameter(Constant constant, Shape shape, Func<int[]>? order = null, int outputAxis = 0)
        {
            bool canBeInteger = constant.ScaleAlong(outputAxis) is not null;
            Value value = parts.Parameter(
                NetworkParts.Name(constant.Name), shape, () => Ordered(constant.Floats(), order?.Invoke()),
                canBeInteger ? () => Ordered(constant.Integers(), order?.Invoke()) : null, constant.ScaleAlong(outputAxis),
                constant.Form(order, turns: outputAxis >= 0));
            if (constant.ObstacleAlong(outputAxis) is { } obstacle)
                parts.Remarks[value.Name] = obstacle;
            return value;
        }

        // A parameter of real numbers that were worked out from constants of the file.
        private Value Numbers(Constant constant, Shape shape, Func<float[]> values) =>
            parts.Parameter(NetworkParts.Name(constant.Name), shape, values, form: constant.Form());

        private static TNumber[] Ordered<TNumber>(TNumber[] data, int[]? order) =>
            order is null ? data : [.. order.Select(i => data[i])];

        // Where each element of a constant goes when its axes are reordered: axis i of the result is axis permutation[i].
        private static int[] Order(Shape shape, params ReadOnlySpan<int> permutation)
        {
            int[] strides = new int[shape.Rank], order = new int[shape.Count], index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, stride = 1; axis >= 0; stride *= shape[axis--])
                strides[axis] = stride;
            for (int to = 0; to < order.Length; to++)
            {
                for (int axis = 0; axis < index.Length; axis++)
                    order[to] += index[axis] * strides[permutation[axis]];
                for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape[permutation[axis]]; axis--)
                    index[axis] = 0;
            }

            return order;
        }
    }
}
