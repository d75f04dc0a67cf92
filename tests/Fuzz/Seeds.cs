using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using NpuSim.Accelerators.Profiles;
using NpuSim.Cli;
using NpuSim.EndToEnd.Running;
using NpuSim.Workloads.Networks.Onnx.Proto;
using NpuSim.Workloads.Tasks;
using NpuSim.Workloads.Tests.Formats;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Fuzz;

/// <summary>
/// What is mutated: shipped files, files that npusim itself writes, small networks and data made here, and what the shared
/// folders hold.
/// </summary>
internal sealed class Seeds
{
    private const int MostBytes = 400_000;

    private Seeds(string folder)
    {
        Results = File.ReadAllBytes(Path.Combine(folder, "study", "results.json"));
        Checkpoint = File.ReadAllBytes(Path.Combine(folder, "run.safetensors"));
        Vectors = [.. Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        string cases = Environment.GetEnvironmentVariable("NPUSIM_CASES") ?? "../shared/cases";
        string data = Environment.GetEnvironmentVariable("NPUSIM_DATA") ?? "../shared/data";
        Onnx = [OwnNetwork(), .. NetworkSeeds.Onnx(), .. Shared(cases, "*.onnx").Select(File.ReadAllBytes)];
        Topologies = [OwnTopology(), .. Shared(Path.Combine(data, "models"), "*.json")
            .Where(f => File.Exists(Path.ChangeExtension(f, ".npz")))
            .Select(f => (File.ReadAllBytes(f), File.ReadAllBytes(Path.ChangeExtension(f, ".npz"))))];
        Flat = [TfliteWriter.Write(JsonNode.Parse(Topologies[0].Json)!, _ => new byte[7840]),
            .. NetworkSeeds.Flat(), .. Shared(Path.Combine(data, "models"), "*.tflite").Select(File.ReadAllBytes)];
        Profiles = [.. ShippedProfiles.Names.Select(ShippedProfiles.Text), .. Shared(cases, "*.yaml").Select(File.ReadAllText)
            .Where(t => t.Contains("engine:"))];
        Workloads = [.. ShippedWorkloads.Names.Select(ShippedWorkloads.Text), .. Shared(cases, "*.yaml").Select(File.ReadAllText)
            .Where(t => t.Contains("adapt:"))];
        Sweep = [.. Directory.GetFiles(Path.Combine(folder, "sweep"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => (Path.GetRelativePath(folder, f), File.ReadAllBytes(f)))];
        Weights = File.ReadAllBytes(Path.Combine(folder, "weights.safetensors"));
    }

    public byte[] Results { get; }

    public byte[] Checkpoint { get; }

    public string[] Vectors { get; }

    public byte[][] Onnx { get; }

    public (byte[] Json, byte[] Npz)[] Topologies { get; }

    /// <summary>Networks as TFLite's flatbuffers.</summary>
    public byte[][] Flat { get; }

    public string[] Profiles { get; }

    public string[] Workloads { get; }

    public byte[] Weights { get; }

    /// <summary>The folder of a sweep, each file with its path.</summary>
    public (string Name, byte[] Content)[] Sweep { get; }

    /// <summary>A sweep that takes a moment, with every key that a study has.</summary>
    public static string SweepYaml => """
        profiles: [systolic-int8-16x16, cortex-m4]
        networks: [cnn-small]
        batches: [1, 8]
        methods: ["qzo-ff:8w8a", "bp:fp16"]
        schemes: [ft, inference]
        vary: ["numerics.accumulator.bits=24..32+8", "memory.scratchpad.size=64KiB..128KiB*2"]
        where: ["bits <= 8 * batch + 24"]
        skip: [impossible, "batch > 8"]
        least: [memory.scratchpad.size]
        such-that: ["cycles <= 1.1 * best"]
        goals: [cycles, energy]
        random: 6
        seed: 3
        """;

    /// <summary>A workload that takes a moment.</summary>
    public static string SmallWorkloadYaml => SmallWorkload.Yaml;

    /// <summary>Lets npusim write the files that it reads.</summary>
    public static async Task MakeAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        Environment.CurrentDirectory = folder;
        await File.WriteAllTextAsync("small.yaml", SmallWorkload.Yaml);
        await RunAsync("compare -w small.yaml -p cortex-m4 -m bp:fp32 qzo-ff:8w8a -s lp --steps 2 --seeds 2 --out study");
        string results = await File.ReadAllTextAsync("study/results.json");
        await File.WriteAllTextAsync("study/results.json", Regex.Replace(results, "\"seconds\": [0-9.]+", "\"seconds\": 1"));
        await RunAsync("pretrain small.yaml --out weights.safetensors");
        await RunAsync("run -w small.yaml -p cortex-m4 -m qzo-ff:8w8a -s lp --steps 2 --checkpoint run.safetensors");
        await File.WriteAllTextAsync("sweep.yaml", SweepYaml);
        await RunAsync("study sweep sweep.yaml --out sweep --threads 1");
        foreach (string op in new[] { "conv2d", "add", "softmax", "fully_connected" })
            await CommandLine.RunAsync(["vectors", "make", "-p", "cortex-m4", "--op", op, "--count", "3", "--out",
                $"{op}.jsonl"]);
    }

    /// <summary>Reads what <see cref="MakeAsync"/> made, and all else.</summary>
    public static Seeds Read(string folder) => new(folder);

    private static async Task RunAsync(string line)
    {
        int code = await CommandLine.RunAsync(line.Split(' '));
        if (code != 0)
            throw new InvalidOperationException($"npusim {line}: exit code {code}");
    }

    private static IEnumerable<string> Shared(string folder, string pattern) => !Directory.Exists(folder) ? [] :
        Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(f => new FileInfo(f).Length < MostBytes);

    /// <summary>A classifier of 28×28 images: convolution, ReLU, pool, flatten, product.</summary>
    private static byte[] OwnNetwork()
    {
        GraphProto graph = new() { Name = "own" };
        graph.Input.Add(Described("x", 1, 1, 28, 28));
        graph.Output.Add(Described("y", 1, 10));
        graph.Initializer.Add(Constant("w", [4, 1, 3, 3]));
        graph.Initializer.Add(Constant("b", [4]));
        graph.Initializer.Add(Constant("f", [10, 676]));
        graph.Node.Add(Node("Conv", "c", ["x", "w", "b"], "kernel_shape", 3, 3));
        graph.Node.Add(Node("Relu", "r", ["c"]));
        graph.Node.Add(Node("MaxPool", "p", ["r"], "kernel_shape", 2, 2, "strides", 2, 2));
        graph.Node.Add(Node("Flatten", "v", ["p"]));
        graph.Node.Add(Node("Gemm", "y", ["v", "f"], "transB", 1));
        return new ModelProto
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } }
        }.ToByteArray();

        static TensorProto Constant(string name, long[] dims) => new()
        {
            Name = name,
            DataType = 1,
            Dims = { dims },
            RawData = ByteString.CopyFrom([.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b))
                .SelectMany(i => BitConverter.GetBytes((i % 7) - 3f))]),
        };

        static ValueInfoProto Described(string name, params long[] dims) => new()
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = 1,
                    Shape = new TensorShapeProto
                    {
                        Dim =
                        { dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) }
                    },
                },
            },
        };

        static NodeProto Node(string op, string output, string[] inputs, params object[] attributes)
        {
            NodeProto node = new() { OpType = op, Name = output, Input = { inputs }, Output = { output } };
            for (int i = 0; i < attributes.Length;)
            {
                AttributeProto attribute = new() { Name = (string)attributes[i++] };
                long[] numbers = [.. attributes.Skip(i).TakeWhile(a => a is int).Select(a => (long)(int)a)];
                i += numbers.Length;
                if (numbers.Length == 1)
                    attribute.I = numbers[0];
                else
                    attribute.Ints.Add(numbers);
                node.Attribute.Add(attribute);
            }

            return node;
        }
    }

    /// <summary>The same in TFLite's operators, quantised.</summary>
    private static (byte[] Json, byte[] Npz) OwnTopology()
    {
        const string Topology = """
            {"inputs": [0], "outputs": [6], "tensors": [
            {"index": 0, "name": "in", "shape": [1, 28, 28, 1], "dtype": "INT8", "scale": [0.004], "zero_point": [-128], "quantized_dimension": 0, "constant": false},
            {"index": 1, "name": "w", "shape": [4, 3, 3, 1], "dtype": "INT8", "scale": [0.01, 0.02, 0.03, 0.04], "zero_point": [0, 0, 0, 0], "quantized_dimension": 0, "constant": true},
            {"index": 2, "name": "b", "shape": [4], "dtype": "INT32", "scale": [0.00004, 0.00008, 0.00012, 0.00016], "zero_point": [0, 0, 0, 0], "quantized_dimension": 0, "constant": true},
            {"index": 3, "name": "c", "shape": [1, 14, 14, 4], "dtype": "INT8", "scale": [0.05], "zero_point": [-128], "quantized_dimension": 0, "constant": false},
            {"index": 4, "name": "f", "shape": [10, 784], "dtype": "INT8", "scale": [0.01], "zero_point": [0], "quantized_dimension": 0, "constant": true},
            {"index": 5, "name": "l", "shape": [1, 10], "dtype": "INT8", "scale": [0.2], "zero_point": [3], "quantized_dimension": 0, "constant": false},
            {"index": 6, "name": "p", "shape": [1, 10], "dtype": "INT8", "scale": [0.00390625], "zero_point": [-128], "quantized_dimension": 0, "constant": false}],
            "ops": [
            {"op": "CONV_2D", "version": 1, "inputs": [0, 1, 2], "outputs": [3], "options": {"fusedActivationFunction": "RELU6", "padding": "SAME", "strideH": 2, "strideW": 2}},
            {"op": "FULLY_CONNECTED", "version": 1, "inputs": [3, 4, -1], "outputs": [5], "options": {"fusedActivationFunction": "NONE"}},
            {"op": "SOFTMAX", "version": 1, "inputs": [5], "outputs": [6], "options": {"beta": 1.0}}]}
            """;
        byte[] npz = NpzWriter.Npz(
            ("t1.npy", NpzWriter.Npy("|i1", "4, 3, 3, 1", Numbers(36))), ("t2.npy", NpzWriter.Npy("<i4", "4,", Numbers(16))),
            ("t4.npy", NpzWriter.Npy("|i1", "10, 784", Numbers(7840))));
        return (Encoding.UTF8.GetBytes(Topology), npz);

        static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 37) % 251))];
    }

    /// <summary>An IDX file of images or labels.</summary>
    public static byte[] Idx(int count, params int[] inner)
    {
        int size = inner.Aggregate(1, (a, b) => a * b);
        List<byte> bytes = [0, 0, 8, (byte)(1 + inner.Length)];
        foreach (int extent in new[] { count }.Concat(inner))
            bytes.AddRange([(byte)(extent >> 24), (byte)(extent >> 16), (byte)(extent >> 8), (byte)extent]);
        bytes.AddRange(Enumerable.Range(0, count * size).Select(i => (byte)(inner.Length == 0 ? i % 10 : i % 256)));
        return [.. bytes];
    }

    /// <summary>A PNG file of 24×20 colour pixels or, every third one, a JPEG file of 2×2 grey ones.</summary>
    public static byte[] Picture(int number) => number % 3 == 0 ? PngWriter.Jpeg()
        : PngWriter.Write(24, 20, 3, [.. Enumerable.Range(0, 24 * 20 * 3).Select(i => (byte)((i * number) % 251))]);

    /// <summary>A WAV file of 16-bit samples.</summary>
    public static byte[] Wav(int samples)
    {
        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8000);
        writer.Write(16000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples);
        for (int i = 0; i < samples; i++)
            writer.Write((short)(i * 97));
        return file.ToArray();
    }
}
