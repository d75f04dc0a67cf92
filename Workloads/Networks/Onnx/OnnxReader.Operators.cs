using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators in floating point.</content>
internal sealed partial class OnnxReader
{
    private static readonly ImmutableDictionary<string, Func<Node, Item>> Operators = new Dictionary<string, Func<Node, Item>>
    {
        ["Add"] = node => node.Sum(subtract: false),
        ["AveragePool"] = node => node.Pool((h, w, s, p) => new AveragePool(h, w, s, p)),
        ["BatchNormalization"] = node => node.Normalized(),
        ["Clip"] = node => node.Clipped(),
        ["Concat"] = node => node.Joined(),
        ["Constant"] = node => node.Known(),
        ["Conv"] = node => node.Convolution(),
        ["DequantizeLinear"] = node => node.Dequantized(),
        ["Dropout"] = node => node.Same(),
        ["Flatten"] = node => node.Flattened(),
        ["Gelu"] = node => node.Curve(),
        ["Gemm"] = node => node.Product(),
        ["GlobalAveragePool"] = node => node.GlobalMean(),
        ["Identity"] = node => node.Same(),
        ["LayerNormalization"] = node => node.LayerNormalized(),
        ["MatMul"] = node => node.MatrixProduct(),
        ["MaxPool"] = node => node.Pool((h, w, s, p) => new MaxPool(h, w, s, p)),
        ["Mul"] = node => node.Pair(new Mul()),
        ["QLinearConv"] = node => node.QuantizedConvolution(),
        ["QLinearMatMul"] = node => node.QuantizedProduct(),
        ["QuantizeLinear"] = node => node.Quantized(),
        ["ReduceMean"] = node => node.Mean(),
        ["Relu"] = node => node.Rectified(double.PositiveInfinity),
        ["Reshape"] = node => node.Reshaped(),
        ["Softmax"] = node => node.Probabilities(),
        ["Squeeze"] = node => node.Squeezed(),
        ["Sub"] = node => node.Sum(subtract: true),
        ["Transpose"] = node => node.Transposed(),
    }.ToImmutableDictionary();

    private sealed partial class Node
    {
        public Item Known() => Operand(0, OutputName);

        public Item Same() => Activation(0);

        public Item Rectified(double ceiling) => Made(new Relu(ceiling), Activation(0).IsImages, Activation(0).Value!);

        public Item Clipped()
        {
            float least = Has(1) ? Number(1) : Real("min", float.NegativeInfinity), greatest = Has(2) ? Number(2) : Real("max", float.PositiveInfinity);
            return least == 0 && greatest > 0
                ? Rectified(greatest == float.MaxValue ? double.PositiveInfinity : greatest)
                : throw Fault($"clips to {least}..{greatest}; supported is from 0 to a number above, or to none");
        }

        public Item Curve() => Text("approximate") is "" or "none"
            ? Made(new Gelu(), Activation(0).IsImages, Activation(0).Value!)
            : throw Fault("approximates by tanh; the exact function is supported");

        public Item Curve(string x) => items.TryGetValue(x, out Item? item) && item.Value is not null
            ? Made(new Gelu(), item.IsImages, item.Value)
            : throw Fault($"reads '{NetworkParts.Name(x)}', which nothing made before it");

        public Item Convolution()
        {
            Value x = Images(0);
            Constant filters = ConstantAt(1);
            return Convolution(x, filters, Has(2) ? ConstantAt(2) : null);
        }

        public Item Product()
        {
            Value x = Plain(0);
            Constant weight = ConstantAt(1);
            if (Real("alpha", 1) != 1 || Real("beta", 1) != 1 || Integer("transA", 0) != 0 || weight.Array.Shape.Rank != 2)
                throw Fault("has alpha, beta or transA other than 1, 1 and 0, or a second operand that is no matrix; these are supported");
            return Dense(x, weight, Integer("transB", 0) != 0, Has(2) ? ConstantAt(2) : null);
        }

