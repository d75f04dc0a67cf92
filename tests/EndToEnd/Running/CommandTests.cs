namespace NpuSim.EndToEnd.Running;

/// <summary>Tests of commands, each in an empty folder.</summary>
public abstract class CommandTests
{
    private protected string Folder { get; private set; } = "";

    private protected Npusim Npusim { get; private set; } = null!;

    [SetUp]
    public void MakeFolder()
    {
        Folder = TemporaryFolder.Create();
        Npusim = new Npusim { Folder = Folder };
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Folder, recursive: true);

    /// <summary>Writes a file into the test's folder and gives its path.</summary>
    private protected string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A path inside the test's folder.</summary>
    private protected string In(params string[] names) => Path.Combine([Folder, .. names]);
}
