using System.Diagnostics;

namespace NpuSim.Reports.Tests.Html;

/// <summary>
/// Debian's chromium without a window; tests that need it are skipped where it is missing, unless NPUSIM_REQUIRE_CHROMIUM=1.
/// </summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    /// <summary>Loads a page in a frame of a width in pixels, lets its scripts run and returns the document around it.</summary>
    public static string Dom(string html, int width, bool dark = false)
    {
        string program = Program();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("npusim-chromium-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "page.html"), html);
            string page = Path.Combine(folder.FullName, "frame.html"); // a frame can be narrower than the narrowest window
            File.WriteAllText(page,
                $"<!doctype html><iframe src=\"page.html\" style=\"border:0;width:{width}px;height:1200px\"></iframe>"
                + "<pre id=\"selfcheck\"></pre><script>onmessage=e=>selfcheck.textContent=e.data</script>");
            ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true };
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
                    "--virtual-time-budget=20000",
                $"--user-data-dir={Path.Combine(folder.FullName, "profile")}", $"--window-size={width + 100},1300",
                $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", new Uri(page).AbsoluteUri,
            ];
            foreach (string argument in arguments)
                start.ArgumentList.Add(argument);
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(90)))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{program} did not end within 90 s.");
            }

            Assert.That(process.ExitCode, Is.Zero, errors.Result);
            return output.Result;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Program()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? program = Names.SelectMany(name => folders.Select(f => Path.Combine(f, name))).FirstOrDefault(File.Exists);
        if (program is null && Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_CHROMIUM") == "1")
            Assert.Fail("chromium is not installed, and NPUSIM_REQUIRE_CHROMIUM=1 asks for it.");
        if (program is null)
            Assert.Ignore("chromium is not installed; apt-get install chromium makes this test run.");
        return program!;
    }
}
