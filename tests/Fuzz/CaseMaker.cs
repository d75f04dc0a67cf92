using System.Text;
using NpuSim.Fuzz.Mutation;

namespace NpuSim.Fuzz;

/// <summary>The cases in their fixed order: what a seed and an index give never changes as long as the seeds are the
/// same.</summary>
/// <param name="seeds">What is mutated.</param>
/// <param name="seed">Of the sequence.</param>
/// <param name="only">Kinds to make alone, of <see cref="KindNames"/>; none: all, by their weights.</param>
internal sealed class CaseMaker(Seeds seeds, ulong seed, IReadOnlyList<string> only)
{
    private const string Network = "-p systolic-int8-16x16 -m bp:fp32 qzo-ff:8w8a -s ft lp";
    private const string Study = "compare -w x.yaml -p cortex-m4 -m bp:fp32 -s lp --steps 1 --out o";
    private const string Set =
        "kind: idx\nheight: 28\nwidth: 28\nclasses: 10\ntrain-images: ti\ntrain-labels: tl\ntest-images: ei\ntest-labels: el\n";
    private const string Cifar = "kind: cifar\ntrain: [a.bin]\ntest: [b.bin]\n";
    private const string Folder =
        "kind: image-folder\nheight: 28\nwidth: 28\nchannels: 1\nfolder: all\nclasses: [c0, c1, c2, c3, c4, c5, c6, c7, c8, "
            + "c9]\n";
    private const string Sounds =
        "kind: wav-folder\nclasses: [one, two]\nfeatures:\n  sample-rate: 8 kHz\n  window-samples: 256\n  step-samples: 128\n  "
            + "bands: 28\n  frames: 28\n";

    private static readonly Kind[] Kinds =
    [
        new("onnx", (m, c) => m.Onnx(c), 24), new("topology", (m, c) => m.Topology(c), 10), new("tflite", (m, c) => m.Flat(c), 16),
        new("profile", (m, c) => m.Profile(c), 14), new("workload", (m, c) => m.Workload(c), 12),
        new("results", (m, c) => m.Results(c), 12), new("vectors", (m, c) => m.Vectors(c), 5), new("options", (m, c) => m.Options(c), 6),
        new("images", (m, c) => m.ImageFiles(c), 5), new("pictures", (m, c) => m.Pictures(c), 5),
        new("onnx-eval", (m, c) => m.OnnxEval(c), 3), new("topology-eval", (m, c) => m.TopologyEval(c), 3),
        new("tflite-eval", (m, c) => m.FlatEval(c), 3), new("weights", (m, c) => m.WeightFile(c), 2),
        new("checkpoint", (m, c) => m.Checkpoint(c), 2), new("study", (m, c) => m.ShortStudy(c), 1), new("text", (m, c) => m.Text(c), 2),
        new("sweep", (m, c) => m.Sweep(c), 6), new("store", (m, c) => m.Store(c), 2),
    ];

    /// <summary>What can be made alone.</summary>
    public static IEnumerable<string> KindNames => Kinds.Select(k => k.Name);

    /// <summary>Makes a case.</summary>
    public FuzzCase Make(long index)
    {
        Chance chance = new(seed, $"fuzz case {index}");
        Kind[] kinds = only.Count == 0 ? Kinds : [.. Kinds.Where(k => only.Contains(k.Name))];
        int ticket = chance.Below(kinds.Sum(k => k.Weight));
        foreach (Kind kind in kinds)
        {
            if (ticket < kind.Weight)
                return kind.Make(this, chance);
            ticket -= kind.Weight;
        }

        throw new InvalidOperationException("no kind");
    }

    private FuzzCase Onnx(Chance chance) =>
        Case("onnx", $"plan --graph x.onnx {Network}", ("x.onnx", Protobuf.Mutate(chance.Of(seeds.Onnx), chance)));

    private FuzzCase OnnxEval(Chance chance) => Case(
        "onnx eval", "eval --graph x.onnx --images glyphs --samples 4 -p systolic-int8-16x16",
        ("x.onnx", Protobuf.Mutate(chance.Once(2) ? seeds.Onnx[0] : chance.Of(seeds.Onnx), chance)));

    private FuzzCase Topology(Chance chance)
    {
        (byte[] json, byte[] npz) = Changed(chance.Once(2) ? seeds.Topologies[0] : chance.Of(seeds.Topologies), chance);
        return Case("topology", $"plan --graph x.json {Network}", ("x.json", json), ("x.npz", npz));
    }

