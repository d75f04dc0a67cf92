namespace NpuSim.Cli.Terminal;

/// <summary>Exit codes that scripts rely on.</summary>
/// <remarks>130, 143 and 129 are interruptions: <see cref="Interruption.ExitCode"/>.</remarks>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A check failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>Bad usage or input; nothing was written.</summary>
    public const int BadInput = 2;

    /// <summary>An internal error.</summary>
    public const int Internal = 3;
}
