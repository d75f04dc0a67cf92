using System.Runtime.InteropServices;
using System.Text;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// One thread's work on a device, done in the order given. Calls return before the work is done; reading waits for it.
/// </summary>
public sealed unsafe class OpenClQueue : IDisposable
{
    private readonly Handle queue;
    private readonly Dictionary<(Handle Program, string Name), Handle> kernels = [];
    private readonly Dictionary<object, DeviceBuffer> constants = [];
    private readonly Dictionary<string, DeviceBuffer> scratch = [];

    /// <summary>Opens a queue.</summary>
    public OpenClQueue(OpenClContext context)
    {
        Context = context;
        int code = 0;
        nint created = Api.CreateCommandQueue(context.Value, context.Device.Handle, CommandQueueProperties.None, &code);
        context.Check(code, "clCreateCommandQueue");
        queue = new Handle(created, Api.ReleaseCommandQueue);
    }

    /// <summary>The open device.</summary>
    public OpenClContext Context { get; }

    private CL Api => Context.Api;

    /// <summary>Copies bytes to the device.</summary>
    public void Write(DeviceBuffer buffer, long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        fixed (byte* p = bytes)
        {
            int code = Api.EnqueueWriteBuffer(
                queue.Value, buffer.Memory.Value, true, (nuint)offset, (nuint)bytes.Length, p, 0, null, null);
            Context.Check(code, "clEnqueueWriteBuffer");
        }
    }

    /// <summary>Copies numbers to the start of a buffer.</summary>
    internal void Write<T>(DeviceBuffer buffer, ReadOnlySpan<T> numbers) where T : unmanaged =>
        Write(buffer, 0, MemoryMarshal.AsBytes(numbers));

    /// <summary>Copies bytes from the device, after all that was asked before.</summary>
    public void Read(DeviceBuffer buffer, long offset, Span<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        fixed (byte* p = bytes)
        {
            int code = Api.EnqueueReadBuffer(
                queue.Value, buffer.Memory.Value, true, (nuint)offset, (nuint)bytes.Length, p, 0, null, null);
            Context.Check(code, "clEnqueueReadBuffer");
        }
    }

    /// <summary>A new buffer with these bytes.</summary>
    public DeviceBuffer Upload(ReadOnlySpan<byte> bytes)
    {
        DeviceBuffer buffer = Context.CreateBuffer(bytes.Length);
        Write(buffer, 0, bytes);
        return buffer;
    }

    /// <summary>Waits until everything asked for is done.</summary>
    public void Finish() => Context.Check(Api.Finish(queue.Value), "clFinish");

    /// <summary>Gives kernels, constants and scratch memory back.</summary>
    public void Dispose()
    {
        foreach (Handle kernel in kernels.Values)
            kernel.Dispose();
        foreach (DeviceBuffer buffer in constants.Values.Concat(scratch.Values))
            buffer.Dispose();
        queue.Dispose();
    }

    /// <summary>Constants of a kernel, uploaded once; the key never changes what it stands for.</summary>
    internal DeviceBuffer Constant<T>(object key, Func<T[]> values) where T : unmanaged
    {
        if (!constants.TryGetValue(key, out DeviceBuffer? buffer))
            constants[key] = buffer = Upload(MemoryMarshal.AsBytes(values().AsSpan()));
        return buffer;
    }

    /// <summary>Scratch memory of at least some bytes. Work is done in order, so one use may follow another.</summary>
    internal DeviceBuffer Scratch(string slot, long bytes)
    {
        if (scratch.TryGetValue(slot, out DeviceBuffer? known))
        {
            if (known.Bytes >= bytes)
                return known;
            Finish();
            known.Dispose();
        }

        return scratch[slot] = Context.CreateBuffer(bytes);
    }

    /// <summary>Starts a kernel over work items in up to three dimensions; no dimension may be empty.</summary>
    internal void Launch(
        Handle program, string name, ReadOnlySpan<long> items, ReadOnlySpan<long> group, params ReadOnlySpan<Argument> arguments)
    {
        nint kernel = Kernel(program, name);
        for (int i = 0; i < arguments.Length; i++)
            Set(kernel, i, arguments[i], name);
        nuint* global = stackalloc nuint[3], local = stackalloc nuint[3];
        for (int d = 0; d < items.Length; d++)
            (global[d], local[d]) = ((nuint)items[d], group.IsEmpty ? 1 : (nuint)group[d]);
        int code = Api.EnqueueNdrangeKernel(
            queue.Value, kernel, (uint)items.Length, null, global, group.IsEmpty ? null : local, 0, null, null);
        Context.Check(code, $"clEnqueueNDRangeKernel of '{name}'");
    }

    private void Set(nint kernel, int index, in Argument argument, string name)
    {
        Argument.Eight words = argument.Words;
        nint memory = argument.Buffer?.Memory.Value ?? 0;
        void* from = !argument.IsBuffer ? &words : memory == 0 ? null : &memory;
        int code = Api.SetKernelArg(kernel, (uint)index, (nuint)argument.Size, from);
        Context.Check(code, $"clSetKernelArg {index} of '{name}'");
    }

    private nint Kernel(Handle program, string name)
    {
        if (kernels.TryGetValue((program, name), out Handle? known))
            return known.Value;
        int code = 0;
        nint created;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            created = Api.CreateKernel(program.Value, text, &code);
        Context.Check(code, $"clCreateKernel of '{name}'");
        Handle kernel = new(created, Api.ReleaseKernel);
        kernels[(program, name)] = kernel;
        return kernel.Value;
    }
}
