using System.Reflection;
using System.Runtime.InteropServices;
using Silk.NET.Core.Contexts;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// The machine's OpenCL loader (the ICD loader: libOpenCL), from which Silk.NET takes functions as they are first called. It is
/// loaded when somebody asks for it and stays.
/// </summary>
internal sealed class OpenClLoader : INativeContext
{
    /// <summary>Environment variable that names another library with OpenCL's functions, such as oclgrind's runtime.</summary>
    public const string LibraryVariable = "NPUSIM_OPENCL_LIBRARY";

    // Debian installs libOpenCL.so.1 alone; the name without a number comes with development files.
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS()
            ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"];

    private static readonly Lazy<OpenClLoader> Loaded = new(Load);

    private readonly string name;
    private readonly nint library;

    private OpenClLoader(string name, nint library) => (this.name, this.library) = (name, library);

    /// <summary>OpenCL's functions.</summary>
    /// <exception cref="OpenClMissingException">There is no loader.</exception>
    public static CL Api() => new(Get());

    /// <summary>The loader itself.</summary>
    /// <exception cref="OpenClMissingException">There is none.</exception>
    public static OpenClLoader Get() => Loaded.Value;

    /// <inheritdoc/>
    /// <exception cref="OpenClException">The library does not have it.</exception>
    public nint GetProcAddress(string proc, int? slot = null) => TryGetProcAddress(proc, out nint address, slot)
        ? address
        : throw new OpenClException($"opencl: '{name}' has no function {proc}; a loader of OpenCL 1.2 or later has.");

    /// <inheritdoc/>
    public bool TryGetProcAddress(string proc, out nint addr, int? slot = null) =>
        NativeLibrary.TryGetExport(library, proc, out addr);

    /// <summary>Does nothing: devices that are open need the library.</summary>
    public void Dispose() { }

    private static OpenClLoader Load()
    {
        string[] names = Environment.GetEnvironmentVariable(LibraryVariable) is { Length: > 0 } given ? [given] : Names;
        foreach (string name in names)
        {
            Assembly here = Assembly.GetExecutingAssembly();
            if (NativeLibrary.TryLoad(name, here, DllImportSearchPath.SafeDirectories, out nint library)
                && NativeLibrary.TryGetExport(library, "clGetPlatformIDs", out _))
            {
                return new OpenClLoader(name, library);
            }
        }

        throw OpenClMissingException.NoLoader(names);
    }
}