        public Item MatrixProduct()
        {
            Item second = Operand(1);
            if (second.Constant is null)
                return Made(new MatMul(), false, Plain(0), Plain(1));
            if (second.Constant.Array.Shape.Rank != 2)
                throw Fault($"has a constant of {second.Constant.Array.Shape}; a matrix is supported");
            Constant? bias = null;
            string end = OutputName;
            if (reader.readers[end].ToArray() is [{ OpType: "Add", Domain: "" } sum] && reader.graph.Output.All(o => o.Name != end))
            {
                string other = sum.Input[0] == end ? sum.Input[1] : sum.Input[0]; // a sum with a vector is the layer's bias
                if (reader.constants.TryGetValue(other, out NumberArray? vector) && vector is { Shape.Rank: 1 } && vector.Shape[0] == second.Constant.Array.Shape[1])
                    (bias, end) = (new Constant(other, vector), sum.Output[0]);
            }

            return items[end] = Dense(Plain(0), second.Constant, transposed: false, bias);
        }

        public Item Pair(Op operation)
        {
            Item a = Operand(0), b = Operand(1);
            (int first, int second) = a.Value is null ? (1, 0) : (0, 1);
            if (a.Constant is not null && b.Constant is not null)
                throw Fault("joins two constants, which is not supported");
            if (Operand(second).Constant is { } constant)
                return Made(operation, Activation(first).IsImages, Activation(first).Value!, Beside(Activation(first), constant));
            bool isImages = a.IsImages && b.IsImages;
            (Value left, Value right) = isImages ? (a.Value!, b.Value!) : (Plain(0), Plain(1));
            return left.Shape.Count >= right.Shape.Count ? Made(operation, isImages, left, right) : Made(operation, isImages, right, left);
        }

        public Item Sum(bool subtract)
        {
            if (!subtract)
                return Pair(new Add());
            Constant constant = Operand(1).Constant is { IsQuantized: false } known ? known : throw Fault("subtracts something else than a constant, which is not supported");
            NumberArray negative = new(constant.Array.Shape, ElementType.Float32, Bytes([.. constant.Floats().Select(v => -v)]));
            return Made(new Add(), Activation(0).IsImages, Activation(0).Value!, Beside(Activation(0), constant with { Array = negative }));
        }

        public Item Pool(Func<int, int, int, Padding, Op> pool)
        {
            Value x = Images(0);
            int[] window = Wholes("kernel_shape") is [_, _] given ? given : throw Fault("has no kernel_shape of two axes");
            if (Integer("ceil_mode", 0) != 0)
                throw Fault("has ceil_mode, which is not supported");
            (int stride, Padding padding) = Steps(x, window[0], window[1]);
            if (Integer("count_include_pad", 0) != 0 && padding != default)
                throw Fault("counts padding, which is not supported");
            return Made(pool(window[0], window[1], stride, padding), true, x);
        }

        public Item GlobalMean() => Made(AveragePool.Global(Images(0).Shape), true, Images(0));

        // Over height and width: the mean of images.
        public Item Mean()
        {
            int[] axes = [.. (Wholes("axes") ?? (Has(1) ? [.. Whole(1).Select(i => (int)i)] : [])).Select(a => a < 0 ? a + 4 : a).Order()];
            if (Activation(0).Value!.Shape.Rank != 4 || axes is not [2, 3])
                throw Fault("is over other axes than height and width of images, which is not supported");
            Item mean = GlobalMean();
            Shape shape = mean.Value!.Shape;
            return Integer("keepdims", 1) != 0 ? mean : new Item(parts.Moved($"{Name} rows", new Reshape([shape[0], shape[3]]), mean.Value), false);
        }

        public Item Normalized()
        {
            Value x = Activation(0).Value!.Shape.Rank == 4 ? Images(0) : Plain(0);
            Value[] vectors = [.. Enumerable.Range(1, 4).Select(i => Vector(i, x.Shape[^1], i switch { 3 => ".mean", 4 => ".variance", _ => "" }))];
            return Integer("training_mode", 0) == 0
                ? Made(new BatchNorm(Real("epsilon", 1e-5f)), x.Shape.Rank == 4, [x, .. vectors])
                : throw Fault("is in training mode, which is not supported");
        }

