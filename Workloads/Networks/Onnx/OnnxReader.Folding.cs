using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Nodes whose operands are all known: their results are worked out while the file is read.</content>
internal sealed partial class OnnxReader
{
    private const int MostKnown = 1 << 24;

    // These take known operands as they are.
    private static readonly HashSet<string> FoldThemselves =
    [
        "Add", "And", "Cast", "CastLike", "Constant", "ConstantOfShape", "DequantizeLinear", "Div", "Dropout", "Equal", "Greater",
        "GreaterOrEqual", "Identity", "Less", "LessOrEqual", "Mod", "Mul", "Not", "Or", "QuantizeLinear", "Range", "Reshape",
        "Shape", "Size", "Squeeze", "Sub", "Transpose", "Trilu", "Unsqueeze", "Where", "Xor",
    ];

    // Of lists of whole numbers, so do these.
    private static readonly HashSet<string> FoldLists = ["Concat", "Gather", "Max", "Min", "Slice"];

    private sealed partial class Node
    {
        /// <summary>What the node makes.</summary>
        public Item Result()
        {
            Func<Node, Item> make = Operators[op];
            if (proto.Input.Count == 0 || FoldThemselves.Contains(op)
                || proto.Input.Any(i => i.Length > 0 && IsComputed(i)) || !Has(0) || IsEmpty(0))
                return make(this);
            Item first = Operand(0);
            bool isPlainTable = op == "Gather" && first.Constant is { Extents.Length: 2 } table
                && (table.IsQuantized || table.Type.IsReal()) && Integer("axis", 0) is 0 or -2;
            return isPlainTable || first.Constant!.IsQuantized || (FoldLists.Contains(op) && IsList(first))
                || !(first.Constant.Type.IsReal() || first.Constant.Type.IsWhole()) ? make(this) : Worked();
        }

        private bool IsComputed(string name) => items.TryGetValue(name, out Item? item) ? item.Value is not null
            : !reader.constants.Has(name);

        // The node as a network of its own, whose input is its first operand.
        private Item Worked()
        {
            Constant first = Operand(0).Constant!;
            if (first.Array.Shape.Count > MostKnown)
                throw Fault($"has a known operand of {first.Array.Shape}; at most {MostKnown} numbers are worked out");
            bool isWhole = !first.Type.IsReal();
            NetworkParts alone = new(first.Array.Shape[0]);
            Dictionary<string, Item> operands = new(StringComparer.Ordinal);
            foreach (string name in proto.Input.Where(i => i.Length > 0 && !reader.constants.Has(i)))
                operands[name] = items[name];
            if (op == "Concat" && isWhole)
            {
                for (int i = 1; i < proto.Input.Count; i++)
                    operands[proto.Input[i]] = new Item(null, Layout.Plain, WithFloats(ConstantAt(i), Exact(ConstantAt(i))));
            }

            Value input = alone.Graph.Input("known", first.Array.Shape);
            operands[proto.Input[0]] = new Item(input, Layout.Plain);
            Node node = new(reader, alone, operands, proto, isKnown: true);
            Item made = Operators[op](node);
            node.Bind(0, made);
            Value[] results = [.. proto.Output.Where(operands.ContainsKey).Select(o => node.Plain(operands[o]))];
            Dictionary<Value, Tensor<float>> values = Run(alone, input, Exact(first));
            Item[] known = [.. results.Select(r => new Item(null, Layout.Plain, Known(first, r, values[r].Span.ToArray())))];
            for (int i = 1; i < known.Length; i++)
                Bind(proto.Output.IndexOf(proto.Output.Where(operands.ContainsKey).ElementAt(i)), known[i]);
            return known[0];
        }

        private Constant Known(Constant first, Value value, float[] numbers)
        {
            Constant shaped = first with
            {
                Name = OutputName,
                Array = first.Array with { Shape = value.Shape, IsScalar = first.Array.IsScalar && value.Shape.Count == 1 },
            };
            if (first.Type.IsReal())
                return WithFloats(shaped, numbers);
            return numbers.All(v => float.IsInteger(v) && Math.Abs(v) <= 1 << 24)
                ? first.Type == TensorType.Bool ? Truth(shaped, [.. numbers.Select(v => v != 0)]).Constant!
                    : WithIntegers(shaped, [.. numbers.Select(v => (long)v)])
                : throw Fault($"makes whole numbers beyond {1 << 24} of known ones, which is not supported");
        }

        private static Dictionary<Value, Tensor<float>> Run(NetworkParts parts, Value input, float[] numbers)
        {
            Graph graph = parts.Graph.Build();
            Dictionary<Value, Tensor<float>> values = new() { [input] = new(input.Shape, numbers) };
            foreach (Value parameter in graph.Parameters)
                values[parameter] = new(parameter.Shape, parts.Parameters[parameter.Name].Floats());
            foreach (Graphs.Node node in graph.Nodes)
            {
                Tensor<float> result = new(node.Output.Shape, new float[node.Output.Shape.Count]);
                FloatOps.Execute(node.Op, [.. node.Inputs.Select(i => values[i])], result);
                values[node.Output] = result;
            }

            return values;
        }
    }
}
