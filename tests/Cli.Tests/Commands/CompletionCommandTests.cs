using System.Diagnostics;
using NpuSim.Cli.Commands;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Tests.Commands;

public sealed class CompletionCommandTests
{
    // What bash hands to a completion: the line, its words as it splits them (at colons too), and what then stands in their
    // place.
    [TestCase("npusim compare -m bp:", "bp:fp16 bp:fp32", "fp16 fp32")]
    [TestCase("npusim compare -m bp:fp3", "bp:fp32 bp:fp16", "fp32")]
    [TestCase("npusim compare -m bp:fp32 ff:", "bp:fp16 ff:fp16", "fp16")]
    [TestCase("npusim compare -m b", "bp:fp16 bp:fp32", "bp:fp16 bp:fp32")]
    [TestCase("npusim compare -p cortex", "cortex-m4 cortex-m7 axis", "cortex-m4 cortex-m7")]
    [TestCase("npusim profile ", "list show", "list show")]
    [TestCase("npusim compare -p ", "$(echo_is_run) *", "$(echo_is_run) *")]
    public void Bash_completes_names_with_colons_and_expands_none(string line, string offered, string expected)
    {
        if (!File.Exists("/bin/bash"))
            Assert.Ignore("no bash on this machine");
        StringWriter script = new();
        TextWriter console = Console.Out;
        Console.SetOut(script);
        try
        {
            Assert.That(CompletionCommand.Create().Parse(["bash"]).Invoke(), Is.EqualTo(ExitCode.Done));
        }
        finally
        {
            Console.SetOut(console);
        }
        ProcessStartInfo start = new("/bin/bash")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--norc", "-c",
                script + "npusim() { printf '%s\\n' $OFFERED; }\nset -f\nCOMP_WORDBREAKS=$' \\t\\n:='\nCOMP_LINE=$LINE "
                    + "COMP_POINT=${#LINE}\n"
                    + "_npusim\necho \"${COMPREPLY[*]}\"",
            },
        };
        start.Environment["OFFERED"] = offered;
        start.Environment["LINE"] = line;
        using Process bash = Process.Start(start)!;
        Assert.That(bash.StandardOutput.ReadToEnd().Trim(), Is.EqualTo(expected));
        bash.WaitForExit();
    }

    [Test]
    public void Fish_offers_files_where_one_is_taken_and_only_there()
    {
        StringWriter script = new();
        TextWriter console = Console.Out;
        Console.SetOut(script);
        try
        {
            Assert.That(CommandLine.Create().Parse(["completion", "fish"]).Invoke(), Is.EqualTo(ExitCode.Done));
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Multiple(() =>
        {
            Assert.That(script.ToString(),
                Does.Contain("complete -c npusim -f -a").And.Contain("complete -c npusim -n __npusim_takes_path -F"));
            Assert.That(script.ToString(), Does.Contain(
                "case --baseline --checkpoint --data --graph --images --journal --junit --like --network --out --profile --trace --workload -b -n -o "
                    + "-p -w\n"));
            Assert.That(script.ToString(), Does.Contain(
                "'^(npusim check|npusim diff|npusim pretrain|npusim profile show|npusim profile validate|npusim report|npusim "
                    + "vectors check|"
                + "npusim workload show|npusim workload validate)( |$)'"));
        });
        if (!File.Exists("/usr/bin/fish"))
            return;
        string folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        File.WriteAllText(Path.Combine(folder, "zzfile"), "");
        foreach ((string line, bool takes) in ((string, bool)[])
            [("npusim plan --graph zz", true), ("npusim diff zz", true), ("npusim plan --batch zz", false), ("npusim zz", false),
                ("npusim run -p zz", true)])
        {
            ProcessStartInfo start = new("/usr/bin/fish", ["-c", $"function npusim; end\n{script}\ncomplete -C '{line}'"])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = folder,
            };
            using Process fish = Process.Start(start)!;
            string offered = fish.StandardOutput.ReadToEnd();
            fish.WaitForExit();
            Assert.That(offered.Contains("zzfile", StringComparison.Ordinal), Is.EqualTo(takes), line);
        }

        Directory.Delete(folder, recursive: true);
    }
}