        public Item LayerNormalized()
        {
            Value x = Plain(0);
            if (Integer("axis", -1) is var axis && axis != -1 && axis != x.Shape.Rank - 1)
                throw Fault("is over other axes than the last, which is not supported");
            Value beta = Has(2) ? Vector(2, x.Shape[^1], "") : parts.Parameter($"{Name}.bias", [x.Shape[^1]], () => new float[x.Shape[^1]]);
            return Made(new LayerNorm(Real("epsilon", 1e-5f)), false, x, Vector(1, x.Shape[^1], ""), beta);
        }

        public Item Probabilities()
        {
            Value x = Plain(0);
            long axis = Integer("axis", -1);
            return axis == -1 || axis == x.Shape.Rank - 1 ? Made(new Softmax(), false, x) : throw Fault("is over another axis than the last, which is not supported");
        }

        public Item Joined()
        {
            Item[] joined = [.. proto.Input.Select((_, i) => Activation(i))];
            bool isImages = joined.All(i => i.IsImages);
            Value[] values = [.. joined.Select((item, i) => isImages ? item.Value! : Plain(i))];
            long axis = Integer("axis", 0);
            axis = axis < 0 ? axis + values[0].Shape.Rank : axis;
            if (axis < 1 || axis >= values[0].Shape.Rank)
                throw Fault("joins along the batch or an axis that is not there, which is not supported");
            return Made(new Concat(isImages ? axis == 1 ? 3 : (int)axis - 1 : (int)axis), isImages, [.. values]);
        }

        public Item Flattened() => Integer("axis", 1) == 1
            ? Viewed([parts.Batch, (int)(Activation(0).Value!.Shape.Count / parts.Batch)])
            : throw Fault("is not from axis 1 on, which is not supported");

        public Item Reshaped()
        {
            Value x = Activation(0).Value!;
            long[] target = Whole(1);
            if (Integer("allowzero", 0) != 0 || target.Length is < 1 or > 8)
                throw Fault("has allowzero or no target of 1 to 8 axes");
            Shape shape = OnnxShape(Activation(0));
            long known = 1;
            for (int i = 0; i < target.Length; i++)
            {
                if (target[i] == 0)
                    target[i] = i < shape.Rank ? shape[i] : -1;
                if (i == 0 && target[0] == reader.inputShape[0])
                    target[0] = parts.Batch;
                if (target[i] is < -1 or 0 or > int.MaxValue)
                    throw Fault($"has the target [{string.Join(", ", target)}]");
                known = target[i] == -1 ? known : Math.Min(known * target[i], int.MaxValue);
            }

            int[] extents = [.. target.Select(t => (int)(t == -1 ? Math.Max(1, x.Shape.Count / known) : t))];
            return extents[0] == parts.Batch ? Viewed(Shape.Create(extents))
                : throw Fault($"has the target [{string.Join(", ", extents)}], which mixes the batch with other axes; that is not supported");
        }

        public Item Squeezed()
        {
            int[] axes = [.. (Wholes("axes") ?? (Has(1) ? [.. Whole(1).Select(i => (int)i)] : throw Fault("has no axes")))];
            Shape shape = OnnxShape(Activation(0));
            int[] left = [.. Enumerable.Range(0, shape.Rank).Where(a => !axes.Contains(a) && !axes.Contains(a - shape.Rank)).Select(a => shape[a])];
            return left.Length > 0 && left[0] == parts.Batch ? Viewed(Shape.Create(left)) : throw Fault("drops the batch, which is not supported");
        }

