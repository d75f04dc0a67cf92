using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;
using NpuSim.Random;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.EndToEnd;

/// <summary>Networks of one's own: planned, measured and trained from their file.</summary>
public sealed class NetworkFileTests : CommandTests
{
    // A convolution of four filters with stride 2 and a ReLU6, mean over 7×7 pixels, ten classes.
    private const string Topology = """
        {"inputs": [0], "outputs": [7], "tensors": [
          {"index": 0, "name": "pixels", "shape": [1, 28, 28, 1], "dtype": "FLOAT32"},
          {"index": 1, "name": "stem/Conv2D", "shape": [4, 3, 3, 1], "dtype": "FLOAT32", "constant": true},
          {"index": 2, "name": "stem/out", "shape": [1, 14, 14, 4], "dtype": "FLOAT32"},
          {"index": 3, "name": "mean", "shape": [1, 2, 2, 4], "dtype": "FLOAT32"},
          {"index": 4, "name": "flat", "shape": [1, 16], "dtype": "FLOAT32"},
          {"index": 5, "name": "dense", "shape": [10, 16], "dtype": "FLOAT32", "constant": true},
          {"index": 6, "name": "scores", "shape": [1, 10], "dtype": "FLOAT32"},
          {"index": 7, "name": "probabilities", "shape": [1, 10], "dtype": "FLOAT32"}],
         "ops": [
          {"op": "CONV_2D", "inputs": [0, 1], "outputs": [2],
           "options": {"padding": "SAME", "strideH": 2, "strideW": 2, "fusedActivationFunction": "RELU6"}},
          {"op": "AVERAGE_POOL_2D", "inputs": [2], "outputs": [3],
           "options": {"padding": "VALID", "strideH": 7, "strideW": 7, "filterHeight": 7, "filterWidth": 7}},
          {"op": "RESHAPE", "inputs": [3], "outputs": [4]},
          {"op": "FULLY_CONNECTED", "inputs": [4, 5, -1], "outputs": [6]},
          {"op": "SOFTMAX", "inputs": [6], "outputs": [7], "options": {"beta": 1}}]}
        """;

    [SetUp]
    public void WriteNetwork()
    {
        Write("net.json", Topology);
        File.WriteAllBytes(In("net.npz"),
            NpzWriter.Npz(("t1.npy", Numbers("4, 3, 3, 1", 36)), ("t5.npy", Numbers("10, 16", 160))));
    }

    [Test]
    public void A_network_file_is_planned_like_a_model_of_the_catalog()
    {
        byte[] output = Npusim.Run(["plan", "--graph", "net.json", "-p", "cortex-m7", "-m", "qzo-ff:8w8a", "-s", "lp", "--json"])
            .Succeeded().OutputBytes;
        JsonNode plan = JsonNode.Parse(output)!;
        Assert.Multiple(() =>
        {
            Assert.That(plan["model"]!.GetValue<string>(), Is.EqualTo("net"));
            Assert.That(plan["parameters"]!.GetValue<int>(), Is.EqualTo(196));
            Assert.That(plan["forwardMacs"]!.GetValue<int>(), Is.EqualTo((14 * 14 * 4 * 9) + 160));
            Assert.That(plan["plans"]!.AsArray().Select(p => p!["cost"]!["totalCycles"]!.GetValue<double>()),
                Has.All.GreaterThan(0));
        });
    }

    [Test]
    public void A_task_to_start_from_is_written_for_it_wherever_it_lies()
    {
        Npusim.Run("init", "--network", "net.json", "--out", "made").Succeeded();
        Assert.That(File.ReadAllText(In("made", "my-npu-task.yaml")),
            Does.Contain("\nmodel: \"../net.json\"\n").And.Contain("\nhead: null\n").And
                .Contain("\nprepare: null\n"));
        Npusim.Run(["compare", "-p", "made/my-npu.yaml", "-w", "made/my-npu-task.yaml", "-m", "qzo-ff:8w8a", "-s", "lp", "--steps",
            "2", "--seeds", "1", "--out", "out"]).Succeeded();
        Write("three.yaml", "kind: image-folder\nheight: 40\nwidth: 40\nchannels: 1\nlist: three.csv\n");
        Write("three.csv", "file,label\na.png,a\nb.png,b\nc.png,c\nd.png,a\ne.png,b\nf.png,c\n");
        Npusim.Run("init", "--network", "net.json", "--images", "three.yaml", "--overwrite").Succeeded();
        Assert.That(File.ReadAllText(In("my-npu-task.yaml")), Does.Contain("classes: 3\n").And.Contain("resize: \"28x28\"\n"));
    }

