using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>The tutorial is true: its commands run and print what it shows.</summary>
public sealed class TutorialTests : CommandTests
{
    private const string Example = """
        Text.

        ```console
        $ git clone somewhere
        ```
        ```console
        $ npusim workload show \
            glyphs-cnn > mine.yaml
        $ sed -i 's/^name: .*/name: mine/' mine.yaml
        $ dotnet run -c Release --project Cli -- workload validate mine.yaml
        mine.yaml: mine is valid
        $ npusim profile list
        …
        ethos-u55-128 … Ethos-U55…
        systolic-int8-16x16 …
        ```
        """;

    [SetUp]
    public void OnlyWhereThereIsAShell()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("needs a POSIX shell");
            return;
        }

        Directory.CreateDirectory(In("bin"));
        string program = Write("bin/npusim", $"#!/bin/sh\nexec '{Npusim.DotNet}' '{Npusim.Assembly}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Npusim.Variables["PATH"] = $"{In("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    [Test]
    public void Commands_of_console_blocks_are_found_with_their_output()
    {
        IReadOnlyList<TutorialStep> steps = Tutorial.Read(Example);
        Assert.Multiple(() =>
        {
            Assert.That(steps.Select(s => s.Command), Is.EqualTo(new[]
            {
                "npusim workload show glyphs-cnn > mine.yaml", "sed -i 's/^name: .*/name: mine/' mine.yaml",
                "npusim workload validate mine.yaml", "npusim profile list",
            }));
            Assert.That(steps[2].Shown, Is.EqualTo(new[] { "mine.yaml: mine is valid" }));
            Assert.That(steps[2].Line, Is.EqualTo(10));
        });
        Run(Example);
    }

    [TestCase("a  b\nc\n", "a b|c", null)]
    [TestCase("a\nc\n", "a|b", "b")]
    [TestCase("b\na\n", "a|b", "b")]
    [TestCase("x: 12 % of y\n", "x: … % of y", null)]
    [TestCase("x: 12 % of z\n", "x: … % of y", "x: … % of y")]
    [TestCase("t; 2.4 s on 2 threads (AVX2)\n", "t; 17 s on 16 threads (AVX-512BW)", null)]
    [TestCase("", "…| |…", null)]
    public void Shown_lines_must_appear_in_their_order(string output, string shown, string? missing) =>
        Assert.That(new TutorialStep(1, "", shown.Split('|')).Missing(output), Is.EqualTo(missing));

    [TestCase("README.md")]
    [TestCase("docs/tasks.md")]
    [TestCase("docs/tutorial.md")]
    public void What_a_page_shows_is_what_its_commands_print(string page)
    {
        string markdown = File.ReadAllText(Repository.At(page.Split('/')));
        Assert.That(Tutorial.Read(markdown), Is.Not.Empty);
        Directory.CreateSymbolicLink(In("docs"), Repository.At("docs"));
        Run(markdown);
    }

    private void Run(string markdown)
    {
        foreach (TutorialStep step in Tutorial.Read(markdown))
        {
            Outcome run = Npusim.End(Npusim.Start("sh", ["-c", $"{step.Command} 2>&1"]));
            TestContext.Out.WriteLine($"$ {step.Command}\n{run.Output}");
            Assert.That(run.ExitCode, Is.Zero, $"line {step.Line}: {step.Command}\n{run.Output}");
            Assert.That(step.Missing(run.Output), Is.Null,
                $"line {step.Line}: {step.Command} printed\n{run.Output}without this line");
        }
    }
}
