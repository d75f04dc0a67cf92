using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>What reads each operator.</content>
internal sealed partial class TopologyReader
{
    // Null: the operator bound its results itself, or gives a constant.
    private static readonly Dictionary<string, Func<Layer, Value?>> Operators = new(StringComparer.Ordinal)
    {
        ["ABS"] = layer => layer.Apply(new Abs()),
        ["ADD"] = layer => layer.Pairwise(new Add()),
        ["ADD_N"] = layer => layer.SumOfAll(),
        ["ARG_MAX"] = layer => layer.IndexOfMost(largest: true),
        ["ARG_MIN"] = layer => layer.IndexOfMost(largest: false),
        ["AVERAGE_POOL_2D"] = layer => layer.Pool((h, w, s, p) => new AveragePool(h, w, s, p)),
        ["BATCH_MATMUL"] = layer => layer.MatrixProducts(),
        ["BROADCAST_TO"] = layer => layer.Broadcast(),
        ["CEIL"] = layer => layer.Apply(new Ceil()),
        ["CONCATENATION"] = layer => layer.Joined(),
        ["CONV_2D"] = layer => layer.Convolution(depthwise: false),
        ["COS"] = layer => layer.Apply(new Cos()),
        ["DEPTH_TO_SPACE"] = layer => layer.DepthToSpace(),
        ["DEPTHWISE_CONV_2D"] = layer => layer.Convolution(depthwise: true),
        ["DEQUANTIZE"] = layer => layer.Dequantized(),
        ["DIV"] = layer => layer.Quotient(),
        ["ELU"] = layer => layer.Apply(new Elu()),
        ["EXP"] = layer => layer.Apply(new Exp()),
        ["EXPAND_DIMS"] = layer => layer.Apply(new Reshape(layer.OutputShape)),
        ["FLOOR"] = layer => layer.Apply(new Floor()),
        ["FULLY_CONNECTED"] = layer => layer.FullyConnected(),
        ["GATHER"] = layer => layer.Gathered(),
        ["GELU"] = layer => layer.Gelu(),
        ["HARD_SWISH"] = layer => layer.Apply(new HardSwish()),
        ["L2_NORMALIZATION"] = layer => layer.OfLengthOne(),
        ["LEAKY_RELU"] = layer => layer.LeakyRelu(),
        ["LOG"] = layer => layer.Apply(new Log()),
        ["LOGISTIC"] = layer => layer.Apply(new Sigmoid()),
        ["LOG_SOFTMAX"] = layer => layer.Apply(new LogSoftmax()),
        ["MAXIMUM"] = layer => layer.Extreme(largest: true),
        ["MAX_POOL_2D"] = layer => layer.Pool((h, w, s, p) => new MaxPool(h, w, s, p)),
        ["MEAN"] = layer => layer.Mean(),
        ["MINIMUM"] = layer => layer.Extreme(largest: false),
        ["MIRROR_PAD"] = layer => layer.Mirrored(),
        ["MUL"] = layer => layer.Pairwise(new Mul()),
        ["NEG"] = layer => layer.Apply(new Scale(-1)),
        ["PACK"] = layer => layer.Packed(),
        ["PAD"] = layer => layer.Padded(),
        ["PADV2"] = layer => layer.PaddedWith(),
        ["POW"] = layer => layer.Raised(),
        ["PRELU"] = layer => layer.ParametricRectified(),
        ["QUANTIZE"] = layer => layer.Quantized(),
        ["REDUCE_MAX"] = layer => layer.Most(largest: true),
        ["REDUCE_MIN"] = layer => layer.Most(largest: false),
        ["RELU"] = layer => layer.Apply(new Relu()),
        ["RELU6"] = layer => layer.Apply(new Relu(6)),
        ["RELU_N1_TO_1"] = layer => layer.Apply(new Clip(-1, 1)),
        ["RESHAPE"] = layer => layer.Apply(new Reshape(layer.OutputShape)),
        ["RESIZE_BILINEAR"] = layer => layer.Interpolated(),
        ["RESIZE_NEAREST_NEIGHBOR"] = layer => layer.Enlarged(),
        ["REVERSE_V2"] = layer => layer.Reversed(),
        ["ROUND"] = layer => layer.Apply(new Round()),
        ["RSQRT"] = layer => layer.Apply(new Power(-0.5)),
        ["SIN"] = layer => layer.Apply(new Sin()),
        ["SLICE"] = layer => layer.Sliced(),
        ["SOFTMAX"] = layer => layer.Probabilities(),
        ["SPACE_TO_DEPTH"] = layer => layer.SpaceToDepth(),
        ["SPLIT"] = layer => layer.Split(axis: 0, lengths: null),
        ["SPLIT_V"] = layer => layer.Split(axis: 2, lengths: 1),
        ["SQRT"] = layer => layer.Apply(new Sqrt()),
        ["SQUARE"] = layer => layer.Apply(new Square()),
        ["SQUARED_DIFFERENCE"] = layer => layer.SquaredDifference(),
        ["SQUEEZE"] = layer => layer.Apply(new Reshape(layer.OutputShape)),
        ["STRIDED_SLICE"] = layer => layer.StridedSlice(),
        ["SUB"] = layer => layer.Difference(),
        ["SUM"] = layer => layer.Sum(),
        ["SVDF"] = layer => layer.WithMemory(),
        ["TANH"] = layer => layer.Apply(new Tanh()),
        ["TILE"] = layer => layer.Tiled(),
        ["TRANSPOSE"] = layer => layer.Transposed(),
        ["TRANSPOSE_CONV"] = layer => layer.TransposedConvolution(),
        ["UNIDIRECTIONAL_SEQUENCE_LSTM"] = layer => layer.Recurrent(),
        ["UNPACK"] = layer => layer.Unpacked(),
    };

