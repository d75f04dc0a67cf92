using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>A tensor of a topology.</summary>
internal sealed record TopologyTensor(
    [property: JsonRequired] int Index, [property: JsonRequired] string Name, [property: JsonRequired] ImmutableArray<int> Shape,
    [property: JsonRequired] string Dtype, ImmutableArray<float> Scale,
    [property: JsonPropertyName("zero_point")] ImmutableArray<int> ZeroPoint,
    [property: JsonPropertyName("quantized_dimension")] int QuantizedDimension, bool Constant);

/// <summary>An operator of a topology; −1 among the inputs stands for one that is left out.</summary>
internal sealed record TopologyOperator(
    [property: JsonRequired] string Op, int Version, [property: JsonRequired] ImmutableArray<int> Inputs,
    [property: JsonRequired] ImmutableArray<int> Outputs, OperatorOptions? Options);

/// <summary>Options of all operators that are read, under their names in TFLite; others are passed over.</summary>
internal sealed record OperatorOptions(
    string? FusedActivationFunction, string? Padding, int StrideH = 1, int StrideW = 1, int DilationHFactor = 1,
    int DilationWFactor = 1, int DepthMultiplier = 1, int FilterHeight = 0, int FilterWidth = 0, double Beta = 1,
    int WeightsFormat = 0, bool KeepNumDims = false, int Axis = 0, bool KeepDims = false, int BeginMask = 0, int EndMask = 0,
    int EllipsisMask = 0, int NewAxisMask = 0, int ShrinkAxisMask = 0, bool Offset = false, bool AlignCorners = false,
    bool HalfPixelCenters = false, double Alpha = 0, bool Approximate = false, double CellClip = 0, double ProjClip = 0,
    bool TimeMajor = false, bool DiagonalRecurrentTensors = false, int Rank = 0, int BlockSize = 0, int BatchDims = 0,
    int Mode = 0, bool AdjX = false, bool AdjY = false);

