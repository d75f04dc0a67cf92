using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>The same study on a device and on the processor; what happens where there is no device.</summary>
public sealed class OpenClTests : CommandTests
{
    private static readonly string[] Study =
    [
        "-w", "task.yaml", "-p", "systolic-int8-16x16-acc20", "dsp-40bit-saturating", "-m", "qzo-ff:16w8a", "-s", "ft", "lp",
        "--steps", "2", "--seeds", "1", "--json",
    ];

    [TestCase(SmallWorkload.Yaml)]
    [TestCase(SmallWorkload.TransformerYaml)]
    public void The_backend_changes_no_byte(string workload)
    {
        RequireDevice();
        Write("task.yaml", workload);
        byte[] expected = Compare("--out", "processor").Succeeded().OutputBytes;
        byte[] got = Compare("--out", "device", "--backend", "opencl").Succeeded().OutputBytes;
        Assert.That(Results.WithoutHost(got), Is.EqualTo(Results.WithoutHost(expected)));
        Assert.That(Results.Processor(got), Does.Contain(", opencl:0 "), "the host block names the device");
        Assert.That(Results.Processor(expected), Does.Not.Contain("opencl"));
    }

    [Test]
    public void A_run_on_a_device_prints_and_keeps_what_the_processor_does()
    {
        RequireDevice();
        Write("task.yaml", SmallWorkload.Yaml);
        string[] run = ["run", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-s", "lp", "-m", "qzo-ff:16w8a",
            "--checkpoint-every", "2"];
        string expected = Npusim.Run([.. run, "--checkpoint", "a"]).Succeeded().Output;
        string got = Npusim.Run([.. run, "--checkpoint", "b", "--backend", "opencl"]).Succeeded().Output;
        Assert.That(got, Does.Match("trained on opencl:0 .+\n"));
        Assert.That(
            string.Join('\n', got.Split('\n').Where(l => !l.StartsWith("trained on", StringComparison.Ordinal))),
            Is.EqualTo(expected.Replace("checkpoint: a", "checkpoint: b", StringComparison.Ordinal)));
        Assert.That(File.ReadAllBytes(In("b")), Is.EqualTo(File.ReadAllBytes(In("a"))));
        Assert.That(Npusim.Run([.. run, "--checkpoint", "a", "--resume", "--backend", "opencl"]).Succeeded().Output,
            Does.Contain("resumed after step 4"));
    }

    [Test]
    public void Without_a_loader_auto_says_so_and_runs_on_the_processor()
    {
        Npusim.Variables["NPUSIM_OPENCL_LIBRARY"] = In("no-such-library.so");
        Write("task.yaml", SmallWorkload.Yaml);
        Outcome outcome = Compare("--backend", "auto").Succeeded();
        Assert.That(outcome.Error, Does.Contain("npusim: opencl: there is no OpenCL loader").And.Contain(
            "The processor is used"));
        Assert.That(Results.Processor(outcome.OutputBytes), Does.Not.Contain("opencl"));
    }

    [TestCase("opencl", "opencl: there is no OpenCL loader")]
    [TestCase("opencl:", "--backend 'opencl:': accepted are cpu, opencl, opencl:DEVICE and auto.")]
    [TestCase("gpu", "--backend 'gpu': accepted are cpu, opencl, opencl:DEVICE and auto.")]
    public void A_backend_that_cannot_be_used_is_one_line_and_leaves_earlier_results_whole(string backend, string message)
    {
        Npusim.Variables["NPUSIM_OPENCL_LIBRARY"] = In("no-such-library.so");
        Write("task.yaml", SmallWorkload.Yaml);
        Directory.CreateDirectory(In("npusim-out"));
        Write("npusim-out/results.json", "earlier");
        Outcome outcome = Compare("--backend", backend, "--overwrite");
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(outcome.Error, Does.StartWith($"npusim: {message}"));
        Assert.That(File.ReadAllText(In("npusim-out", "results.json")), Is.EqualTo("earlier"));
    }

    [Test]
    public void A_device_that_is_not_there_is_named_with_those_that_are()
    {
        RequireDevice();
        Write("task.yaml", SmallWorkload.Yaml);
        Outcome outcome = Compare("--backend", "opencl:nonesuch");
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.StartWith("npusim: opencl: no device 'nonesuch'; accepted are 0 ("));
    }

    [Test]
    public void Devices_says_what_is_missing_and_how_to_get_it()
    {
        Npusim.Variables["NPUSIM_OPENCL_LIBRARY"] = In("no-such-library.so");
        Assert.That(Npusim.Run("devices").Succeeded().Output,
            Does.Contain("there is no OpenCL loader").And.Contain("on the processor"));
        JsonNode json = JsonNode.Parse(Npusim.Run("devices", "--json").Succeeded().Output)!;
        Assert.That(json["devices"]!.AsArray(), Is.Empty);
        Assert.That(json["missing"]!.GetValue<string>(), Does.Contain("no OpenCL loader"));
    }

    [Test]
    public void A_library_that_is_no_loader_of_OpenCL_is_named()
    {
        string other = OperatingSystem.IsLinux() ? "libc.so.6" : In("no-such-library");
        Npusim.Variables["NPUSIM_OPENCL_LIBRARY"] = other;
        Assert.That(Npusim.Run("devices").Succeeded().Output, Does.Contain($"there is no OpenCL loader ({other})"));
    }

    [Test]
    public void Devices_lists_memory_and_extensions()
    {
        JsonNode device = RequireDevice();
        Assert.That(device["backend"]!.GetValue<string>(), Is.EqualTo("opencl:0"));
        Assert.That(device["memoryBytes"]!.GetValue<long>(), Is.Positive);
        Assert.That(device["extensions"]!.AsArray(), Is.Not.Empty);
        Assert.That(Npusim.Run("devices", "--quick").Succeeded().Output, Does.Contain(device["name"]!.GetValue<string>()));
    }

    private Outcome Compare(params string[] more) => Npusim.Run(["compare", .. Study, .. more]);

    private JsonNode RequireDevice()
    {
        JsonNode json = JsonNode.Parse(Npusim.Run("devices", "--quick", "--json").Succeeded().Output)!;
        if (json["devices"]!.AsArray() is [{ } first, ..])
            return first;
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_OPENCL") == "1")
            Assert.Fail($"{json["missing"]} NPUSIM_REQUIRE_OPENCL=1 asks for a device.");
        Assert.Ignore(json["missing"]!.GetValue<string>());
        throw new InvalidOperationException();
    }
}
