using System.Reflection;
using System.Runtime.InteropServices;

namespace NpuSim.Accelerators.OpenCl.Binding;

/// <summary>The functions of the OpenCL loader (the ICD loader: libOpenCL), as C declares them.</summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>Environment variable that names another library with OpenCL's functions, such as oclgrind's runtime.</summary>
    public const string LibraryVariable = "NPUSIM_OPENCL_LIBRARY";

    private const string Loader = "OpenCL";

    // Debian installs libOpenCL.so.1 alone; the name without a number comes with development files.
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["OpenCL.dll"]
        : OperatingSystem.IsMacOS()
            ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"];

    private static readonly Lazy<nint> Library = new(Load);

    static NativeMethods() => NativeLibrary.SetDllImportResolver(
        typeof(NativeMethods).Assembly, (name, _, _) => name == Loader ? Library.Value : 0);

    /// <summary>True when there is a loader.</summary>
    public static bool IsPresent => Library.Value != 0;

    /// <summary>The names that were tried.</summary>
    public static IReadOnlyList<string> Tried =>
        Environment.GetEnvironmentVariable(LibraryVariable) is { Length: > 0 } given ? [given] : Names;

    private static nint Load()
    {
        foreach (string name in Tried)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out nint handle)
                && NativeLibrary.TryGetExport(handle, "clGetPlatformIDs", out _))
            {
                return handle;
            }
        }

        return 0;
    }

    [LibraryImport(Loader)]
    public static partial int clGetPlatformIDs(uint count, nint* platforms, uint* found);

    [LibraryImport(Loader)]
    public static partial int clGetPlatformInfo(nint platform, PlatformInfo name, nuint size, void* value, nuint* sizeRet);

    [LibraryImport(Loader)]
    public static partial int clGetDeviceIDs(nint platform, DeviceType type, uint count, nint* devices, uint* found);

    [LibraryImport(Loader)]
    public static partial int clGetDeviceInfo(nint device, DeviceInfo name, nuint size, void* value, nuint* sizeRet);

    [LibraryImport(Loader)]
    public static partial nint clCreateContext(
        nint* properties, uint count, nint* devices, delegate* unmanaged[Cdecl]<byte*, void*, nuint, void*, void> notify, void* user,
        int* error);

    [LibraryImport(Loader)]
    public static partial nint clCreateCommandQueue(nint context, nint device, CommandQueueProperties properties, int* error);

    [LibraryImport(Loader)]
    public static partial nint clCreateBuffer(nint context, MemFlags flags, nuint size, void* host, int* error);

    [LibraryImport(Loader)]
    public static partial nint clCreateProgramWithSource(nint context, uint count, byte** texts, nuint* lengths, int* error);

    [LibraryImport(Loader)]
    public static partial nint clCreateProgramWithBinary(
        nint context, uint count, nint* devices, nuint* lengths, byte** binaries, int* status, int* error);

    [LibraryImport(Loader)]
    public static partial int clBuildProgram(nint program, uint count, nint* devices, byte* options, void* notify, void* user);

    [LibraryImport(Loader)]
    public static partial int clGetProgramInfo(nint program, ProgramInfo name, nuint size, void* value, nuint* sizeRet);

    [LibraryImport(Loader)]
    public static partial int clGetProgramBuildInfo(
        nint program, nint device, ProgramBuildInfo name, nuint size, void* value, nuint* sizeRet);

    [LibraryImport(Loader)]
    public static partial nint clCreateKernel(nint program, byte* name, int* error);

    [LibraryImport(Loader)]
    public static partial int clSetKernelArg(nint kernel, uint index, nuint size, void* value);

    [LibraryImport(Loader)]
    public static partial int clEnqueueNDRangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* waitList, nint* done);

    [LibraryImport(Loader)]
    public static partial int clEnqueueReadBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* to, uint waits, nint* waitList, nint* done);

    [LibraryImport(Loader)]
    public static partial int clEnqueueWriteBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* from, uint waits, nint* waitList, nint* done);

    [LibraryImport(Loader)]
    public static partial int clFinish(nint queue);

    [LibraryImport(Loader)]
    public static partial int clReleaseContext(nint context);

    [LibraryImport(Loader)]
    public static partial int clReleaseCommandQueue(nint queue);

    [LibraryImport(Loader)]
    public static partial int clReleaseMemObject(nint memory);

    [LibraryImport(Loader)]
    public static partial int clReleaseProgram(nint program);

    [LibraryImport(Loader)]
    public static partial int clReleaseKernel(nint kernel);
}