    [Test]
    public void Its_accuracy_is_measured_in_floating_point_and_in_the_formats_of_a_profile()
    {
        Outcome run = Npusim.Run(["eval", "--graph", "net.json", "--images", "glyphs", "--samples", "50", "-p",
            "systolic-int8-16x16", "--json"]).Succeeded();
        JsonNode result = JsonNode.Parse(run.OutputBytes)!;
        Assert.That(result["testSamples"]!.GetValue<int>(), Is.EqualTo(50));
        Assert.That(result["accuracies"]!.AsArray().Select(a => $"{a!["arithmetic"]} {a["format"]} {a["scales"]}"),
            Is.EqualTo(new[]
        {
            "floating point fp32 ", "systolic-int8-16x16 8w8a calibrated", "systolic-int8-16x16 16w8a calibrated",
        }));
    }

    [Test]
    public void A_workload_names_it_as_its_model_and_trains_the_weights_it_brings()
    {
        Directory.CreateDirectory(In("tasks"));
        Write("tasks/own.yaml", SmallWorkload.Yaml.Replace("cnn-small", "../net.json\npixels: -1..1"));
        Npusim.Run(["compare", "-w", "tasks/own.yaml", "-p", "systolic-int8-16x16", "-m", "bp:fp32", "qzo-ff:16w8a", "-s", "ft",
            "lp", "--out", "out"]).Succeeded();
        JsonNode results = Results.Parse(File.ReadAllBytes(In("out", "results.json")));
        Assert.That(results["workload"]!["model"]!.GetValue<string>(), Is.EqualTo("net"));
        Assert.That(results["runs"]!.AsArray(), Has.Count.EqualTo(4));
        Assert.That(results["runs"]!.AsArray().Select(r => r!["accuracy"]), Has.None.Null);
    }

