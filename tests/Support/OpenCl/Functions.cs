using System.Runtime.InteropServices;
using Silk.NET.OpenCL;

namespace NpuSim.Support.OpenCl;

/// <summary>Functions of OpenCL that tests play, as C declares them.</summary>
internal static unsafe class Functions
{
    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate int GetPlatformIds(uint count, nint* platforms, uint* found);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate int GetDeviceInfo(nint device, DeviceInfo name, nuint size, void* value, nuint* sizeRet);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate nint CreateBuffer(nint context, MemFlags flags, nuint size, void* host, int* error);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate nint CreateProgramWithSource(nint context, uint count, byte** texts, nuint* lengths, int* error);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate int BuildProgram(nint program, uint count, nint* devices, byte* options, void* notify, void* user);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    internal delegate int EnqueueNdRangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* waitList,
        nint* done);
}
