using System.Collections.Immutable;

namespace NpuSim.Cli.Tests;

/// <summary>Inputs that broke something once: whatever they hold, npusim works or says in one line why not.</summary>
[NonParallelizable] // standard output, standard error and the working folder are the process's
public sealed class CasesTests
{
    private const string Quick = "-p cortex-m4 -m bp:fp32 qzo-ff:8w8a -s lp";

    private string work = "", before = "";

    public static ImmutableArray<string> Files => !Directory.Exists(CaseFolder.Root) ? ["none"] :
    [
        .. new[] { "hostile", "networks" }.Select(f => Path.Combine(CaseFolder.Root, f)).Where(Directory.Exists)
            .SelectMany(Directory.GetFiles)
            .Where(f => Path.GetExtension(f) is ".onnx" or ".json" or ".yaml" or ".safetensors")
                .Select(f => Path.GetRelativePath(CaseFolder.Root, f))
            .Order(StringComparer.Ordinal),
    ];

    [SetUp]
    public void MakeFolder()
    {
        work = Directory.CreateTempSubdirectory("npusim-").FullName;
        before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = work;
        Environment.SetEnvironmentVariable("NPUSIM_CACHE", Path.Combine(work, "cache"));
    }

    [TearDown]
    public void RemoveFolder()
    {
        Environment.CurrentDirectory = before;
        Environment.SetEnvironmentVariable("NPUSIM_CACHE", null);
        Directory.Delete(work, recursive: true);
    }

    [TestCaseSource(nameof(Files))]
    public async Task A_case_is_done_or_refused_in_one_line(string file)
    {
        string folder = Path.GetDirectoryName(CaseFolder.Find(file))!, name = Path.GetFileName(file);
        foreach (string source in Directory.GetFiles(folder))
            File.Copy(source, Path.Combine(work, Path.GetFileName(source)));
        using (FileStream sparse = File.Create(Path.Combine(work, "big.bin")))
            sparse.SetLength(1L << 30);
        foreach (string line in Lines(name, Path.GetExtension(name) is ".yaml" or ".json"
            ? await File.ReadAllTextAsync(Path.Combine(folder, name)) : ""))
        {
            (int code, string error) = await RunAsync(line.Split(' '));
            Assert.That(code, Is.AnyOf(0, 1, 2), $"npusim {line}: {error}");
            if (code == 2)
                Assert.That(error, Does.StartWith("npusim: ").Or.StartWith(name), $"npusim {line}");
        }
    }

    private static string[] Lines(string name, string text) => Path.GetExtension(name) switch
    {
        ".yaml" when text.Contains("engine:", StringComparison.Ordinal) =>
            [$"plan -p {name} -m bp:fp32 qzo-ff:8w8a -s lp",
                $"compare -p {name} -m bp:fp32 qzo-ff:8w8a -s lp --steps 1 --seeds 1 --out o"],
        ".yaml" => [$"workload validate {name}", $"plan -w {name} {Quick}",
            $"compare -w {name} {Quick} --steps 1 --seeds 1 --out o"],
        ".json" when text.Contains("schemaVersion", StringComparison.Ordinal) =>
        [$"report {name} --out o", $"diff {name} {name}"],
        ".safetensors" => [$"check {name} --baseline {name}"],
        _ => [$"plan --graph {name} {Quick}", $"eval --graph {name} --images glyphs --samples 4 -p systolic-int8-16x16"],
    };

    private static async Task<(int Code, string Error)> RunAsync(string[] arguments)
    {
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using StringWriter said = new();
        try
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(said);
            return (await CommandLine.RunAsync(arguments), said.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
