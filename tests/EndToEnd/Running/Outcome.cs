using System.Text;

namespace NpuSim.EndToEnd.Running;

/// <summary>How a run of npusim ended.</summary>
/// <param name="ExitCode">128 + number where a signal ended it.</param>
/// <param name="OutputBytes">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Outcome(int ExitCode, byte[] OutputBytes, string Error)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Standard output as text; it must be UTF-8.</summary>
    public string Output => Strict.GetString(OutputBytes);

    /// <summary>Requires exit code 0.</summary>
    public Outcome Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, $"{Output}{Error}");
        return this;
    }
}