    [Test]
    public void A_new_head_on_it_is_trained_on_images_that_are_prepared_for_it()
    {
        Write("own.yaml", SmallWorkload.Yaml.Replace(
            "cnn-small",
            "net.json\nhead: { classes: 10, features: stem/Conv2D.relu }\nprepare: { resize: 28x28, mean: [0.5], std: [0.25] }"));
        Npusim.Run(["compare", "-w", "own.yaml", "-p", "systolic-int8-16x16", "-m", "bp:fp32", "qzo-ff:16w8a", "-s", "lp",
            "--out", "out"]).Succeeded();
        JsonNode results = Results.Parse(File.ReadAllBytes(In("out", "results.json")));
        Assert.That(results["workload"]!["parameters"]!.GetValue<int>(), Is.EqualTo(36 + 40 + 10));
        Assert.That(results["runs"]!.AsArray().Select(r => r!["accuracy"]), Has.None.Null);
        Write("own.yaml", SmallWorkload.Yaml.Replace("cnn-small", "net.json\nhead: { classes: 10, features: stem/Conv2D.rely }"));
        Outcome run = Npusim.Run(["plan", "-w", "own.yaml", "-p", "cortex-m4"]);
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((2,
            "npusim: net: head.features: there is no value 'stem/Conv2D.rely' (did you mean 'stem/Conv2D.relu'?); plan --layers "
                + "shows the names.\n")));
    }

    [Test]
    public void The_accuracy_of_a_workload_is_that_of_its_head_on_its_prepared_images()
    {
        // Three images of three classes, which these heads mostly take for one.
        double[] measured = [.. Enumerable.Range(1, 6).Select(Measured)];
        Assert.That(measured.Distinct().Count(), Is.GreaterThan(1));
        Write("own.yaml", Own(3));
        Npusim.Run(["compare", "-w", "own.yaml", "-p", "systolic-int8-16x16", "-m", "bp:fp32", "-s", "lp", "--out", "out"])
            .Succeeded();
        JsonNode results = Results.Parse(File.ReadAllBytes(In("out", "results.json")));
        Assert.That(results["runs"]![0]!["accuracy"]!["zeroShotFraction"]![0]!.GetValue<double>(), Is.EqualTo(measured[2]));
        Write("own.yaml", Own(1).Replace("28x28", "14x14"));
        Assert.That(Npusim.Run(["eval", "-w", "own.yaml"]).Error,
            Does.Contain("takes samples of 28×28×1 in 10 classes; glyphs has 14×14×1 in 10"));

        double Measured(int seed)
        {
            Write("own.yaml", Own(seed));
            Outcome run = Npusim.Run(["eval", "-w", "own.yaml", "-p", "systolic-int8-16x16", "--json"]).Succeeded();
            JsonNode result = JsonNode.Parse(run.OutputBytes)!;
            Assert.That(result["testSamples"]!.GetValue<int>(), Is.EqualTo(3));
            return result["accuracies"]![0]!["accuracy"]!.GetValue<double>();
        }

        static string Own(int seed) => SmallWorkload.Yaml.Replace("test-samples: 30", "test-samples: 3").Replace("cnn-small",
            $"net.json\nhead: {{ classes: 10, seed: {seed} }}\nprepare: {{ resize: 28x28, mean: [0.5], std: [0.25] }}");
    }

    [TestCase("plan --graph none.json", "none.json: no such file")]
    [TestCase("plan --graph net.npz", "net.npz: no network file; accepted are .tflite, .onnx and .json")]
    [TestCase("plan --graph net.json --model cnn", "--model and --graph are given; accepted is one of them")]
    [TestCase("plan --graph net.json --workload glyphs-cnn", "--graph and --workload are given both")]
    [TestCase("plan --graph net.json --input 8x8x1", "net.json: there is no input '8x8x1'; it has 'pixels'")]
    [TestCase("plan --graph net.json --input pixels=1x28x28x3",
        "net.json: --input pixels=1x28x28x3 contradicts the file, which has 1x28x28x1")]
    [TestCase("plan --graph net.json --input pixels=0x28", "input 'pixels=0x28': accepted is NAME or NAME=SHAPE")]
    [TestCase("plan --graph net.json --output scores", "net.json: there is no output 'scores'; it has 'probabilities'")]
    [TestCase("plan --model cnn --output scores", "--output is given without --graph; accepted with a network file")]
    [TestCase("plan --head 3", "--head is given without --graph; accepted with a network file")]
    [TestCase("eval --graph net.json --output scores --images glyphs",
        "net.json: there is no output 'scores'; it has 'probabilities'")]
    [TestCase("eval --graph net.json --images cifar10", "net: takes samples of 28×28×1 in 10 classes; cifar10 has 32×32×3 in 10")]
    [TestCase("eval --graph net.json", "--images is missing; accepted are --graph with --images, or --workload")]
    [TestCase("eval -w glyphs-cnn --graph net.json",
        "--workload and --graph are given both; the workload says what its network sees")]
    [TestCase("eval -w glyphs-cnn",
        "glyphs-cnn: model 'cnn-small' is one of the catalog; accepted is a workload whose model is a network file")]
    [TestCase("eval -w omniglot-fewshot", "omniglot-fewshot: adapt.few-shot replaces the classifier in each episode")]
    [TestCase("eval --graph net.json --images glyphs --pixels 0-255",
        "'0-255' is no range of pixels; accepted is BLACK..WHITE such as 0..255 or -1..1")]
    public void Bad_input_is_one_line(string line, string message)
    {
        Outcome run = Npusim.Run(line.Split(' '));
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")), run.Error);
        Assert.That(run.Error, Does.Contain(message));
        Assert.That(run.Error.TrimEnd('\n'), Does.Not.Contain('\n'));
    }

    [Test]
    public void The_output_that_is_chosen_is_read_and_what_it_does_not_need_is_left_out()
    {
        Write("net.json", Topology.Replace("[0], \"outputs\": [7]", "[0], \"outputs\": [7, 6, 4]"));
        Assert.That(Npusim.Run(["plan", "--graph", "net.json"]).Error,
            Does.Contain("net.json: 3 outputs, 'probabilities', 'scores', 'flat'; one is to be chosen by --output NAME."));
        JsonNode plan = JsonNode.Parse(Npusim.Run(
            ["plan", "--graph", "net.json", "--output", "flat", "--input", "pixels=1x28x28x1", "--head", "3", "-p", "cortex-m7",
                "-s", "lp", "--json"]).Succeeded().OutputBytes)!;
        Assert.That(plan["parameters"]!.GetValue<int>(), Is.EqualTo(36 + (3 * 16) + 3));
        Write("own.yaml", SmallWorkload.Yaml.Replace("cnn-small",
            "net.json\nfile: { input: [pixels], output: flat }\nhead: { classes: 10 }"));
        Npusim.Run(["eval", "-w", "own.yaml", "-p", "systolic-int8-16x16"]).Succeeded();
        Write("own.yaml", SmallWorkload.Yaml.Replace("cnn-small", "cnn-small\nfile: { output: flat }"));
        Assert.That(Npusim.Run(["eval", "-w", "own.yaml"]).Error, Does.Contain("file: model 'cnn-small' is one of the catalog"));
    }

    private static byte[] Numbers(string shape, int count)
    {
        RandomStream random = new(1, shape);
        return NpzWriter.Floats(shape, [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal() / 2)]);
    }
}