/// <summary>A TFLite network: tensors and the operators that compute them, in order.</summary>
internal sealed record Topology(
    [property: JsonRequired] ImmutableArray<int> Inputs, [property: JsonRequired] ImmutableArray<int> Outputs,
    [property: JsonRequired] ImmutableArray<TopologyTensor> Tensors,
        [property: JsonRequired] ImmutableArray<TopologyOperator> Ops)
{
    private const int MostBytes = 16 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = null,
        PropertyNameCaseInsensitive = true,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a topology; what it says is still to be checked.</summary>
    /// <exception cref="InputException">It is no topology.</exception>
    public static Topology Read(Stream stream, string source)
    {
        if (stream.Length > MostBytes)
            throw new InputException($"{source}: {stream.Length} bytes; a topology of at most {MostBytes} is read.");
        try
        {
            Topology read = JsonSerializer.Deserialize<Topology>(stream, Options) ?? throw new JsonException("It is null.");
            return read.IsWhole ? read : throw new JsonException("A list or one of its elements is null.");
        }
        catch (JsonException fault)
        {
            bool names = fault.Message.Contains("System.", StringComparison.Ordinal); // a type of .NET
            string what = names
                ? $"the value at {fault.Path} (line {fault.LineNumber + 1}) is of another kind, or out of its range."
                : fault.Message;
            throw new InputException($"{source}: no topology of a network: {InputFile.OneLine(what)}", fault);
        }
    }

    // Elements of lists may be null whatever their type says.
    private bool IsWhole => !Inputs.IsDefault && !Outputs.IsDefault && !Tensors.IsDefault && !Ops.IsDefault
        && Tensors.All(t => t is { Name: not null, Dtype: not null, Shape.IsDefault: false })
        && Ops.All(o => o is { Op: not null, Inputs.IsDefault: false, Outputs.IsDefault: false });

    /// <summary>The name of a tensor; a number where there is none.</summary>
    public string NameOf(int tensor) => (uint)tensor < (uint)Tensors.Length ? Tensors[tensor].Name : $"{tensor}";

    /// <summary>With the output that is chosen, and the operators and inputs that it needs.</summary>
    /// <param name="ports">The choice; sizes that it states must be the file's.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InputException">A name is not there, or several inputs or outputs are left.</exception>
    public Topology Chosen(FilePorts ports, string source)
    {
        Topology chosen = this;
        if (ports.Output is { } name)
        {
            int[] named = [.. Outputs.Where(o => NameOf(o) == name)];
            if (named is not [var output])
                throw new InputException(
                    $"{source}: {(named.Length == 0 ? "there is no output" : "several outputs are named")} "
                        + $"'{InputFile.OneLine(name)}'; it has {Listed(Outputs)}.");
            HashSet<int> needed = [output];
            TopologyOperator[] kept = [.. Ops.Reverse().Where(op => op.Outputs.Any(needed.Contains) && Add(op)).Reverse()];
            chosen = this with { Inputs = [.. Inputs.Where(needed.Contains)], Outputs = [output], Ops = [.. kept] };

            bool Add(TopologyOperator op)
            {
                needed.UnionWith(op.Inputs);
                return true;
            }
        }

        foreach ((string input, ImmutableArray<int> sizes) in ports.Inputs)
        {
            int tensor = chosen.Inputs.FirstOrDefault(i => NameOf(i) == input, -1);
            if (tensor < 0)
                throw new InputException(
                    $"{source}: there is no input '{InputFile.OneLine(input)}'; it has {Listed(chosen.Inputs)}.");
            if (!sizes.IsEmpty && !sizes.AsSpan().SequenceEqual(Tensors[tensor].Shape.AsSpan()))
                throw new InputException(
                    $"{source}: --input {InputFile.OneLine(input)}={string.Join('x', sizes)} contradicts the file, which has "
                        + $"{string.Join('x', Tensors[tensor].Shape)}.");
        }

        if (chosen.Outputs.Length > 1)
            throw new InputException(
                $"{source}: {chosen.Outputs.Length} outputs, {Listed(chosen.Outputs)}; one is to be chosen by --output NAME.");
        return chosen.Inputs.Length <= 1 ? chosen
            : throw new InputException(
                $"{source}: {chosen.Inputs.Length} inputs, {Listed(chosen.Inputs)}; one is read of TFLite networks, several of "
                    + $"ONNX models.");

        string Listed(ImmutableArray<int> tensors) =>
            string.Join(", ", tensors.Take(20).Select(t => $"'{InputFile.OneLine(NameOf(t))}'"));
    }

    /// <summary>Checks that every index, shape and scale is in order, and that tensors are made once, before they are
    /// used.</summary>
    /// <exception cref="InputException">The topology contradicts itself.</exception>
    public void Check(string source)
    {
        Fault(Inputs.Length == 1 && Outputs.Length == 1,
            $"{Inputs.Length} inputs and {Outputs.Length} outputs; one of each is read");
        HashSet<int> used = [.. Inputs, .. Outputs, .. Ops.SelectMany(o => o.Inputs.Concat(o.Outputs))];
        for (int i = 0; i < Tensors.Length; i++)
            CheckTensor(Tensors[i], i);
        bool[] known = [.. Tensors.Select(t => t.Constant)];
        Make(Inputs[0], "the input");
        for (int i = 0; i < Ops.Length; i++)
        {
            TopologyOperator op = Ops[i];
            string which = $"operator {i} ({InputFile.OneLine(op.Op)})";
            Fault(!op.Inputs.IsDefaultOrEmpty && !op.Outputs.IsDefaultOrEmpty, $"{which} has no inputs or no outputs");
            int[] state = op.Op switch // tensors that are 0 before the first step
            {
                "UNIDIRECTIONAL_SEQUENCE_LSTM" => [18, 19],
                "SVDF" => [4],
                _ => [],
            };
            foreach (int input in op.Inputs.Where((_, place) => !state.Contains(place)))
                Fault(input == -1 || ((uint)input < (uint)known.Length && known[input]),
                    $"{which} reads tensor {input}, which nothing made before it");
            foreach (int output in op.Outputs)
                Make(output, which);
        }

        Fault((uint)Outputs[0] < (uint)known.Length && known[Outputs[0]] && !Tensors[Outputs[0]].Constant,
            $"the output, tensor {Outputs[0]}, is never made");

        void Make(int tensor, string who)
        {
            Fault((uint)tensor < (uint)known.Length && !known[tensor],
                $"{who} makes tensor {tensor}, which is constant, made already or not there");
            known[tensor] = true;
        }

        void CheckTensor(TopologyTensor tensor, int index)
        {
            Fault(tensor.Index == index, $"tensor {index} has the index {tensor.Index}");
            long count = 1;
            foreach (int extent in tensor.Shape)
            {
                Fault((extent >= 1 || !used.Contains(index)) && count <= int.MaxValue / Math.Max(1, extent),
                    $"tensor {index} has the shape [{string.Join(", ", tensor.Shape)}]");
                count *= extent;
            }

            if (tensor.Scale.IsDefaultOrEmpty)
                return;
            Fault(tensor.Scale.All(s => float.IsFinite(s) && s > 0) && !tensor.ZeroPoint.IsDefault
                && tensor.ZeroPoint.Length == tensor.Scale.Length
                && (tensor.Scale.Length == 1 || tensor.Scale.Length == ChannelsOf(tensor)),
                $"tensor {index} has scales that do not fit it: finite ones above 0 with a zero point each are accepted, one or "
                    + $"one per channel");
        }

        // TFLite gives vectors the axis of the weights they belong to.
        static int ChannelsOf(TopologyTensor tensor) =>
            tensor.Shape.Length == 1 ? tensor.Shape[0] : (uint)tensor.QuantizedDimension < (uint)tensor.Shape.Length
                ? tensor.Shape[tensor.QuantizedDimension] : 0;

        void Fault(bool ok, string what)
        {
            if (!ok)
                throw new InputException($"{source}: {what}.");
        }
    }
}
