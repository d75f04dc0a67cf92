using NpuSim.EndToEnd.Running;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.EndToEnd;

/// <summary>Whatever is wrong with the input: exit code 2, one line on standard error, nothing on standard output, nothing
/// written.</summary>
public sealed class BadInputTests : CommandTests
{
    private static readonly string[] Quick = ["-p", "cortex-m4", "-m", "bp:fp32", "-s", "lp", "--steps", "1", "--seeds", "1"];

    [TestCase("comprae", "there is no command 'comprae'", "did you mean 'compare'?")]
    [TestCase("", "a command is missing", "compare")]
    [TestCase("profile", "a command is missing", "validate")]
    [TestCase("profile shwo", "there is no command 'shwo'", "did you mean 'show'?")]
    [TestCase("profile show cortx-m4", "there is no profile 'cortx-m4'", "did you mean 'cortex-m4'?")]
    [TestCase("workload show glyph-cnn", "there is no workload 'glyph-cnn'", "did you mean 'glyphs-cnn'?")]
    [TestCase("plan --json=", "--json", "empty")]
    [TestCase("report --out= results", "--out", "empty")]
    [TestCase("plan --batch 0", "--batch 0", "1 to 1048576")]
    [TestCase("plan --model vit-tinny", "there is no model 'vit-tinny'", "did you mean 'vit-tiny'?")]
    [TestCase("plan --model cnn --workload glyphs-cnn", "--model and --workload", "one of them")]
    [TestCase("plan --model cnn --input 28x28", "--input 28x28", "HxWxC")]
    [TestCase("plan --model cnn --input 28x28x99999999999", "--input 28x28x99999999999", "1048576")]
    [TestCase("plan --model cnn --input 100000x100000x3", "100000×100000×3", "at most 16777216 elements")]
    [TestCase("plan --model cnn --seq 9", "--seq 9", "ast, crnn, crnn-lstm and distilbert-base")]
    [TestCase("plan --model bert-base --seq 513", "'bert-base' for 513 tokens", "takes 1 to 512")]
    [TestCase("plan --model bert-base --input 8x8x1", "--input", "accepted is --seq")]
    [TestCase("plan --frozen-bits 4", "--frozen-bits", "compress.bits")]
    [TestCase("plan --input 28x28x1", "--input", "--model")]
    [TestCase("plan --gemm 64x64", "--gemm 64x64", "MxNxK")]
    [TestCase("plan --gemm 2147483647x2147483647x2147483647", "--gemm 2147483647", "1125899906842624 elements")]
    [TestCase("plan --gemm 8x8x8 --model cnn", "--gemm and --model", "one of them")]
    [TestCase("plan --gemm 8x8x8 --operands dram", "--operands 'dram'", "off-chip or resident")]
    [TestCase("plan --gemm 8x8x8 -p cortex-m4 --operands off-chip", "cortex-m4 has no off-chip memory", "--operands resident")]
    [TestCase("plan --gemm 8x8x8 --trace /dev/full/trace.json", "trace.json", "/dev/full")]
    [TestCase("plan --gemm 8x8x8 --json --bounds", "--json", "--bounds")]
    [TestCase("plan --model cnn --operands resident", "--operands", "--gemm or --conv")]
    [TestCase("plan --gemm 8x8x8 -p all cortex-m4", "--profile all", "alone")]
    [TestCase("plan --conv 8x8x3,3x3x8", "--conv 8x8x3,3x3x8", "stride[,pad]")]
    [TestCase("plan --conv 8x8x3,3x3x8,0", "--conv 8x8x3,3x3x8,0", "from 1")]
    [TestCase("plan --conv 8x8x3,9x9x8,1", "9×9 window", "8×8")]
    [TestCase("pretrain glyphs-cnn", "--out", "required")]
    [TestCase("compare --stpes 3 --out results", "there is no option '--stpes'", "did you mean '--steps'?")]
    [TestCase("compare --out results --steps", "--steps", "npusim compare --help")]
    [TestCase("vectors make -p cortex-m4 --op conv --out results", "there is no operation 'conv'", "did you mean 'conv2d'?")]
    [TestCase("vectors make -p cortex-m4 --op conv2d -f 7w7a --out results", "has no formats '7w7a'", "8w8a")]
    [TestCase("vectors check none.jsonl", "none.jsonl", "no such file")]
    [TestCase("compare -p cortex-m44 --out results", "there is no profile 'cortex-m44'", "did you mean 'cortex-m4'?")]
    [TestCase("compare -p cortex-m4 cortex-m4 --out results", "profile 'cortex-m4' is given twice", "")]
    [TestCase("compare -p none.yaml --out results", "none.yaml", "no such file")]
    [TestCase("compare -w glyphs-cn --out results", "there is no workload 'glyphs-cn'", "did you mean 'glyphs-cnn'?")]
    [TestCase("compare -m qzo-ff:16w8 --out results", "'qzo-ff:16w8'", "did you mean 'qzo-ff:16w8a'?")]
    [TestCase("compare -m bp:fp32 -s all --out results", "there is no scheme 'all'", "ft (full")]
    [TestCase("compare -m bp:fp32 -s lora=0 --out results", "scheme 'lora=0'", "from 1 to 4096")]
    [TestCase("compare -p cortex-m4 -m bp:fp32 -s tinytl dvpt --out results", "scheme dvpt", "encoder layers")]
    [TestCase("study sparse-backprop --memory lots", "--memory 'lots'", "'96 KiB' in B, KiB")]
    [TestCase("study sparse-backprop --memory 5e9", "--memory '5e9'", "'96 KiB' in B, KiB")]
    [TestCase("study sparse-backprop -m qzo-ff:16w8a", "--method qzo-ff:16w8a", "backpropagation")]
    [TestCase("study landscape -w omniglot-fewshot --out results", "few-shot", "accepted is a workload without few-shot")]
    [TestCase("study landscape --grid 1 --out results", "--grid 1", "2 to 500")]
    [TestCase("study landscape --samples 5000 --steps 1 --out results", "5000 samples", "there are 2000")]
    [TestCase("run -p cortex-m4 -m ff:fp32 --rate 1,5", "--rate 1,5", "such as 0.05")]
    [TestCase("run -p cortex-m4 -m ff:fp32 --rate 1e9", "--rate 1e9", "at most 1000000")]
    [TestCase("run -p cortex-m4 -m ff:fp32 --epsilon 1e30", "--epsilon 1e30", "at most 1000000")]
    [TestCase("run -p systolic-int8-16x16 -m qzo-ff:16w8a -s lp --steps 1 --rate 1e6", "operation 'update head.", "2^30")]
    [TestCase("plan --max-input-bytes 1", "--max-input-bytes '1'", "'2 GiB' in B, KiB")]
    [TestCase("plan --json=maybe", "'maybe' is one argument too many", "npusim plan --help")]
    [TestCase("[suggest:x] plan", "[suggest:x]", "[suggest:POSITION]")]
    [TestCase("completion tcsh", "there is no completion for 'tcsh'", "bash, zsh, fish, pwsh")]
    [TestCase("compare --seeds 0 --out results", "--seeds 0", "1 to 1000")]
    [TestCase("compare --steps -1 --out results", "--steps -1", "from 1")]
    [TestCase("compare --steps many --out results", "--steps many", "from 1")]
    [TestCase("compare --threads 0 --out results", "--threads 0", "1 to 1024")]
    [TestCase("compare -w fashion-mnist-cnn --out results", "fashion-mnist", "--data DIR")]
    [TestCase("compare -w fashion-mnist-cnn --data nowhere --out results", "nowhere", "no such file")]
    public void A_wrong_command_line_says_what_is_accepted(string line, string cause, string accepted) =>
        Refused(Npusim.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), cause, accepted);

    [TestCase("bandwidth: 3.2 GB/s", "bandwidth: 1e-300 B/s", "memory.dram.bandwidth is 1E-300")]
    [TestCase("elementwise: 16", "elementwise: 1e-308", "vector.elementwise is 1E-308")]
    [TestCase("int8-mac: 300 fJ", "int8-mac: 1e308 pJ", "energy.int8-mac is 1E+308")]
    public void A_cost_that_nothing_counts_names_operation_and_key(string right, string wrong, string key)
    {
        string yaml = Npusim.Run("profile", "show", "systolic-int8-16x16").Succeeded().Output;
        Assert.That(yaml, Does.Contain(right));
        Write("mine.yaml", yaml.Replace(right, wrong));
        // It goes off-chip
        Refused(Npusim.Run("plan", "-p", "mine.yaml", "-m", "qzo-ff:8w8a", "-s", "ft", "--model", "resnet18"),
            "operation '", key);
    }

    [Test]
    public void Names_cannot_command_a_terminal_or_turn_the_text() =>
        Assert.That(
            Npusim.Run("plan", "-p", "a\u202Eb\u001b[31m\nc.yaml").Error,
            Is.EqualTo("npusim: a\\u202Eb\\u001B[31m\\u000Ac.yaml: there is no such file\n"));

    [TestCase("unknown key", "  columns: 16", "  columns: 16\n  rowz: 16", "rowz", "did you mean 'rows'?")]
    [TestCase("wrong unit", "clock: 500 MHz", "clock: 500 KiB", "clock", "Hz")]
    [TestCase("zero-sized array", "  rows: 16", "  rows: 0", "rows", "0")]
    [TestCase("accumulator narrower than a product", "    bits: 32", "    bits: 20", "bits", "24")]
    [TestCase("no number at all", "  rows: 16", "  rows: many", "rows", "many")]
    public void A_fault_in_a_profile_names_its_place(string name, string right, string wrong, string key, string accepted)
    {
        string yaml = Npusim.Run("profile", "show", "systolic-int8-16x16").Succeeded().Output;
        Assert.That(yaml, Does.Contain(right));
        int start = yaml.IndexOf(right + "\n", StringComparison.Ordinal),
            line = 1 + yaml[..start].Count(c => c == '\n') + wrong.Count(c => c == '\n');
        Write("mine.yaml", yaml[..start] + wrong + yaml[(start + right.Length)..]);
        Refused(Npusim.Run("compare", "-p", "mine.yaml", "--out", "results"), key, accepted, $"mine.yaml:{line}:");
        Outcome validated = Npusim.Run("profile", "validate", "mine.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(validated.ExitCode, Is.EqualTo(2), name);
            Assert.That(validated.Error, Does.StartWith($"mine.yaml:{line}:").And.Contain(accepted));
            Assert.That(validated.OutputBytes, Is.Empty);
        });
    }

    [Test]
    public void Weights_of_another_shape_are_refused() => RefusedWeights(
        (name, shape) => name == "head.bias" ? [11] : shape, _ => 0, "head.bias has the shape 11", "takes 10");

    [Test]
    public void Weights_that_are_not_numbers_are_refused() =>
        RefusedWeights((_, shape) => shape, name => name == "conv2.bias" ? float.NaN : 0, "NaN in conv2.bias", "0");

    [Test]
    public void Weights_that_do_not_exist_are_refused()
    {
        Write("task.yaml", SmallWorkload.Yaml + "\nweights: none.safetensors\n");
        Refused(Npusim.Run(["compare", "-w", "task.yaml", .. Quick, "--out", "results"]), "none.safetensors", "no such file");
    }

    [Test]
    public void A_truncated_data_file_is_refused()
    {
        Directory.CreateDirectory(In("data", "fashion-mnist"));
        foreach (string split in new[] { "train", "t10k" })
        {
            File.WriteAllBytes(In("data", "fashion-mnist", $"{split}-images-idx3-ubyte"),
                [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3]);
            File.WriteAllBytes(In("data", "fashion-mnist", $"{split}-labels-idx1-ubyte"),
                [0, 0, 8, 1, 0, 0, 0, 20, .. new byte[20]]);
        }

        Refused(
            Npusim.Run(["compare", "-w", "fashion-mnist-cnn", "--data", "data", .. Quick, "--out", "results"]),
                "images-idx3-ubyte", "truncated");
    }

    [TestCase("file/results")]
    [TestCase("file")]
    [TestCase("/proc/results")]
    [TestCase("/dev/null/results")]
    public void A_folder_that_cannot_be_written_is_refused_before_anything_runs(string folder)
    {
        Write("file", "");
        Write("task.yaml", SmallWorkload.Yaml);
        Refused(Npusim.Run(["compare", "-w", "task.yaml", .. Quick, "--out", folder]), folder, "cannot be");
    }

    private void RefusedWeights(Func<string, Shape, Shape> shapeOf, Func<string, float> valueOf, string cause, string accepted)
    {
        Graph graph = ModelCatalog.Find("cnn-small").Build(1);
        Safetensors.Write(In("weights.safetensors"), Weights.Create(graph.Parameters.Select(p =>
        {
            Shape shape = shapeOf(p.Name, p.Shape);
            return KeyValuePair.Create(p.Name,
                new WeightTensor(shape, Enumerable.Repeat(valueOf(p.Name), (int)shape.Count).ToArray()));
        })));
        Write("task.yaml", SmallWorkload.Yaml + "\nweights: weights.safetensors\n");
        Refused(Npusim.Run(["compare", "-w", "task.yaml", .. Quick, "--out", "results"]), cause, accepted, "weights.safetensors");
    }

    private void Refused(Outcome run, params string[] parts)
    {
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
            Assert.That(run.OutputBytes, Is.Empty);
            Assert.That(run.Error, Does.EndWith("\n").And.Not.StartWith("npusim: internal"));
            Assert.That(run.Error.Count(c => c == '\n'), Is.EqualTo(1), run.Error);
            foreach (string part in parts)
                Assert.That(run.Error, Does.Contain(part));
            Assert.That(Directory.Exists(In("results")), Is.False, "no folder is left behind");
            Assert.That(Directory.GetFiles(Folder, ".*"), Is.Empty, "no temporary file is left behind");
        });
    }
}
