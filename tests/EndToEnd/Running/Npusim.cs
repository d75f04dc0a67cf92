using System.Diagnostics;

namespace NpuSim.EndToEnd.Running;

/// <summary>Runs the program as its users do: in a process of its own, from the files beside the tests.</summary>
internal sealed class Npusim
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The program.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "npusim.dll");

    /// <summary>The host that runs it.</summary>
    public static string DotNet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Environment variables of the child besides those of the tests; null removes one.</summary>
    public Dictionary<string, string?> Variables { get; } = new()
    {
        ["NPUSIM_CACHE"] = TemporaryFolder.Shared,
        ["NPUSIM_DATA"] = null,
    };

    /// <summary>Where it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>Runs to the end.</summary>
    public Outcome Run(params string[] arguments) => End(Start(arguments));

    /// <summary>Starts a run.</summary>
    public Process Start(params string[] arguments) => Start(DotNet, [Assembly, .. arguments]);

    /// <summary>Starts another program in the same surroundings.</summary>
    public Process Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in Variables)
            start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end.</summary>
    public static Outcome End(Process process)
    {
        using (process)
        {
            using MemoryStream output = new();
            Task copied = process.StandardOutput.BaseStream.CopyToAsync(output);
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"no end after {Patience}");
            }

            Task.WaitAll(copied, error);
            return new Outcome(process.ExitCode, output.ToArray(), error.Result);
        }
    }
}