        public Item Transposed()
        {
            Item item = Activation(0);
            int rank = item.Value!.Shape.Rank;
            int[] order = Wholes("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
            if (item.IsImages && order is [0, 2, 3, 1])
                return new Item(item.Value, false);
            if (!item.IsImages && order is [0, 3, 1, 2])
                return new Item(item.Value, true);
            return order.Length == rank && order[0] == 0 ? new Item(parts.Moved(Name, new Transpose([.. order]), Plain(0)), false)
                : throw Fault("moves the batch, which is not supported");
        }

        private Item Operand(int input, string constant) =>
            reader.constants.TryGetValue(constant, out NumberArray? array) && array is not null
                ? new Item(null, false, new Constant(constant, array)) : throw Fault("holds no tensor of numbers");

        private static Shape OnnxShape(Item item)
        {
            Shape s = item.Value!.Shape;
            return item.IsImages ? [s[0], s[3], s[1], s[2]] : s;
        }

        private Item Viewed(Shape shape)
        {
            Item item = Activation(0);
            if (item.Value!.Shape == shape && !item.IsImages)
                return item;
            Shape from = item.Value.Shape; // one pixel, or one channel: the order is the same either way
            bool same = item.IsImages && ((from[1] == 1 && from[2] == 1) || from[3] == 1);
            return new Item(parts.Moved(Name, new Reshape(shape), same ? item.Value : Plain(0)), false);
        }

        private Item Convolution(Value x, Constant filters, Constant? bias)
        {
            Shape shape = filters.Array.Shape;
            if (shape.Rank != 4 || (Wholes("dilations") ?? []).Any(d => d != 1))
                throw Fault("has filters of other than four axes, or a dilation other than 1, which is not supported");
            (int stride, Padding padding) = Steps(x, shape[2], shape[3]);
            Value w = Parameter(filters, [shape[0], shape[2], shape[3], shape[1]], Order(shape, 0, 2, 3, 1));
            Conv2d op = new(stride, padding, (int)Math.Clamp(Integer("group", 1), 0, int.MaxValue));
            return bias is null ? Made(op, true, x, w) : Made(op, true, x, w, Bias(bias, shape[0], x, w));
        }

        private Item Dense(Value x, Constant weight, bool transposed, Constant? bias)
        {
            Shape shape = weight.Array.Shape;
            int outputs = transposed ? shape[0] : shape[1];
            Value w = transposed ? Parameter(weight, shape) : Parameter(weight, [shape[1], shape[0]], Order(shape, 1, 0), outputAxis: 1);
            return bias is null ? Made(new Linear(), false, x, w) : Made(new Linear(), false, x, w, Bias(bias, outputs, x, w));
        }

        private Value Vector(int input, int length, string ending)
        {
            Constant constant = ConstantAt(input);
            return constant.Array.Shape.Count == length
                ? parts.Parameter(
                    NetworkParts.Name(constant.Name) + ending, [length], constant.Floats, form: constant.Form() with { Constant = constant.Name + ending })
                : throw Fault($"has an input {input} of {constant.Array.Shape}; {length} numbers are accepted");
        }

        // A constant beside a value it is repeated over.
        private Value Beside(Item item, Constant constant)
        {
            int[] extents = [.. constant.Array.Shape];
            int[] shape = [.. Enumerable.Repeat(1, Math.Max(0, (item.IsImages ? 4 : 0) - extents.Length)), .. extents];
            if (!item.IsImages)
                return Parameter(constant, Shape.Create(shape), outputAxis: -1);
            if (shape.Length != 4)
                throw Fault($"has a constant of {constant.Array.Shape} beside images");
            return Parameter(constant, [shape[0], shape[2], shape[3], shape[1]], Order(Shape.Create(shape), 0, 2, 3, 1), outputAxis: -1);
        }

        private (int Stride, Padding Padding) Steps(Value x, int height, int width)
        {
            int[] strides = Wholes("strides") ?? [1, 1];
            if (strides is not [var down, var right] || down != right || down < 1 || height < 1 || width < 1)
                throw Fault("has no two equal strides; these are supported");
            int[] pads = Wholes("pads") ?? [0, 0, 0, 0];
            if (Math.Max(Math.Max(height, width), Math.Max(down, pads.Append(0).Max())) > NetworkParts.LongestStep || pads.Any(p => p < 0))
                throw Fault($"has windows, strides or pads outside 0..{NetworkParts.LongestStep}");
            return Text("auto_pad") switch
            {
                "" or "NOTSET" => pads is [var top, var left, var bottom, var end] ? (down, new Padding(top, left, bottom, end)) : throw Fault("has no four pads"),
                "VALID" => (down, default),
                "SAME_UPPER" => (down, Padding.Same(x.Shape[1], x.Shape[2], height, width, down)),
                string other => throw Fault($"has auto_pad {InputFile.OneLine(other)}; NOTSET, VALID and SAME_UPPER are supported"),
            };
        }

        private static byte[] Bytes(float[] values) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
