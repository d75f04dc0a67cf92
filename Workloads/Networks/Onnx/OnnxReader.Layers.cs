using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Layers with weights, and normalisations.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Convolution() => Convolution(Activation(0), RealAt(1), Has(2) ? RealAt(2) : null);

        public Item TransposedConvolution()
        {
            Value x = ChannelsLast(0);
            Constant filters = RealAt(1);
            Shape f = Filters(filters, LayoutOf(0));
            int groups = Groups();
            if (Attribute("output_shape") is not null
                && (Attribute("pads") is not null || Text("auto_pad") is not ("" or "NOTSET")))
                throw Fault("has an output_shape beside pads or auto_pad, which is not supported");
            WindowSteps steps = TransposedSteps(x.Shape, f[2], f[3], out int extraRows, out int extraColumns);
            Value w = Parameter(filters, [f[0], f[2], f[3], f[1]], () => Order(f, 0, 2, 3, 1));
            Layout layout = LayoutOf(0);
            Item result = Made(new ConvTranspose2d(steps.Stride, steps.Padding, groups, steps.Dilation, extraRows, extraColumns),
                layout, x, w);
            if (!Has(2))
                return result;
            Constant bias = RealAt(2);
            int channels = result.Value!.Shape[3];
            return Made(new Add(), layout, result.Value, Numbers(bias, [channels], () => Spread(bias, channels, Fault)));
        }

        public Item Product()
        {
            Value x = Plain(0);
            Constant weight = RealAt(1);
            if (x.Shape.Rank != 2 || weight.Array.Shape.Rank != 2)
                throw Fault($"multiplies {x.Shape} and {weight.Array.Shape}; two matrices are supported");
            float alpha = Real("alpha", 1), beta = Real("beta", 1);
            if (weight.IsQuantized && (alpha != 1 || beta != 1))
                throw Fault($"has alpha {alpha} and beta {beta} beside quantised weights; 1 and 1 are supported");
            if (alpha != 1)
                weight = WithFloats(weight, [.. weight.Floats().Select(v => v * alpha)]);
            Constant? bias = !Has(2) || beta == 0 ? null : RealAt(2);
            if (bias is not null && beta != 1)
                bias = WithFloats(bias, [.. bias.Floats().Select(v => v * beta)]);
            if (bias is not null && reader.version < 7 && Integer("broadcast", 0) == 0 && bias.Extents.Length != 2)
                throw Fault($"adds {bias.Array.Shape} without broadcast");
            if (Integer("transA", 0) != 0)
                x = IsOneSample ? parts.Moved($"{x.Name} turned", new Transpose(1, 0), x)
                    : throw Mixed("has transA 1, which turns the batch; that is not supported");
            bool transposed = Integer("transB", 0) != 0;
            int outputs = weight.Array.Shape[transposed ? 0 : 1];
            if (bias is null || bias.Array.Shape.Count == 1 || bias.Array.Shape.Count == outputs)
                return Dense(x, weight, transposed, bias);
            Item product = Dense(x, weight, transposed, null); // numbers of its own for each row
            return Repeated(new Add(), product, bias, Aligned(bias.Extents, 2));
        }

        public Item MatrixProduct() => MatrixProduct(Operand(0), Operand(1));

        private Item MatrixProduct(Item first, Item second)
        {
            if (first.Constant is not null && second.Constant is not null)
                throw Fault("multiplies two constants, which is not supported");
            if (first.Constant is { Array.Shape.Rank: 2 } left)
                return FromLeft(Real(left, 0), Plain(second));
            if (first.Constant is not null || second.Constant is not { } constant)
                return Matrices(first, second);
            Value x = Plain(first);
            Real(constant, 1);
            Shape shape = constant.Array.Shape;
            if (shape.Rank > 2 && shape.Rank <= x.Shape.Rank && shape[..^2].Count == 1)
                constant = constant with
                {
                    Array = constant.Array with { Shape = shape[^2..] },
                    Axis = Math.Max(0, constant.Axis - shape.Rank + 2)
                };
            if (constant.Array.Shape.Rank > 2)
                return Matrices(first, second);
            if (constant.Array.Shape.Rank != 2)
                throw Fault($"has a constant of {shape}; a matrix is supported");
            Constant? bias = null;
            string end = OutputName;
            if (op == "MatMul" && reader.version >= 7 && reader.readers[end].ToArray() is [{ OpType: "Add" } sum]
                && reader.graph.Output.All(o => o.Name != end))
            {
                string other = sum.Input[0] == end ? sum.Input[1] : sum.Input[0]; // a sum with a vector is the layer's bias
                if (!items.ContainsKey(other) && reader.constants.Has(other)
                    && reader.constants.Find(other) is { Array: { Shape.Rank: 1, IsScalar: false } vector } known
                    && vector.Shape[0] == constant.Array.Shape[1] && known.Type.IsReal())
                {
                    (bias, end) = (new Constant(other, vector, known.Type), sum.Output[0]);
                }
            }

            return items[end] = Dense(x, constant, transposed: false, bias);
        }

        // Two tensors of matrices; whichever has fewer of them along an axis is repeated.
        private Item Matrices(Item first, Item second)
        {
            (Item a, Item b) = (new(Plain(Valued(first, RankOf(second))), Layout.Plain),
                new(Plain(Valued(second, RankOf(first))), Layout.Plain));
            int rank = Math.Max(a.Shape.Rank, b.Shape.Rank);
            if (Math.Min(a.Shape.Rank, b.Shape.Rank) < 2)
                throw Fault($"multiplies {a.Shape} and {b.Shape}; tensors of two or more axes are supported");
            if (rank == 2)
                return IsOneSample ? Made(new MatMul(), Layout.Plain, a.Value!, b.Value!)
                    : throw Mixed($"multiplies {a.Shape} and {b.Shape}, which joins samples of a batch; that is not supported");
            (a, b) = (OfRank(a, rank), OfRank(b, rank));
            Shape outer = Joint(a.Shape[..^2], b.Shape[..^2]);
            return Made(new MatMul(), Layout.Plain, Spread(a, [.. outer, .. a.Shape[^2..]]).Value!,
                Spread(b, [.. outer, .. b.Shape[^2..]]).Value!);
        }

        public Item Normalized()
        {
            bool isImages = Activation(0).Layout != Layout.Plain || Activation(0).Shape.Rank is 3 or 4;
            if (!isImages && Activation(0).Shape.Rank != 2)
                throw Fault($"reads {Activation(0).Shape}; 2 to 4 axes are supported");
            (Value x, Layout layout) = isImages ? (ChannelsLast(0), LayoutOf(0)) : (Plain(0), Layout.Plain);
            Value[] vectors = [.. Enumerable.Range(1, 4)
                .Select(i => Vector(i, x.Shape[^1], i switch { 3 => ".mean", 4 => ".variance", _ => "" }))];
            return Made(new BatchNorm(Real("epsilon", 1e-5f)), layout, [x, .. vectors]);
        }

        public Item LayerNormalized() => LayerNormalized(Activation(0), NormalizedFrom(), 1, 2);

        /// <summary>Divides by the root of the mean square over the last axes, then scales.</summary>
        public Item RootNormalized() => RootNormalized(Activation(0), NormalizedFrom(), 1);

        private int NormalizedFrom() => Axis(Integer("axis", -1), Activation(0).Shape.Rank);

        private Item LayerNormalized(Item item, int axis, int gamma, int beta)
        {
            (Value x, Shape shape, int count) = LastAxes(item, axis);
            Value shift = Has(beta) ? Vector(beta, count, "") : parts.Parameter($"{Name}.bias", [count], () => new float[count]);
            Item result = Made(new LayerNorm(Real("epsilon", 1e-5f)), Layout.Plain, x, Vector(gamma, count, ""), shift);
            return axis < shape.Rank - 1 ? Viewed(result, shape) : result;
        }

        private Item RootNormalized(Item item, int axis, int gamma)
        {
            (Value x, Shape shape, int count) = LastAxes(item, axis);
            Shape rows = [.. x.Shape.Take(axis), 1];
            Item mean = Mapped(new Scale(1.0 / count), Made(new SumTo(rows), Layout.Plain,
                Mapped(new Square(), new Item(x, Layout.Plain)).Value!));
            Item inverse = Mapped(new Reciprocal(), Mapped(new Sqrt(), Plus(mean, Real("epsilon", 1e-5f))));
            Item normal = Made(new Mul(), Layout.Plain, x, inverse.Value!);
            Item result = Made(new Mul(), Layout.Plain, normal.Value!, Vector(gamma, count, ""));
            return axis < shape.Rank - 1 ? Viewed(result, shape) : result;
        }

        // A value with several axes as one at its end, and how many numbers those hold.
        private (Value X, Shape Shape, int Count) LastAxes(Item item, int axis)
        {
            Value x = Plain(item);
            Shape shape = x.Shape;
            int count = checked((int)shape[axis..].Count);
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            return (axis == shape.Rank - 1 ? x
                : parts.Moved($"{Name} rows", new Reshape([.. shape.Take(axis), count]), x), shape, count);
        }

        // w · x for matrices x, as (xᵀ · wᵀ)ᵀ.
        private Item FromLeft(Constant w, Value x)
        {
            if (w.Array.Shape.Rank != 2 || x.Shape.Rank < 3)
                throw Fault(
                    $"multiplies a constant of {w.Array.Shape} and {x.Shape}; a matrix and a tensor of three or more axes are "
                        + $"supported");
            int[] swapped = [.. Enumerable.Range(0, x.Shape.Rank - 2), x.Shape.Rank - 1, x.Shape.Rank - 2];
            Value turned = parts.Moved($"{x.Name} turned", new Transpose([.. swapped]), x);
            Value product = parts.Graph.Apply($"{Name} turned", new Linear(), turned, Parameter(w, w.Array.Shape));
            return Made(new Transpose([.. swapped]), Layout.Plain, product);
        }

        private Item Convolution(Item images, Constant filters, Constant? bias)
        {
            Value x = ChannelsLast(images);
            Layout layout = LayoutOf(images);
            Shape f = Filters(filters, layout);
            WindowSteps steps = Steps(x.Shape, f[2], f[3], layout, ceil: false);
            Value w = Parameter(filters, [f[0], f[2], f[3], f[1]], () => Order(f, 0, 2, 3, 1));
            Conv2d op = new(steps.Stride, steps.Padding, Groups(), steps.Dilation);
            return bias is null ? Made(op, layout, x, w) : Made(op, layout, x, w, Bias(bias, f[0], x, w));
        }

        private int Groups() => Integer("group", 1) is >= 1 and <= int.MaxValue and var groups
            ? (int)groups : throw Fault($"has group {Integer("group", 1)}; at least 1 is accepted");

        // Filters as [first, second, rows, columns]; those of sequences have one row.
        private Shape Filters(Constant filters, Layout layout)
        {
            Shape shape = filters.Array.Shape;
            int axes = layout == Layout.Lines ? 1 : 2;
            if (shape.Rank != axes + 2)
                throw Fault($"has filters of {shape} on a tensor of {axes + 2} axes");
            if (Wholes("kernel_shape") is { } kernel && !kernel.AsSpan().SequenceEqual(shape.AsSpan()[2..]))
                throw Fault($"has the kernel_shape [{string.Join(", ", kernel)}] and filters of {shape}");
            return axes == 1 ? [shape[0], shape[1], 1, shape[2]] : shape;
        }

        private Item Dense(Value x, Constant weight, bool transposed, Constant? bias)
        {
            Shape shape = weight.Array.Shape;
            int outputs = transposed ? shape[0] : shape[1];
            Value w = transposed ? Parameter(weight, shape)
                : Parameter(weight, [shape[1], shape[0]], () => Order(shape, 1, 0), outputAxis: 1);
            return bias is null ? Made(new Linear(), Layout.Plain, x, w)
                : Made(new Linear(), Layout.Plain, x, w, Bias(bias, outputs, x, w));
        }

        private Value Vector(int input, int length, string ending)
        {
            Constant constant = RealAt(input);
            return constant.Array.Shape.Count == length
                ? parts.Parameter(
                    NetworkParts.Name(constant.Name) + ending, [length], constant.Floats,
                    form: constant.Form() with { Constant = constant.Name + ending })
                : throw Fault($"has an input {input} of {constant.Array.Shape}; {length} numbers are accepted");
        }

        // A bias: 32-bit integers of the accumulator where it has the accumulator's scale, otherwise made of the real numbers it
        // stands for.
        private Value Bias(Constant bias, int channels, Value x, Value w)
        {
            float[] Floats() => Spread(bias, channels, Fault);
            Floats();
            Func<int[]>? integers = null;
            string meaning = "";
            bool fits = true;
            if (parts.Scales.TryGetValue(x.Name, out ValueScale? sx) && parts.Scales.TryGetValue(w.Name, out ValueScale? sw))
            {
                meaning = $" {sx.Steps[0]} {string.Join(' ', sw.Steps)}";
                double[] steps = [.. Enumerable.Range(0, channels)
                    .Select(i => (double)sx.Steps[0] * sw.Steps[sw.Steps.Length == 1 ? 0 : i])];
                fits = Floats().Select((b, i) => Math.Round(b / steps[i])).All(b => b is >= int.MinValue and <= int.MaxValue);
                integers = !fits ? null : bias.Type == TensorType.Int32 && HasSteps(bias, steps)
                    ? () => [.. bias.Array.ToIntegers().Select(i => (int)i)]
                    : () => [.. Floats().Select((b, i) => (int)Math.Round(b / steps[i], MidpointRounding.ToEven))];
            }

            ConstantForm form = bias.Form();
            Value value = parts.Parameter(
                NetworkParts.Name(bias.Name), [channels], Floats, integers, form: form with { Meaning = form.Meaning + meaning });
            if (!fits)
                parts.Remarks[value.Name] = "numbers that leave 32 bits in the steps of the accumulator";
            return value;
        }

        // True for integers that are multiples of the accumulator's steps, as good as float32 says.
        private static bool HasSteps(Constant bias, double[] steps) =>
            bias.IsQuantized && bias.Array.Shape.Count == steps.Length && bias.ZeroPoints.All(z => z == 0)
            && steps.Select((s, i) => Math.Abs((bias.Steps[bias.Steps.Length == 1 ? 0 : i] / s) - 1)).All(error => error < 1e-6);

        // A bias of one number per channel; a single number is that of all.
        private static float[] Spread(Constant bias, int channels, Func<string, InputException> fault)
        {
            Shape shape = bias.Array.Shape;
            if ((shape.Count != channels && shape.Count != 1) || (shape.Count == channels && shape[^1] != channels))
                throw fault($"has a bias of {shape}; {channels} numbers, or one, are accepted");
            float[] values = bias.Floats();
            return values.Length == channels ? values : [.. Enumerable.Repeat(values[0], channels)];
        }
    }
}
