using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NpuSim.Soak;

/// <summary>The study that is killed and resumed, what it comes to undisturbed, and how long that takes.</summary>
internal sealed partial class Study
{
    private const string Task = """
        name: soak
        description: few drawn signs
        model: cnn-small
        pretrain: { images: glyphs, samples: 100, steps: 20, batch: 10, learning-rate: 0.05 }
        adapt:
          images: glyphs
          corruption: { contrast: 0.5, noise: 0.1 }
          train-samples: 60
          test-samples: 30
          batch: 10
          steps: 40
        methods:
          bp: { learning-rate: { ft: 0.01, lp: 0.02 } }
          ff: { learning-rate: { ft: 1e-3, lp: 3e-3 } }
          qzo-ff: { learning-rate: { ft: 1e-3, lp: 3e-3 } }
        seeds: [1, 2]
        """;

    // Each ends with the option that names its output.
    private static readonly SortedDictionary<string, string> Commands = new(StringComparer.Ordinal)
    {
        ["compare"] = "compare -p systolic-int8-16x16 -m bp:fp32 qzo-ff:16w8a --threads 1 --out",
        ["corruptions"] =
            "study corruptions -p systolic-int8-16x16 -m bp:fp32 qzo-ff:16w8a --kind fog contrast --severity 3 --threads 1 --out",
        ["landscape"] = "study landscape -m bp:fp32 qzo-ff:16w8a --grid 6 --samples 50 --threads 1 --out",
        ["run"] = "run -p systolic-int8-16x16 -m qzo-ff:16w8a -s ft --steps 300 --checkpoint-every 20 --checkpoint",
    };

    private readonly string root, kind;

    /// <summary>Runs it once to the end.</summary>
    /// <param name="root">An empty folder.</param>
    /// <param name="kind">Of <see cref="Kinds"/>.</param>
    public Study(string root, string kind)
    {
        (this.root, this.kind) = (root, kind);
        File.WriteAllText(Path.Combine(root, "task.yaml"), Task);
        Undisturbed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in (string[])["first", "undisturbed"]) // the first one pre-trains, which is kept
        {
            Stopwatch clock = Stopwatch.StartNew();
            (int code, string error) = End(Start(name, resume: false));
            if (code != 0)
                throw new InvalidOperationException($"the undisturbed study ended with {code}: {error}");
            Duration = clock.Elapsed;
            Undisturbed = Files(name);
        }
    }

    /// <summary>The commands that can be killed.</summary>
    public static IEnumerable<string> Kinds => Commands.Keys;

    /// <summary>Its files.</summary>
    public SortedDictionary<string, string> Undisturbed { get; }

    /// <summary>How long it takes.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Files that killed processes left beside the pre-trained weights.</summary>
    public int CacheLeftovers => Directory.GetFiles(Path.Combine(root, "cache"), "*.tmp", SearchOption.AllDirectories).Length;

    /// <summary>Starts it in a folder.</summary>
    public Process Start(string folder, bool resume)
    {
        ProcessStartInfo start = new("env")
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] program =
        [
            "--default-signal=INT,TERM,HUP", Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                Path.Combine(AppContext.BaseDirectory, "npusim.dll"),
        ];
        string output = kind == "run" ? $"{folder}/state.safetensors" : folder;
        // A checkpoint that is not there yet cannot be gone on with
        bool goesOn = resume && (kind != "run" || File.Exists(Path.Combine(root, output)));
        string[] command = [.. program, .. Commands[kind].Split(' '), output, "-w", "task.yaml"];
        foreach (string word in goesOn ? command.Append("--resume") : command)
            start.ArgumentList.Add(word);
        start.Environment["NPUSIM_CACHE"] = Path.Combine(root, "cache");
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end.</summary>
    public static (int Code, string Error) End(Process process)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            output.Wait();
            return (process.ExitCode, error);
        }
    }

    /// <summary>The files of a folder by name, without what a machine adds: timings, and the hash of the report that shows
    /// them.</summary>
    public SortedDictionary<string, string> Files(string folder)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        string path = Path.Combine(root, folder);
        foreach (string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(path, file), text = File.ReadAllText(file);
            files[name] = name switch
            {
                "results.json" => text[..text.IndexOf("\"host\"", StringComparison.Ordinal)],
                "report.html" => Timings().Replace(text, "timings"),
                // The same records, in the order in which they came
                _ when name.StartsWith("journal", StringComparison.Ordinal) => "",
                _ => text,
            };
        }

        return files;
    }

    /// <summary>Removes a folder.</summary>
    public void Remove(string folder) => Directory.Delete(Path.Combine(root, folder), recursive: true);

    [GeneratedRegex(@"[0-9.,]+ s(?=[ <])")]
    private static partial Regex Timings();

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);
}
