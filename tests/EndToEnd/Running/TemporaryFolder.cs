namespace NpuSim.EndToEnd.Running;

/// <summary>A folder for the length of one test, and one for the length of all.</summary>
[SetUpFixture]
internal sealed class TemporaryFolder
{
    /// <summary>Keeps what every test may reuse: pre-trained weights.</summary>
    public static string Shared { get; private set; } = "";

    /// <summary>A new, empty folder.</summary>
    public static string Create() => Directory.CreateTempSubdirectory("npusim-").FullName;

    [OneTimeSetUp]
    public void Make() => Shared = Create();

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(Shared, recursive: true);
}
