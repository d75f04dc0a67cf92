using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NpuSim.Files;

/// <summary>What .NET does not do with files on systems other than Windows; there these do nothing.</summary>
internal static partial class Posix
{
    private const int Exists = 17; // EEXIST, the same on Linux, macOS and BSD

    // statx(2): the structure is the same on every processor.
    private const int WorkingFolder = -100, StatusBytes = 256, ModeOffset = 28, TypeMask = 0xF000;
    private const uint TypeOnly = 1;

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

    /// <summary>
    /// Gives a file a name that no other has. .NET looks whether there is one and then renames, which replaces what somebody else
    /// wrote in between; a second name of the same file is given at once or not at all. Where a file system has no second names
    /// it is what .NET does.
    /// </summary>
    /// <exception cref="IOException">There is a file of that name, or it cannot be written.</exception>
    public static void MoveNew(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            File.Move(from, to);
        else if (Link(from, to) == 0)
            File.Delete(from);
        else if (Marshal.GetLastPInvokeError() == Exists)
            throw new IOException($"'{to}' is there already.");
        else
            File.Move(from, to);
    }

    /// <summary>What a path leads to, in words, where that is neither a file nor a folder; null otherwise, and on systems other
    /// than Linux.</summary>
    public static string? Kind(string path)
    {
        if (!OperatingSystem.IsLinux() || path.Length == 0 || path.Contains('\0'))
            return null;
        Span<byte> status = stackalloc byte[StatusBytes];
        if (Status(WorkingFolder, path, 0, TypeOnly, status) != 0)
            return null;
        return (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) switch
        {
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);
}
