using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NpuSim.Files;

/// <summary>Things in a folder that are no ordinary file; on Linux.</summary>
public static partial class SpecialFile
{
    /// <summary>What <see cref="Make"/> makes.</summary>
    public static readonly string[] Kinds = ["pipe", "socket", "device", "folder"];

    /// <summary>Makes one.</summary>
    /// <param name="path">Its place; a socket's has at most 107 bytes.</param>
    /// <param name="kind">Of <see cref="Kinds"/>; a device is a link to /dev/zero, which has no end.</param>
    public static void Make(string path, string kind)
    {
        switch (kind)
        {
            case "pipe" when MakePipe(path, 0x180) != 0:
                throw new IOException($"{path}: no pipe can be made");
            case "socket":
                using (Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                    Bind(socket, path);
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
        }
    }

    // Closing removes the name that was bound: another one stays.
    private static void Bind(Socket socket, string path)
    {
        socket.Bind(new UnixDomainSocketEndPoint(path + "+"));
        File.Move(path + "+", path);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
