using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>The operators one by one.</content>
internal sealed partial class TopologyReader
{
    private static readonly ImmutableDictionary<string, Func<Layer, Value>> Operators = new Dictionary<string, Func<Layer, Value>>
    {
        ["CONV_2D"] = layer => layer.Convolution(depthwise: false),
        ["DEPTHWISE_CONV_2D"] = layer => layer.Convolution(depthwise: true),
        ["FULLY_CONNECTED"] = layer => layer.FullyConnected(),
        ["ADD"] = layer => layer.Pairwise(new Add()),
        ["MUL"] = layer => layer.Pairwise(new Mul()),
        ["AVERAGE_POOL_2D"] = layer => layer.Pool((h, w, s, p) => new AveragePool(h, w, s, p)),
        ["MAX_POOL_2D"] = layer => layer.Pool((h, w, s, p) => new MaxPool(h, w, s, p)),
        ["RESHAPE"] = layer => layer.Keep(x => new Reshape(layer.OutputShape)),
        ["RELU"] = layer => layer.Keep(x => new Relu()),
        ["RELU6"] = layer => layer.Keep(x => new Relu(6)),
        ["SOFTMAX"] = layer => layer.Probabilities(),
    }.ToImmutableDictionary();

    /// <summary>One operator at one batch size.</summary>
    private sealed class Layer(TopologyReader reader, NetworkParts parts, Value?[] values, TopologyOperator op, int index)
    {
        private readonly OperatorOptions options = op.Options ?? new OperatorOptions(null, null);

        public Shape OutputShape => reader.At(Output, parts.Batch);

        private TopologyTensor Output => reader.topology.Tensors[op.Outputs[0]];

        public InputException Fault(string what) =>
            new($"{reader.source}: {op.Op} (operator {index}, '{FirstPart(Output.Name)}') {what}.");

        public Value Convolution(bool depthwise)
        {
            (Value x, TopologyTensor weight) = (Activation(0), Constant(1));
            if (weight.Shape.Length != 4 || x.Shape.Rank != 4 || options.DilationHFactor != 1 || options.DilationWFactor != 1)
                throw Fault("has no filters of 4 axes on images, or a dilation other than 1, which is not supported");
            int groups = depthwise ? x.Shape[3] : 1;
            (int height, int width) = (weight.Shape[1], weight.Shape[2]);
            (int stride, Padding padding) = Steps(x.Shape, height, width);
            Shape shape = depthwise ? [weight.Shape[3], height, width, weight.Shape[0]] : Shape.Create(weight.Shape.AsSpan());
            return Weighted(new Conv2d(stride, padding, groups), x, weight, shape, depthwise ? 3 : 0);
        }

        public Value FullyConnected()
        {
            TopologyTensor weight = Constant(1);
            if (weight.Shape.Length != 2)
                throw Fault("has weights that are no matrix");
            Value x = Activation(0);
            Value rows = x.Shape.Rank == 2 && x.Shape[1] == weight.Shape[1] ? x : parts.Rows(x);
            return Weighted(new Linear(), rows, weight, Shape.Create(weight.Shape.AsSpan()), 0);
        }

        public Value Pairwise(Op operation)
        {
            Value a = Activation(0, constants: true), b = Activation(1, constants: true);
            if (a.Kind == ValueKind.Parameter || a.Shape.Count < b.Shape.Count)
                (a, b) = (b, a);
            return Activated(FirstPart(Output.Name), operation, a, b);
        }

        public Value Pool(Func<int, int, int, Padding, Op> pool)
        {
            Value x = Activation(0);
            SameScale();
            if (x.Shape.Rank != 4)
                throw Fault("does not read images");
            (int stride, Padding padding) = Steps(x.Shape, options.FilterHeight, options.FilterWidth);
            return Activated(FirstPart(Output.Name), pool(options.FilterHeight, options.FilterWidth, stride, padding), x);
        }

        public Value Keep(Func<Value, Op> operation)
        {
            Value x = Activation(0);
            SameScale();
            return parts.Quantized(parts.Graph.Apply(FirstPart(Output.Name), operation(x), x), reader.ScaleOf(Output));
        }

        public Value Probabilities()
        {
            if (options.Beta != 1)
                throw Fault($"has beta {options.Beta}; 1 is supported");
            ValueScale? scale = reader.ScaleOf(Output);
            if (scale is not null && (scale.Steps[0] != 1f / 256 || scale.ZeroPoint != -128))
                throw Fault("has another output than steps of 1/256 from -128");
            return parts.Quantized(parts.Graph.Apply(FirstPart(Output.Name), new Softmax(), Activation(0)), scale);
        }

        // A layer with weights and perhaps a bias; outputs lie along one axis of the file's weights and the first of the graph's.
        private Value Weighted(Op operation, Value x, TopologyTensor weight, Shape shape, int outputAxis)
        {
            string name = FirstPart(weight.Name);
            bool moved = outputAxis != 0;
            NumberArray array = reader.arrays[$"t{weight.Index}"];
            ImmutableArray<float> steps = weight.Scale.IsDefault ? [] : weight.Scale;
            if (steps.Length > 1 && weight.QuantizedDimension != outputAxis)
                throw Fault("has weights quantised along another axis than their outputs");
            if (steps.Length > 0 && weight.ZeroPoint.Any(z => z != 0))
                throw Fault("has weights with a zero point other than 0");
            ValueScale? scale = reader.IsQuantized ? reader.ScaleOf(weight) : null;
            Value w = parts.Parameter(
                $"{name}.weight", shape, () => Moved(Floats(array, steps, outputAxis, weight), shape[0], moved), () => Moved(Integers(array), shape[0], moved), scale,
                new ConstantForm(weight.Index, array, Order: moved ? Moved([.. Enumerable.Range(0, (int)shape.Count)], shape[0], moved) : null, Turns: true));
            ImmutableArray<Value> operands = [x, w];
            if (op.Inputs.Length > 2 && op.Inputs[2] >= 0)
            {
                TopologyTensor bias = Constant(2);
                NumberArray start = reader.arrays[$"t{bias.Index}"];
                if (reader.IsQuantized && start.Type != ElementType.Int32)
                    throw Fault($"has a bias of {start.Type}; Int32 is supported");
                ImmutableArray<float> biasSteps = bias.Scale.IsDefault ? [] : bias.Scale;
                operands = operands.Add(parts.Parameter(
                    $"{name}.bias", [shape[0]], () => Floats(start, biasSteps, 0, bias), () => Integers(start), form: new(bias.Index, start)));
            }

            return Activated(name, operation, [.. operands]);
        }