    private FuzzCase TopologyEval(Chance chance)
    {
        (byte[] json, byte[] npz) = Changed(seeds.Topologies[0], chance);
        return Case("topology eval", "eval --graph x.json --images glyphs --samples 4 -p systolic-int8-16x16", ("x.json", json),
            ("x.npz", npz));
    }

    private FuzzCase Flat(Chance chance) =>
        Case("tflite", $"plan --graph x.tflite {Network}", ("x.tflite", Flatbuffers.Mutate(seeds, chance)));

    private FuzzCase FlatEval(Chance chance) => Case(
        "tflite eval", "eval --graph x.tflite --images glyphs --samples 4 -p systolic-int8-16x16",
        ("x.tflite", Flatbuffers.Mutate(seeds, chance)));

    private static (byte[], byte[]) Changed((byte[] Json, byte[] Npz) seed, Chance chance) =>
        chance.Once(3) ? (seed.Json, Containers.Npz(seed.Npz, chance)) : (Json.Mutate(seed.Json, chance), seed.Npz);

    private FuzzCase Profile(Chance chance)
    {
        byte[] yaml = YamlLines.Mutate(chance.Of(seeds.Profiles), chance);
        string line = chance.Of(new[]
        {
            "profile validate x.yaml", "profile show x.yaml", "plan -p x.yaml -m bp:fp32 qzo-ff:8w8a -s lp",
                "plan -p x.yaml --gemm 64x64x64 --layers",
            "plan -p x.yaml --conv 8x8x4,3x3x8,1 --json", "plan -p x.yaml -w x.yaml",
            "vectors make -p x.yaml --op conv2d --count 1 --out v.jsonl",
        });
        return Case("profile", line, ("x.yaml", yaml));
    }

    private FuzzCase Workload(Chance chance)
    {
        byte[] yaml = YamlLines.Mutate(chance.Of(seeds.Workloads), chance);
        string line = chance.Of(new[]
        {
            "workload validate x.yaml", "workload show x.yaml", "plan -w x.yaml -p cortex-m4 -m bp:fp32 -s lp",
                "profile validate x.yaml",
        });
        return Case("workload", line, ("x.yaml", yaml));
    }

    private FuzzCase Results(Chance chance)
    {
        byte[] results = Json.Mutate(seeds.Results, chance);
        string line = chance.Of(new[]
        {
            "report x.json --out r", "diff x.json y.json", "diff y.json x.json", "check x.json --baseline y.json --junit j.xml",
            "check y.json --baseline x.json --tolerance accuracy=0.5", "report x.json y.json --out r",
        });
        return Case("results", line, ("x.json", results), ("y.json", seeds.Results));
    }

    private FuzzCase Vectors(Chance chance)
    {
        string[] lines = chance.Of(seeds.Vectors).Split('\n');
        byte[] vector = Json.Mutate(Encoding.UTF8.GetBytes(lines[0]), chance);
        return Case("vectors", "vectors check x.jsonl", ("x.jsonl", vector));
    }

    private FuzzCase Options(Chance chance)
    {
        string[] value = [chance.Once(3) ? Values.Any(chance) : Values.Number(chance)];
        string[] start = chance.Of(new[]
        {
            "plan -p cortex-m4 -m bp:fp32 -s lp --batch", "plan -p cortex-m4 --model cnn --input", "plan -p cortex-m4 --gemm",
                "plan -p cortex-m4 --model ast --seq",
            "plan -p", "plan -p cortex-m4 -m", "plan -p cortex-m4 -m bp:fp32 -s", "plan --max-input-bytes", "plan -w",
            "plan --model", "plan --conv",
            $"{Study} --seeds", $"{Study} --seeds 1 --threads", $"{Study} --seeds 1 --budget", $"{Study} --seeds 1 --backend",
            "check x --baseline y --tolerance",
            "run -p cortex-m4 -m qzo-ff:8w8a -w x.yaml -s lp --steps 1 --rate",
            "run -p cortex-m4 -m ff:fp32 -w x.yaml -s lp --steps 1 --rate",
            "run -p cortex-m4 -m qzo-ff:8w8a -w x.yaml -s lp --steps 1 --epsilon",
            "run -p cortex-m4 -m bp:8w8a -w x.yaml -s lp --steps 1 --rate",
            "run -p cortex-m4 -m qzo-ff-steps:8w8a+momentum0.9 -w x.yaml -s lp --steps 1 --rate",
            "run -p cortex-m4 -m jvp:fp32 -w x.yaml -s lp --steps 1 --epsilon",
            "study sparse-backprop --memory", "completion", "eval --graph x.json --images",
            "vectors make -p cortex-m4 --count 1 --op", "report --out r",
        }).Split(' ');
        if (chance.Once(4))
            value = [chance.Of(new[] { "qzo-ff:8w8a", "lora", "dvpt", "sparse:c1", "8x8x8" })
                + chance.Of(new[] { "=", "+", "+m", "x", ":", "+sparse" }) + Values.Any(chance)];
        return new FuzzCase("options", [.. start, .. value], Files(("x.yaml", Encoding.UTF8.GetBytes(Seeds.SmallWorkloadYaml))));
    }

