using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NpuSim.Files;

/// <summary>What .NET does not do with files on systems other than Windows; there these do nothing.</summary>
internal static partial class Posix
{
    /// <summary>The content of a small file, even of one that is locked; null where it cannot be read.</summary>
    public static string? Read(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        using SafeFileHandle handle = new(Open(path, 0), ownsHandle: true);
        if (handle.IsInvalid)
            return null;
        try
        {
            using StreamReader reader = new(new FileStream(handle, FileAccess.Read, bufferSize: 0));
            return reader.ReadToEnd();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns when the names in a folder are on the disk; file systems that cannot say so are taken at their
    /// word.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using SafeFileHandle handle = new(Open(path, 0), ownsHandle: true);
        if (!handle.IsInvalid)
            _ = Sync((int)handle.DangerousGetHandle());
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);
}