        // The operation and what is fused into it.
        private Value Activated(string name, Op operation, params ImmutableArray<Value> operands)
        {
            Op? activation = options.FusedActivationFunction switch
            {
                null or "NONE" => null,
                "RELU" => new Relu(),
                "RELU6" => new Relu(6),
                string other => throw Fault($"fuses {InputFile.OneLine(other)}; NONE, RELU and RELU6 are supported"),
            };
            Value result = parts.Graph.Apply(name, operation, operands);
            if (activation is not null)
                result = parts.Graph.Apply($"{name}.relu", activation, result);
            return parts.Quantized(result, reader.ScaleOf(Output));
        }

        private Value Activation(int input, bool constants = false)
        {
            TopologyTensor tensor = input < op.Inputs.Length && op.Inputs[input] >= 0
                ? reader.topology.Tensors[op.Inputs[input]] : throw Fault($"has no input {input}");
            if (values[tensor.Index] is { } value)
                return value;
            if (!constants || tensor.Shape.IsEmpty)
                throw Fault($"has a constant as input {input}, which is not supported");
            NumberArray array = reader.arrays[$"t{tensor.Index}"];
            Shape shape = Shape.Create(tensor.Shape.AsSpan());
            ImmutableArray<float> steps = tensor.Scale.IsDefault ? [] : tensor.Scale;
            return values[tensor.Index] = parts.Parameter(
                FirstPart(tensor.Name), shape, () => Floats(array, steps, tensor.QuantizedDimension, tensor), () => Integers(array), reader.ScaleOf(tensor),
                new ConstantForm(tensor.Index, array));
        }

        private TopologyTensor Constant(int input) =>
            input < op.Inputs.Length && op.Inputs[input] >= 0 && reader.topology.Tensors[op.Inputs[input]] is { Constant: true, Shape.IsEmpty: false } tensor
                ? tensor
                : throw Fault($"needs a constant tensor as input {input}");

        private void SameScale()
        {
            TopologyTensor input = reader.topology.Tensors[op.Inputs[0]];
            if (reader.IsQuantized && (!input.Scale.SequenceEqual(Output.Scale) || !input.ZeroPoint.SequenceEqual(Output.ZeroPoint)))
                throw Fault("changes the scale between input and output, which is not supported");
        }

        // One stride serves both axes: where they differ, that of the axis along which the window moves.
        private (int Stride, Padding Padding) Steps(Shape x, int height, int width)
        {
            (int down, int right) = (options.StrideH, options.StrideW);
            if (Math.Min(Math.Min(down, right), Math.Min(height, width)) < 1 || Math.Max(Math.Max(down, right), Math.Max(height, width)) > NetworkParts.LongestStep)
                throw Fault($"has a window of {height}×{width} and strides of {down} and {right}");
            Padding padding = default;
            if (options.Padding == "SAME")
            {
                Padding rows = Padding.Same(x[1], x[2], height, width, down), columns = Padding.Same(x[1], x[2], height, width, right);
                padding = new(rows.Top, columns.Left, rows.Bottom, columns.Right);
            }
            else if (options.Padding != "VALID")
            {
                throw Fault($"has padding '{InputFile.OneLine(options.Padding ?? "")}'; SAME and VALID are supported");
            }

            int rowSteps = (x[1] + padding.Top + padding.Bottom - height) / down, columnSteps = (x[2] + padding.Left + padding.Right - width) / right;
            if (down == right || columnSteps == 0)
                return (down, padding);
            return rowSteps == 0 ? (right, padding) : throw Fault($"has strides of {down} and {right}; equal ones are supported");
        }

        // Real values of a constant: integers times their steps.
        private float[] Floats(NumberArray array, ImmutableArray<float> steps, int axis, TopologyTensor tensor)
        {
            float[] real = array.ToFloats();
            if (array.Type.IsFloat())
                return real;
            if (steps.Length == 0)
                throw Fault($"reads tensor {tensor.Index}, integers without a scale");
            long inner = 1;
            for (int i = axis + 1; i < array.Shape.Rank; i++)
                inner *= array.Shape[i];
            for (int i = 0; i < real.Length; i++)
            {
                int channel = steps.Length == 1 ? 0 : (int)(i / inner % steps.Length);
                real[i] = (real[i] - tensor.ZeroPoint[channel]) * steps[channel];
            }

            return real;
        }

        private static int[] Integers(NumberArray array) => [.. array.ToIntegers().Select(i => (int)i)];

        // [..., outputs] as [outputs, ...].
        private static T[] Moved<T>(T[] data, int outputs, bool moved)
        {
            if (!moved)
                return data;
            T[] result = new T[data.Length];
            int inner = data.Length / outputs;
            for (int i = 0; i < data.Length; i++)
                result[((i % outputs) * inner) + (i / outputs)] = data[i];
            return result;
        }
    }
}