    private FuzzCase ImageFiles(Chance chance)
    {
        (string yaml, (string Name, byte[] Content)[] files) = chance.Below(3) switch
        {
            0 => (Set, [("ti", Seeds.Idx(20, 28, 28)), ("tl", Seeds.Idx(20)), ("ei", Seeds.Idx(10, 28, 28)),
                ("el", Seeds.Idx(10))]),
            1 => (Cifar, new[] { ("a.bin", new byte[3073 * 4]), ("b.bin", new byte[3073 * 2]) }),
            _ => (Sounds, [.. Enumerable.Range(0, 12)
                .Select(i => ($"{(i % 2 == 0 ? "one" : "two")}/{i:D2}.wav", Seeds.Wav(4000)))]),
        };
        byte[] set = chance.Once(3) ? YamlLines.Mutate(yaml, chance) : Encoding.UTF8.GetBytes(yaml);
        if (files.Length > 0)
        {
            int at = chance.Below(files.Length);
            bool zip = chance.Once(3);
            files[at] = (files[at].Name + (zip ? ".gz" : ""), zip
                ? Containers.Gzip(files[at].Content, chance) : Bytes.Mutate(files[at].Content, chance));
        }

        return Case(
            "images", "eval --graph x.onnx --images x.yaml --samples 4 -p systolic-int8-16x16",
            [("x.yaml", set), ("x.onnx", seeds.Onnx[0]), .. files]);
    }

    // Two pictures of each of ten classes, of which one is changed; listed or in folders, left out where damaged or not.
    private static FuzzCase PictureCase(byte[] onnx, Chance chance)
    {
        (string Name, byte[] Content)[] files = [.. Enumerable.Range(0, 20)
            .Select(i => ($"all/c{i / 2}/{i % 2}.{(i % 3 == 0 ? "jpg" : "png")}", Seeds.Picture(i)))];
        int at = chance.Below(files.Length);
        files[at] = (files[at].Name, Images.Mutate(files[at].Content, chance));
        string yaml = Folder + (chance.Once(2) ? "skip-corrupt: true\n" : ""), list = "file,label,split\n";
        if (chance.Once(4))
        {
            yaml = yaml.Replace("folder: all", "list: l.csv");
            list = Encoding.UTF8.GetString(
                Bytes.Mutate(Encoding.UTF8.GetBytes(list
                    + string.Concat(files.Select((f, i) => $"{f.Name},c{i / 2},{(i % 2 == 0 ? "train" : "test")}\n"))), chance));
        }

        byte[] set = chance.Once(4) ? YamlLines.Mutate(yaml, chance) : Encoding.UTF8.GetBytes(yaml);
        return Case(
            "pictures", "eval --graph x.onnx --images x.yaml --samples 4 -p systolic-int8-16x16",
            [("x.yaml", set), ("x.onnx", onnx), ("l.csv", Encoding.UTF8.GetBytes(list)), .. files]);
    }

    private FuzzCase Pictures(Chance chance) => PictureCase(seeds.Onnx[0], chance);

    private FuzzCase WeightFile(Chance chance)
    {
        string yaml = Seeds.SmallWorkloadYaml + "\nweights: x.safetensors\n";
        string method = chance.Of(new[] { "qzo-ff:8w8a", "ff:fp16", "bp:fp32", "bp:8w8a", "qzo-ff:16w8a" });
        return Case(
            "weights", $"run -w x.yaml -p systolic-int8-16x16 -m {method} -s lp --steps 1",
            ("x.yaml", Encoding.UTF8.GetBytes(yaml)), ("x.safetensors", Containers.Safetensors(seeds.Weights, chance)));
    }

