using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Layers with weights, and pools.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        public Value Convolution(bool depthwise)
        {
            (Value x, TopologyTensor weight) = (Activation(0), Constant(1));
            if (weight.Shape.Length != 4 || x.Shape.Rank != 4 || (depthwise && weight.Shape[0] != 1))
                throw Fault("has no filters of 4 axes on images");
            int groups = depthwise ? x.Shape[3]
                : Math.Max(1, x.Shape[3] / weight.Shape[3]); // filters of fewer channels are grouped
            Stride dilation = new(options.DilationHFactor, options.DilationWFactor);
            (Stride stride, Padding padding) = Window(x.Shape, weight.Shape[1], weight.Shape[2], dilation);
            padding = Added(padding, scope.Pads[op.Inputs[0]]);
            Shape shape = depthwise ? [weight.Shape[3], weight.Shape[1], weight.Shape[2], 1]
                : Shape.Create(weight.Shape.AsSpan());
            return Weighted(new Conv2d(stride, padding, groups, dilation), x, weight, shape, depthwise ? 3 : 0);
        }

        public Value FullyConnected()
        {
            TopologyTensor weight = Constant(1);
            if (weight.Shape.Length != 2)
                throw Fault("has weights that are no matrix");
            if (options.WeightsFormat != 0)
                throw Fault("has shuffled weights, which is not supported");
            Value x = Activation(0);
            Value rows = (x.Shape.Rank == 2 || options.KeepNumDims) && x.Shape[^1] == weight.Shape[1] ? x : parts.Rows(x);
            return Weighted(new Linear(), rows, weight, Shape.Create(weight.Shape.AsSpan()), 0);
        }

        public Value Pool(Func<int, int, Stride, Padding, Op> pool)
        {
            Value x = Activation(0);
            if (x.Shape.Rank != 4)
                throw Fault("does not read images");
            (Stride stride, Padding padding) = Window(x.Shape, options.FilterHeight, options.FilterWidth, default);
            return Activated(Name, pool(options.FilterHeight, options.FilterWidth, stride, padding), x);
        }

        // A layer with weights and perhaps a bias; outputs lie along one axis of the file's weights and the first of the graph's.
        private Value Weighted(Op operation, Value x, TopologyTensor weight, Shape shape, int outputAxis)
        {
            string name = FirstPart(weight.Name);
            ImmutableArray<Value> operands = [x, Weights(name, weight, shape, outputAxis)];
            if (Has(2))
            {
                TopologyTensor bias = Constant(2);
                NumberArray start = reader.arrays[bias.Index];
                if (start.Shape.Count != shape[0])
                    throw Fault($"has a bias of {start.Shape} for {shape[0]} outputs");
                bool isInteger = start.Type == ElementType.Int32;
                Value b = parts.Parameter(
                    $"{name}.bias", [shape[0]], () => Floats(bias), isInteger ? () => Integers(start) : null,
                    form: new(bias.Index, start));
                if (!isInteger)
                    parts.Remarks[b.Name] = $"numbers of type {bias.Dtype}; INT32 is run";
                operands = operands.Add(b);
            }

            return Activated(name, operation, [.. operands]);
        }

        // Weights of a layer, whose outputs are brought to the first axis.
        private Value Weights(string name, TopologyTensor weight, Shape shape, int outputAxis)
        {
            bool moved = outputAxis != 0;
            NumberArray array = reader.arrays[weight.Index];
            string? obstacle = ObstacleOf(weight, outputAxis);
            Func<int[]>? order = moved ? () => Moved([.. Enumerable.Range(0, (int)shape.Count)], shape[0], moved) : null;
            Value w = parts.Parameter(
                $"{name}.weight", shape, () => Moved(Floats(weight), shape[0], moved),
                obstacle is null ? () => Moved(Integers(array), shape[0], moved) : null,
                obstacle is null ? new ValueScale(weight.Scale) : null,
                    new ConstantForm(weight.Index, array, Order: order, Turns: true));
            if (obstacle is not null)
                parts.Remarks[w.Name] = obstacle;
            return w;
        }

        // What keeps weights from an 8-bit machine; null where nothing does.
        private static string? ObstacleOf(TopologyTensor weight, int outputAxis) =>
            weight.Dtype is not ("INT8" or "INT4") || Steps(weight).Length == 0
                ? $"numbers of type {InputFile.OneLine(weight.Dtype)}; INT8 and INT4 with a scale are run"
            : weight.Scale.Length > 1 && weight.QuantizedDimension != outputAxis ? "steps along another axis than its outputs"
            : weight.ZeroPoint.Any(z => z != 0) ? "a zero point other than 0"
            : null;

        // The operation and what is fused into it.
        private Value Activated(string name, Op operation, params ImmutableArray<Value> operands)
        {
            Op? activation = options.FusedActivationFunction switch
            {
                null or "NONE" => null,
                "RELU" => new Relu(),
                "RELU6" => new Relu(6),
                "RELU_N1_TO_1" => new Clip(-1, 1),
                "TANH" => new Tanh(),
                string other =>
                throw Fault($"fuses {InputFile.OneLine(other)}; NONE, RELU, RELU6, RELU_N1_TO_1 and TANH are supported"),
            };
            Value result = parts.Graph.Apply(name, operation, operands);
            if (activation is not null)
                result = parts.Graph.Apply($"{name}.{(activation is Relu ? "relu" : activation.Name)}", activation, result);
            return Scaled(result);
        }

        // Steps and padding of a window over images.
        private (Stride Stride, Padding Padding) Window(Shape x, int height, int width, Stride dilation)
        {
            (int down, int right) = (options.StrideH, options.StrideW);
            int[] steps = [down, right, height, width, dilation.Rows, dilation.Columns];
            if (steps.Min() < 1 || steps.Max() > NetworkParts.LongestStep)
                throw Fault($"has a window of {height}×{width}, strides of {down} and {right} and dilations of {dilation}");
            Stride stride = new(down, right);
            return options.Padding switch
            {
                "SAME" => (stride, Padding.Same(x[1], x[2], height, width, stride, dilation)),
                "VALID" => (stride, default),
                _ => throw Fault($"has padding '{InputFile.OneLine(options.Padding ?? "")}'; SAME and VALID are supported"),
            };
        }

        private static Padding Added(Padding a, Padding b) =>
            new(a.Top + b.Top, a.Left + b.Left, a.Bottom + b.Bottom, a.Right + b.Right);

        // [..., outputs] as [outputs, ...].
        private static TNumber[] Moved<TNumber>(TNumber[] data, int outputs, bool moved)
        {
            if (!moved)
                return data;
            TNumber[] result = new TNumber[data.Length];
            int inner = data.Length / outputs;
            for (int i = 0; i < data.Length; i++)
                result[((i % outputs) * inner) + (i / outputs)] = data[i];
            return result;
        }
    }
}
