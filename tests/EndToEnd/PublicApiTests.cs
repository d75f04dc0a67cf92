using System.Reflection;
using System.Text;
using NpuSim.Support;
using PublicApiGenerator;

namespace NpuSim.EndToEnd;

/// <summary>
/// What others build on, assembly by assembly. A changed file is a change to those who use the packages: look at the difference,
/// then write the files anew by running these tests with NPUSIM_UPDATE_SNAPSHOTS=1.
/// </summary>
public sealed class PublicApiTests
{
    [TestCase("Primitives")]
    [TestCase("Accelerators")]
    [TestCase("Workloads")]
    [TestCase("Simulator")]
    [TestCase("Reports")]
    public void The_public_types_and_members_are_those_written_down(string project)
    {
        string api = Assembly.Load($"NpuSim.{project}")
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n");
        string path = Path.Combine(Repository.Root, "tests", "EndToEnd", "PublicApi", $"NpuSim.{project}.txt");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(path, api, new UTF8Encoding(false));
        string[] before = File.Exists(path) ? File.ReadAllText(path).Split('\n') : [], after = api.Split('\n');
        Assert.That(after.Except(before), Is.Empty, $"added to {project}");
        Assert.That(before.Except(after), Is.Empty, $"taken from {project}");
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public void The_command_has_no_public_types() => Assert.That(Assembly.Load("npusim").GetExportedTypes(), Is.Empty);
}