    private FuzzCase Checkpoint(Chance chance) => Case(
        "checkpoint", "run -w small.yaml -p cortex-m4 -m qzo-ff:8w8a -s lp --steps 2 --checkpoint x.safetensors --resume",
        ("small.yaml", Encoding.UTF8.GetBytes(Seeds.SmallWorkloadYaml)),
        ("x.safetensors", Containers.Safetensors(seeds.Checkpoint, chance)));

    private FuzzCase ShortStudy(Chance chance) => Case(
        "study", "compare -w x.yaml -p y.yaml -m bp:fp32 ff:fp16 qzo-ff:8w8a -s lp --steps 1 --seeds 1 --out o",
        ("x.yaml", chance.Once(2) ? YamlLines.Mutate(Seeds.SmallWorkloadYaml, chance)
            : Encoding.UTF8.GetBytes(Seeds.SmallWorkloadYaml)),
        ("y.yaml", YamlLines.Mutate(seeds.Profiles[chance.Below(9)], chance)));

    // Any file in the place of any other.
    private FuzzCase Text(Chance chance)
    {
        byte[] content = chance.Of(new[] { seeds.Results, seeds.Checkpoint, seeds.Onnx[0], seeds.Topologies[0].Npz,
            seeds.Topologies[0].Json });
        string line = chance.Of(new[]
        {
            "plan --graph x.onnx", "plan --graph x.json", "plan --graph x.tflite", "profile validate x.yaml",
                "workload validate x.yaml", "report x.json --out r", "vectors check x.jsonl",
            "plan -w x.yaml", "eval --graph x.onnx --images x.yaml",
        });
        content = chance.Once(2) ? content : Bytes.Mutate(content, chance);
        return Case("text", line, ("x.onnx", content), ("x.tflite", content), ("x.json", content), ("x.yaml", content),
            ("x.jsonl", content));
    }

    // A study is read, checked and counted; what it would run is another matter.
    private FuzzCase Sweep(Chance chance)
    {
        const string Line = "study sweep x.yaml --dry-run";
        if (chance.Once(3))
        {
            string[] extra = chance.Of(new[] { "--vary", "--where", "--skip", "--point", "--goal", "--such-that", "--network", "--batch" })
                .Split(' ');
            string[] value = [chance.Of(new[] { "", "engine.rows=", "engine.{rows,columns}=", "rows * ", "cycles <= ", "16..", "(" })
                + (chance.Once(2) ? Values.Number(chance) : Values.Any(chance))];
            return new FuzzCase("sweep", [.. Line.Split(' '), .. extra, .. value],
                Files(("x.yaml", Encoding.UTF8.GetBytes(Seeds.SweepYaml))));
        }

        return Case("sweep", Line, ("x.yaml", YamlLines.Mutate(Seeds.SweepYaml, chance)));
    }

    // What a sweep keeps, one file of it damaged.
    private FuzzCase Store(Chance chance)
    {
        (string Name, byte[] Content)[] files = [.. seeds.Sweep];
        int at = chance.Below(files.Length);
        byte[] old = files[at].Content;
        files[at].Content = files[at].Name.EndsWith(".json", StringComparison.Ordinal) && chance.Once(2) ? Json.Mutate(old, chance)
            : files[at].Name.EndsWith(".yaml", StringComparison.Ordinal) ? YamlLines.Mutate(Encoding.UTF8.GetString(old), chance)
            : Bytes.Mutate(old, chance);
        bool runs = !files[at].Name.EndsWith(".yaml", StringComparison.Ordinal); // a changed study may be a long one
        string line = runs ? chance.Of(new[] { "--status", "--collect", "--threads 1", "--dry-run" }) : "--dry-run";
        return Case("store", $"study sweep --out sweep {line}", files);
    }

    private static FuzzCase Case(string name, string line, params (string Name, byte[] Content)[] files) =>
        new(name, line.Split(' '), Files(files));

    private static Dictionary<string, byte[]> Files(params (string Name, byte[] Content)[] files)
    {
        Dictionary<string, byte[]> all = new(StringComparer.Ordinal);
        foreach ((string name, byte[] content) in files)
            all[name] = content;
        return all;
    }

    private sealed record Kind(string Name, Func<CaseMaker, Chance, FuzzCase> Make, int Weight);
}