    /// <summary>One operator at one batch size.</summary>
    private sealed partial class Layer(TopologyReader reader, NetworkParts parts, Scope scope, TopologyOperator op, int index)
    {
        private readonly OperatorOptions options = op.Options ?? new OperatorOptions(null, null);

        public Shape OutputShape => reader.At(Output, parts.Batch);

        private TopologyTensor Output => reader.topology.Tensors[op.Outputs[0]];

        private string Name => FirstPart(Output.Name);

        public InputException Fault(string what) => new($"{reader.source}: {op.Op} (operator {index}, '{Name}') {what}.");

        /// <summary>Says what an output stands for, which must have the shape that the file states.</summary>
        public void Bind(int output, Value value)
        {
            TopologyTensor tensor = reader.topology.Tensors[op.Outputs[output]];
            if (value.Shape != reader.At(tensor, parts.Batch))
                throw Fault($"gives {value.Shape}, the file says {reader.At(tensor, parts.Batch)}");
            scope.Values[tensor.Index] = value;
        }

        /// <summary>One operation on the first operand.</summary>
        public Value Apply(Op operation)
        {
            Value x = Activation(0);
            return Scaled(parts.Graph.Apply(Name, operation, x));
        }

        public Value LeakyRelu() => Apply(new LeakyRelu(options.Alpha));

        public Value Gelu() => options.Approximate ? Apply(new TanhGelu()) : Apply(new Gelu());

        public Value Probabilities() =>
            options.Beta == 1 ? Apply(new Softmax()) : throw Fault($"has beta {options.Beta}; 1 is supported");

        private bool Has(int input) => input < op.Inputs.Length && op.Inputs[input] >= 0;

        private Value Scaled(Value value, int output = 0) =>
            parts.Quantized(value, reader.ScaleOf(reader.topology.Tensors[op.Outputs[output]]));

        private TopologyTensor Operand(int input) =>
            Has(input) ? reader.topology.Tensors[op.Inputs[input]] : throw Fault($"has no input {input}");

        private Value Activation(int input, bool constants = false)
        {
            TopologyTensor tensor = Operand(input);
            if (scope.Values[tensor.Index] is { } value)
                return value;
            if (!constants || tensor.Shape.IsEmpty)
                throw Fault($"has a constant as input {input}, which is not supported");
            return Parameter(Constant(input), "", (values, _) => values);
        }

        // Numbers of a constant in their order, perhaps changed by a function that the kind names.
        private Value Parameter(TopologyTensor tensor, string kind, Func<float[], Shape, float[]> change)
        {
            NumberArray array = reader.arrays[tensor.Index];
            Shape shape = Shape.Create(tensor.Shape.AsSpan());
            bool isNarrow = kind.Length == 0 && Steps(tensor).Length == 1 && tensor.Dtype is "INT8" or "UINT8";
            return parts.Parameter(
                FirstPart(tensor.Name) + kind, shape, () => change(Floats(tensor), shape),
                isNarrow ? () => Integers(array) : null,
                isNarrow ? reader.ScaleOf(tensor) : null, new ConstantForm(tensor.Index, array, kind));
        }

        // The constant tensor that an operand is, or was dequantised from.
        private TopologyTensor Constant(int input)
        {
            TopologyTensor tensor = Operand(input);
            if (scope.Constants[tensor.Index] is { } origin)
                tensor = reader.topology.Tensors[origin];
            return tensor is { Constant: true, Shape.IsEmpty: false } ? tensor
                : throw Fault($"needs a constant tensor as input {input}");
        }

        // A list of whole numbers, or one.
        private int[] Whole(int input)
        {
            TopologyTensor tensor = Operand(input);
            if (!tensor.Constant || tensor.Shape.Length > 2 || tensor.Dtype is not ("INT32" or "INT64"))
                throw Fault($"needs constant whole numbers as input {input}");
            long[] values = reader.arrays[tensor.Index].ToIntegers();
            return values.All(v => Math.Abs((double)v) <= NetworkParts.LongestStep || v is int.MaxValue or int.MinValue)
                ? [.. values.Select(v => (int)v)]
                : throw Fault($"has an input {input} of numbers beyond {NetworkParts.LongestStep}");
        }

        private int Axis(int axis, int rank) =>
            axis >= -rank && axis < rank ? axis < 0 ? axis + rank : axis
                : throw Fault($"has the axis {axis}; the tensor has {rank}");

        private static ImmutableArray<float> Steps(TopologyTensor tensor) => tensor.Scale.IsDefault ? [] : tensor.Scale;

        // Real values of a constant: integers times their steps.
        private float[] Floats(TopologyTensor tensor)
        {
            NumberArray array = reader.arrays[tensor.Index];
            float[] real = array.ToFloats();
            if (array.Type.IsFloat())
                return real;
            ImmutableArray<float> steps = Steps(tensor);
            if (steps.Length == 0)
                throw Fault($"reads tensor {tensor.Index}, integers without a scale");
            long inner = 1;
            for (int i = (tensor.Shape.Length == 1 ? 0 : tensor.QuantizedDimension) + 1; i < array.Shape.Rank; i++)
                inner *= array.Shape[i];
            for (int i = 0; i < real.Length; i++)
            {
                int channel = steps.Length == 1 ? 0 : (int)(i / inner % steps.Length);
                real[i] = (real[i] - tensor.ZeroPoint[channel]) * steps[channel];
            }

            return real;
        }

        // As signed integers: unsigned ones less 128.
        private static int[] Integers(NumberArray array) =>
            [.. array.ToIntegers().Select(i => (int)i - (array.Type == ElementType.UInt8 ? 128 : 0))];
    }
}
