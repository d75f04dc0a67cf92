using static NpuSim.Accelerators.OpenCl.Binding.NativeMethods;

namespace NpuSim.Accelerators.OpenCl.Binding;

/// <summary>
/// OpenCL as Silk.NET.OpenCL shows it: instance methods without the prefix "cl", bare handles, error codes returned as integers
/// or through the last parameter. Only what NpuSim calls is here; that package can take its place. Methods are virtual so that
/// tests can let one of them fail.
/// </summary>
internal unsafe class CL
{
    /// <summary>The machine's OpenCL loader.</summary>
    /// <exception cref="OpenClMissingException">There is none.</exception>
    public static CL GetApi() => IsPresent ? new CL() : throw OpenClMissingException.NoLoader(Tried);

    public virtual int GetPlatformIDs(uint count, nint* platforms, uint* found) => clGetPlatformIDs(count, platforms, found);

    public virtual int GetPlatformInfo(nint platform, PlatformInfo name, nuint size, void* value, nuint* sizeRet) =>
        clGetPlatformInfo(platform, name, size, value, sizeRet);

    public virtual int GetDeviceIDs(nint platform, DeviceType type, uint count, nint* devices, uint* found) =>
        clGetDeviceIDs(platform, type, count, devices, found);

    public virtual int GetDeviceInfo(nint device, DeviceInfo name, nuint size, void* value, nuint* sizeRet) =>
        clGetDeviceInfo(device, name, size, value, sizeRet);

    public virtual nint CreateContext(
        nint* properties, uint count, nint* devices, delegate* unmanaged[Cdecl]<byte*, void*, nuint, void*, void> notify, void* user,
        int* error) => clCreateContext(properties, count, devices, notify, user, error);

    public virtual nint CreateCommandQueue(nint context, nint device, CommandQueueProperties properties, int* error) =>
        clCreateCommandQueue(context, device, properties, error);

    public virtual nint CreateBuffer(nint context, MemFlags flags, nuint size, void* host, int* error) =>
        clCreateBuffer(context, flags, size, host, error);

    public virtual nint CreateProgramWithSource(nint context, uint count, byte** texts, nuint* lengths, int* error) =>
        clCreateProgramWithSource(context, count, texts, lengths, error);

    public virtual nint CreateProgramWithBinary(
        nint context, uint count, nint* devices, nuint* lengths, byte** binaries, int* status, int* error) =>
        clCreateProgramWithBinary(context, count, devices, lengths, binaries, status, error);

    public virtual int BuildProgram(nint program, uint count, nint* devices, byte* options, void* notify, void* user) =>
        clBuildProgram(program, count, devices, options, notify, user);

    public virtual int GetProgramInfo(nint program, ProgramInfo name, nuint size, void* value, nuint* sizeRet) =>
        clGetProgramInfo(program, name, size, value, sizeRet);

    public virtual int GetProgramBuildInfo(
        nint program, nint device, ProgramBuildInfo name, nuint size, void* value, nuint* sizeRet) =>
        clGetProgramBuildInfo(program, device, name, size, value, sizeRet);

    public virtual nint CreateKernel(nint program, byte* name, int* error) => clCreateKernel(program, name, error);

    public virtual int SetKernelArg(nint kernel, uint index, nuint size, void* value) => clSetKernelArg(kernel, index, size, value);

    public virtual int EnqueueNdrangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* waitList,
        nint* done) => clEnqueueNDRangeKernel(queue, kernel, dimensions, offset, global, local, waits, waitList, done);

    public virtual int EnqueueReadBuffer(
        nint queue, nint buffer, bool blocking, nuint offset, nuint size, void* to, uint waits, nint* waitList, nint* done) =>
        clEnqueueReadBuffer(queue, buffer, blocking ? 1u : 0, offset, size, to, waits, waitList, done);

    public virtual int EnqueueWriteBuffer(
        nint queue, nint buffer, bool blocking, nuint offset, nuint size, void* from, uint waits, nint* waitList, nint* done) =>
        clEnqueueWriteBuffer(queue, buffer, blocking ? 1u : 0, offset, size, from, waits, waitList, done);

    public virtual int Finish(nint queue) => clFinish(queue);

    public virtual int ReleaseContext(nint context) => clReleaseContext(context);

    public virtual int ReleaseCommandQueue(nint queue) => clReleaseCommandQueue(queue);

    public virtual int ReleaseMemObject(nint memory) => clReleaseMemObject(memory);

    public virtual int ReleaseProgram(nint program) => clReleaseProgram(program);

    public virtual int ReleaseKernel(nint kernel) => clReleaseKernel(kernel);
}
