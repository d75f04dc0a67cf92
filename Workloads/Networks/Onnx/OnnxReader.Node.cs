using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>One node: its operands and attributes.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node(OnnxReader reader, NetworkParts parts, Dictionary<string, Item> items, NodeProto proto)
    {
        public string Name => NameOf(proto);

        public string OutputName => proto.Output.Count > 0 ? proto.Output[0] : throw Fault("has no output");

        public InputException Fault(string what) => new($"{reader.source}: {InputFile.OneLine(Kind(proto))} ('{Name}') {what}.");

        private bool Has(int input) => input < proto.Input.Count && proto.Input[input].Length > 0;

        private Item Operand(int input)
        {
            string name = Has(input) ? proto.Input[input] : throw Fault($"has no input {input}");
            if (items.TryGetValue(name, out Item? item))
                return item;
            if (!reader.constants.TryGetValue(name, out NumberArray? array))
                throw Fault($"reads '{NetworkParts.Name(name)}', which nothing made before it");
            return new Item(null, false, new Constant(name, array ?? throw Fault($"reads '{NetworkParts.Name(name)}', which is empty")));
        }

        private Item Activation(int input) =>
            Operand(input) is { Value: not null } item ? item : throw Fault($"has a constant as input {input}, which is not supported");

        private Constant ConstantAt(int input) =>
            Operand(input).Constant ?? throw Fault($"has a computed input {input}, which is not supported");

        private long[] Whole(int input) => ConstantAt(input).Array is var array && !array.Type.IsFloat()
            ? array.ToIntegers() : throw Fault($"has an input {input} that is no integers");

        private float Number(int input) => ConstantAt(input).Floats() is [var only] ? only : throw Fault($"has an input {input} of more than one number");

        private AttributeProto? Attribute(string name) => proto.Attribute.FirstOrDefault(a => a.Name == name);

        private long Integer(string name, long standard) => Attribute(name)?.I ?? standard;

        private float Real(string name, float standard) => Attribute(name)?.F ?? standard;

        private string Text(string name) => Attribute(name)?.S.ToStringUtf8() ?? "";

        private int[]? Wholes(string name) => Attribute(name)?.Ints.Select(i => i is >= int.MinValue and <= int.MaxValue ? (int)i : int.MaxValue).ToArray();

        // The operand with axes as images, or as ONNX has them.
        private Value Images(int input)
        {
            Item item = Activation(input);
            if (item.Value!.Shape.Rank != 4)
                throw Fault($"reads {item.Value.Shape}; images of four axes are supported");
            return item.IsImages ? item.Value : parts.Moved($"{item.Value.Name} images", new Transpose(0, 2, 3, 1), item.Value);
        }

        private Value Plain(int input)
        {
            Item item = Activation(input);
            if (!item.IsImages)
                return item.Value!;
            Shape shape = item.Value!.Shape;
            return shape[1] == 1 && shape[2] == 1
                ? parts.Moved($"{item.Value.Name} channels", new Reshape([shape[0], shape[3], 1, 1]), item.Value)
                : parts.Moved($"{item.Value.Name} channels first", new Transpose(0, 3, 1, 2), item.Value);
        }

        private Item Made(Op op, bool isImages, params ImmutableArray<Value> operands) => new(parts.Graph.Apply(Name, op, operands), isImages);

        // A parameter in the graph's order: index i of the result is index order[i] of the file's.
        private Value Parameter(Constant constant, Shape shape, int[]? order = null, int outputAxis = 0)
        {
            string name = NetworkParts.Name(constant.Name);
            bool canBeInteger = constant.ScaleAlong(outputAxis) is not null;
            return parts.Parameter(
                name, shape, () => Ordered(constant.Floats(), order), canBeInteger ? () => Ordered(constant.Integers(), order) : null,
                constant.ScaleAlong(outputAxis), constant.Form(order, turns: outputAxis >= 0));
        }

        // A bias: 32-bit integers of the accumulator, given or made of real numbers.
        private Value Bias(Constant bias, int channels, Value x, Value w)
        {
            if (bias.Array.Shape.Count != channels)
                throw Fault($"has a bias of {bias.Array.Shape}; {channels} are accepted");
            Func<int[]>? integers = null;
            string meaning = "";
            if (bias.Array.Type == ElementType.Int32)
                integers = bias.Integers;
            else if (parts.Scales.TryGetValue(x.Name, out ValueScale? sx) && parts.Scales.TryGetValue(w.Name, out ValueScale? sw))
            {
                integers = () => [.. bias.Floats().Select((b, i) => (int)Math.Clamp(Math.Round(b / ((double)sx.Steps[0] * sw.Steps[sw.Steps.Length == 1 ? 0 : i]), MidpointRounding.AwayFromZero), int.MinValue, int.MaxValue))];
                meaning = $"{sx.Steps[0]} {string.Join(' ', sw.Steps)}";
            }

            ConstantForm form = bias.Form();
            return parts.Parameter(
                NetworkParts.Name(bias.Name), [channels], bias.Floats, integers, form: form with { Meaning = $"{form.Meaning}{meaning}" });
        }

        private static T[] Ordered<T>(T[] data, int[]? order) => order is null ? data : [.. order.Select(i => data[i])];

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
