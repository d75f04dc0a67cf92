using System.Diagnostics;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class InstructionSetTests
{
    [TestCase("DOTNET_EnableAVX512=0")]
    [TestCase("DOTNET_EnableAVX2=0")]
    [TestCase("DOTNET_EnableHWIntrinsic=0")]
    public void Results_are_the_same_without_an_instruction_set(string setting)
    {
        string[] pair = setting.Split('=');
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        ProcessStartInfo start = new(host, [typeof(InstructionSetTests).Assembly.Location, "digest"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[pair[0]] = pair[1];
        if (pair[0] == "DOTNET_EnableAVX512")
            start.Environment["DOTNET_EnableAVX512F"] = pair[1]; // its name before .NET 10
        using Process child = Process.Start(start)!;
        string[] lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
        Assert.That(lines[0], Does.StartWith("vectors "));
        TestContext.Out.WriteLine(lines[0]);
        Assert.That(lines.Skip(1).Select(l => l.TrimEnd('\r')), Is.EqualTo(KernelDigest.Lines()));
    }
}
