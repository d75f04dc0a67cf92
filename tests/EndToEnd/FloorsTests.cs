using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace NpuSim.EndToEnd;

/// <summary>Arrows point one way inside every project too: folders stand on floors, and a type uses only what its own folder or
/// those below hold.</summary>
public sealed class FloorsTests
{
    private static readonly string[] Projects = ["Primitives", "Accelerators", "Workloads", "Simulator", "Reports", "Cli"];

    private static readonly string[] SimulatorFloors =
        ["Methods", "Planning", "Memory", "Timing", "Execution", "Training", "Studies"];

    private static readonly Lazy<ILookup<string, (string From, string To, string Why)>> Arrows = new(() =>
        Projects.SelectMany(ArrowsOf).ToLookup(a => a.Project, a => (a.From, a.To, a.Why)));

    [TestCaseSource(nameof(Projects))]
    public void Folders_stand_in_no_circle(string project)
    {
        var arrows = Arrows.Value[project].ToArray();
        Assume.That(Arrows.Value.Any(p => p.Any()), "arrows were found at all");
        HashSet<string> open = [.. arrows.SelectMany(a => new[] { a.From, a.To })];
        while (open.FirstOrDefault(f => !arrows.Any(a => a.From == f && open.Contains(a.To))) is { } lowest)
            open.Remove(lowest);
        Assert.That(open, Is.Empty, string.Join('\n', arrows.Where(a => open.Contains(a.From) && open.Contains(a.To))
            .Select(a => a.Why)));
    }

    [Test]
    public void Each_floor_of_the_simulator_uses_only_those_below()
    {
        var arrows = Arrows.Value["Simulator"].ToArray();
        Assert.That(arrows.SelectMany(a => new[] { a.From, a.To }).Distinct(), Is.EquivalentTo(SimulatorFloors),
            "folders and floors");
        string[] upward = [.. arrows.Where(a => Floor(a.From) <= Floor(a.To)).Select(a => a.Why).Distinct()];
        Assert.That(upward, Is.Empty, string.Join('\n', upward));

        // Timing and Execution are two readings of one plan: they stand side by side and do not know each other.
        static int Floor(string folder) => folder == "Execution" ? Floor("Timing") : Array.IndexOf(SimulatorFloors, folder);
    }

    private static IEnumerable<(string Project, string From, string To, string Why)> ArrowsOf(string project)
    {
        string root = project == "Primitives" ? "NpuSim" : $"NpuSim.{project}";
        Architecture architecture = new ArchLoader().LoadAssemblies(Load(project)).Build();
        return
            from type in architecture.Types
            let fromFolder = Folder(type)
            where fromFolder is not null
            from dependency in type.Dependencies
            let toFolder = Folder(dependency.Target)
            where toFolder is not null && toFolder != fromFolder
            select (project, fromFolder, toFolder, $"{fromFolder} -> {toFolder}: {type.Name} uses {dependency.Target.Name}");

        string? Folder(IType type)
        {
            string space = type.Namespace?.FullName ?? "";
            return space == root ? "."
                : space.StartsWith(root + ".", StringComparison.Ordinal) ? space[(root.Length + 1)..].Split('.')[0] : null;
        }
    }

    private static System.Reflection.Assembly Load(string project) =>
        System.Reflection.Assembly.LoadFrom(Path.Combine(TestContext.CurrentContext.TestDirectory, project == "Cli"
            ? "npusim.dll" : $"NpuSim.{project}.dll"));
}
