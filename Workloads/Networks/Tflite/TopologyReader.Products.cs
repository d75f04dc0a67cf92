using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Products of tensors, transposed convolutions, and layers that keep a memory.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        /// <summary>A convolution turned round: filters [outputs, height, width, inputs], the size of the result being
        /// known.</summary>
        public Value TransposedConvolution()
        {
            (Value x, TopologyTensor weight, int[] target) = (Activation(2), Constant(1), Whole(0));
            if (weight.Shape.Length != 4 || x.Shape.Rank != 4 || target.Length != 4 || target[0] != 1)
                throw Fault("has no filters of 4 axes on images, or makes none");
            (Stride stride, _) = Window(x.Shape, weight.Shape[1], weight.Shape[2], default);
            (int top, int bottom, int rows) = Cut(x.Shape[1], target[1], stride.Rows, weight.Shape[1]);
            (int left, int right, int columns) = Cut(x.Shape[2], target[2], stride.Columns, weight.Shape[2]);
            Shape shape = [weight.Shape[3], weight.Shape[1], weight.Shape[2], weight.Shape[0]];
            NumberArray array = reader.arrays[weight.Index];
            string name = FirstPart(weight.Name);
            Value w = parts.Parameter($"{name}.weight", shape, () => InputsFirst(Floats(weight), weight.Shape),
                form: new ConstantForm(weight.Index, array, Order: () =>
                    InputsFirst([.. Enumerable.Range(0, (int)shape.Count)], weight.Shape)));
            Op operation = new ConvTranspose2d(stride, new Padding(top, left, bottom, right), 1, default, rows, columns);
            if (!Has(3))
                return Activated(name, operation, x, w);
            TopologyTensor bias = Constant(3);
            if (reader.arrays[bias.Index].Shape.Count != weight.Shape[0])
                throw Fault($"has a bias of {reader.arrays[bias.Index].Shape} for {weight.Shape[0]} outputs");
            return Activated(name, new Add(), parts.Graph.Apply($"{name} sums", operation, x, w),
                Parameter(bias, "", (values, _) => values));
        }

        // What a side of the full result loses before and after, or gets more.
        private (int Before, int After, int Extra) Cut(int size, int target, int stride, int window)
        {
            int total = checked(((size - 1) * stride) + window - target), before = options.Padding == "SAME" ? total / 2 : 0;
            if (target < 1 || total >= window || -total >= stride)
                throw Fault($"makes {target} of {size} with a window of {window} and a stride of {stride}");
            return total <= 0 ? (0, 0, -total) : (before, total - before, 0);
        }

        private static TNumber[] InputsFirst<TNumber>(TNumber[] filters, ImmutableArray<int> shape)
        {
            (int outputs, int pixels, int inputs) = (shape[0], shape[1] * shape[2], shape[3]);
            TNumber[] turned = new TNumber[filters.Length];
            for (int i = 0; i < filters.Length; i++)
                turned[(((i % inputs * pixels) + (i / inputs % pixels)) * outputs) + (i / inputs / pixels)] = filters[i];
            return turned;
        }

        /// <summary>Products of the matrices of two tensors; a known matrix is the weights of a layer.</summary>
        public Value MatrixProducts()
        {
            Value x = Turned(Activation(0, constants: true), options.AdjX);
            bool isLayer = scope.Values[Operand(1).Index] is null && Constant(1).Shape.Length == 2 && x.Shape.Rank > 1;
            if (isLayer)
            {
                TopologyTensor weight = Constant(1);
                Shape shape = options.AdjY ? Shape.Create(weight.Shape.AsSpan()) : [weight.Shape[1], weight.Shape[0]];
                return Scaled(parts.Graph.Apply(Name, new Linear(), x,
                    Weights(FirstPart(weight.Name), weight, shape, options.AdjY ? 0 : 1)));
            }

            Value y = Turned(Activation(1, constants: true), options.AdjY);
            Shape outer = OutputShape[..^2];
            return x.Shape.Rank > 2 || y.Shape.Rank > 2
                ? Scaled(parts.Graph.Apply(Name, new MatMul(), Over(x), Over(y)))
                : throw Fault("multiplies two matrices, which joins samples of a batch; that is not supported");

            Value Over(Value value)
            {
                Shape shape = [.. outer, .. value.Shape.TakeLast(2)];
                if (value.Shape.Rank < shape.Rank)
                    value = parts.Moved($"{value.Name} wider",
                        new Reshape([.. Enumerable.Repeat(1, shape.Rank - value.Shape.Rank), .. value.Shape]), value);
                return value.Shape == shape ? value : parts.Moved($"{value.Name} repeated", new Broadcast(shape), value);
            }
        }

        private Value Turned(Value x, bool turns)
        {
            if (!turns)
                return x;
            if (x.Shape.Rank < 3)
                throw Fault($"turns {x.Shape}, and the batch with it, which is not supported");
            int rank = x.Shape.Rank;
            return parts.Moved($"{x.Name} turned",
                new Transpose([.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2]), x);
        }

        /// <summary>
        /// A layer with a memory (SVDF, Interspeech 2015 p. 1): every filter keeps what it made of the last steps, weighted by
        /// their age; the filters of a unit are added. The memory is 0 before the first step, which is the one that is run.
        /// </summary>
        public Value WithMemory()
        {
            (Value x, TopologyTensor features, TopologyTensor time) = (Activation(0), Constant(1), Constant(2));
            int units = Output.Shape is [_, var given] ? given : throw Fault("makes no rows"), filters = features.Shape[0];
            if (features.Shape.Length != 2 || time.Shape.Length != 2 || time.Shape[0] != filters || filters % units != 0
                || options.Rank * units != filters || x.Shape.Rank != 2 || x.Shape[1] != features.Shape[1])
                throw Fault($"has weights of [{string.Join(", ", features.Shape)}] and [{string.Join(", ", time.Shape)}] and "
                    + $"rank {options.Rank} for {x.Shape} and {units} units");
            int batch = parts.Batch, memory = time.Shape[1];
            Value now = Step("now", new Reshape([batch, filters, 1]), Step("features", new Linear(), x,
                Parameter(features, "", (values, _) => values)));
            Value all = memory == 1 ? now : Step("memory", new Concat(2),
                Step("past", new Fill([batch, filters, memory - 1], 0)), now);
            Value weighted = Step("weighted", new Mul(), all, Parameter(time, "", (values, _) => values));
            Value sums = Step("filters", new Reshape([batch, units, options.Rank]),
                Step("sums", new SumTo([batch, filters, 1]), weighted));
            Value result = Step("units", new Reshape([batch, units]), Step("unit sums", new SumTo([batch, units, 1]), sums));
            return Has(3) ? Activated(Name, new Add(), result, Parameter(Constant(3), "", (values, _) => values))
                : Activated(Name, new Scale(1), result);

            Value Step(string what, Op operation, params Value[] operands) =>
                parts.Graph.Apply($"{Name} {what}", operation, [.. operands]);
        }
    }
}
