using System.Runtime.Versioning;

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

    /// <summary>Lets scripts call npusim by its name.</summary>
    [UnsupportedOSPlatform("windows")]
    private protected void PutProgramOnPath()
    {
        string program = Write("npusim", $"#!/bin/sh\nexec '{Npusim.DotNet}' '{Npusim.Assembly}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Npusim.Variables["PATH"] = Folder + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
    }

    /// <summary>A path inside the test's folder.</summary>
    private protected string In(params string[] names) => Path.Combine([Folder, .. names]);
}
