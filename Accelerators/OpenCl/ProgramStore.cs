using System.Security.Cryptography;
using System.Text;
using NpuSim.Files;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// Compiles programs and keeps them on disk, one file per (source, options, device, driver). A file that is damaged, or that the
/// driver does not take any more, is compiled anew and replaced.
/// </summary>
internal sealed unsafe class ProgramStore(OpenClContext context, string? folder)
{
    private const int LogLines = 4;

    private static readonly byte[] Magic = "npusim opencl 1\n"u8.ToArray();

    private CL Api => context.Api;

    /// <summary>A program, ready to make kernels from.</summary>
    /// <exception cref="OpenClException">The driver does not compile it; the message has the first lines of its log.</exception>
    public Handle Get(KernelProgram program, string options)
    {
        string source = KernelSource.Of(program);
        string? path = folder is null ? null : Path.Combine(folder, $"{Key(source, options)}.clbin");
        if (path is not null && Read(path) is { } binary && FromBinary(binary, options) is { } kept)
            return kept;
        Handle built = FromSource(source, options);
        if (path is not null)
            Keep(path, built);
        return built;
    }

    private string Key(string source, string options) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', source, options, context.Device.Identity))))[..32];

    private Handle FromSource(string source, string options)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        int code = 0;
        nint created;
        fixed (byte* p = text)
        {
            byte* start = p;
            nuint length = (nuint)text.Length;
            created = Api.CreateProgramWithSource(context.Value, 1, &start, &length, &code);
        }

        context.Check(code, "clCreateProgramWithSource");
        Handle program = new(created, Api.ReleaseProgram);
        code = Build(program, options);
        if (code == (int)ErrorCodes.Success)
            return program;
        string log = Log(program);
        program.Dispose();
        throw new OpenClException(
            $"opencl: the driver of '{context.Device.Name}' does not compile the kernels ({(ErrorCodes)code}): {log}");
    }

    // Null when the driver does not take the file.
    private Handle? FromBinary(byte[] binary, string options)
    {
        nint device = context.Device.Handle;
        int code = 0, status = 0;
        nint created;
        fixed (byte* p = binary)
        {
            byte* start = p;
            nuint length = (nuint)binary.Length;
            created = Api.CreateProgramWithBinary(context.Value, 1, &device, &length, &start, &status, &code);
        }

        if (code != (int)ErrorCodes.Success || status != (int)ErrorCodes.Success)
            return null;
        Handle program = new(created, Api.ReleaseProgram);
        if (Build(program, options) == (int)ErrorCodes.Success)
            return program;
        program.Dispose();
        return null;
    }

    private int Build(Handle program, string options)
    {
        nint device = context.Device.Handle;
        fixed (byte* text = Encoding.UTF8.GetBytes(options + '\0'))
            return Api.BuildProgram(program.Value, 1, &device, text, null, null);
    }

    private string Log(Handle program)
    {
        nuint size = 0;
        if (Api.GetProgramBuildInfo(program.Value, context.Device.Handle, ProgramBuildInfo.BuildLog, 0, null, &size) != 0)
            return "no log";
        byte[] log = new byte[size];
        fixed (byte* p = log)
            _ = Api.GetProgramBuildInfo(program.Value, context.Device.Handle, ProgramBuildInfo.BuildLog, size, p, null);
        string[] lines = Encoding.UTF8.GetString(log).TrimEnd('\0')
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "no log" : string.Join(" | ", lines.Take(LogLines));
    }

    private static byte[]? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            byte[] all = OrdinaryFile.ReadAllBytes(path);
            int head = Magic.Length + SHA256.HashSizeInBytes;
            if (all.AsSpan().StartsWith(Magic) && all.Length > head
                && SHA256.HashData(all.AsSpan(head)).AsSpan().SequenceEqual(all.AsSpan(Magic.Length, SHA256.HashSizeInBytes)))
            {
                return all[head..];
            }

            Note.Say($"{path}: damaged; the kernels are compiled anew.");
        }
        catch (InputException fault)
        {
            Note.Say($"{fault.Message} The kernels are compiled anew.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Note.Say($"{path}: cannot be read: {fault.Message} The kernels are compiled anew.");
        }

        return null;
    }

    // A cache that cannot be written costs time, not results.
    private void Keep(string path, Handle program)
    {
        nuint size = 0;
        if (Api.GetProgramInfo(program.Value, ProgramInfo.BinarySizes, (nuint)sizeof(nuint), &size, null) != 0 || size == 0)
            return;
        byte[] binary = new byte[size];
        fixed (byte* p = binary)
        {
            byte* start = p;
            if (Api.GetProgramInfo(program.Value, ProgramInfo.Binaries, (nuint)nint.Size, &start, null) != 0)
                return;
        }

        try
        {
            AtomicFile.Write(path, stream =>
            {
                stream.Write(Magic);
                stream.Write(SHA256.HashData(binary));
                stream.Write(binary);
            });
        }
        catch (InputException fault)
        {
            Note.SayOnce(Path.GetDirectoryName(path) ?? "",
                $"{fault.Message} Compiled kernels are not kept; the results are the same.");
        }
    }
}
