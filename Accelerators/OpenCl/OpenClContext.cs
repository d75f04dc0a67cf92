using System.Collections.Concurrent;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// A device that is open: its memory and its compiled programs. Many threads may share one; each works through a
/// <see cref="OpenClQueue"/> of its own.
/// </summary>
public sealed unsafe class OpenClContext : IDisposable
{
    private readonly Handle context;
    private readonly ConcurrentDictionary<string, Lazy<Handle>> programs = [];
    private readonly ProgramStore store;
    private readonly Lazy<DotProduct> dot;

    /// <summary>Opens a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cacheFolder">Where compiled programs and tile sizes are kept; null: nowhere.</param>
    /// <exception cref="OpenClException">The device cannot be opened.</exception>
    public OpenClContext(OpenClDevice device, string? cacheFolder)
    {
        Device = device;
        nint handle = device.Handle;
        int code = 0;
        nint created = Api.CreateContext(null, 1, &handle, null, null, &code);
        Check(code, "clCreateContext");
        context = new Handle(created, Api.ReleaseContext);
        store = new ProgramStore(this, cacheFolder);
        Tiles = new TileSizes(this, cacheFolder);
        dot = new(() => DotProducts.Of(this));
    }

    /// <summary>The device.</summary>
    public OpenClDevice Device { get; }

    /// <summary>The tile shape that is fastest here, in words.</summary>
    public string TileDescription =>
        $"tiles of {Tiles.Best.Rows}×{Tiles.Best.Columns} in vectors of {Tiles.Best.Lanes}, dot products: {DotDescription}";

    /// <summary>The hardware for dot products of bytes that is used here, in words: "none" also where the device has it and other
    /// arithmetic was faster.</summary>
    public string DotDescription => DotProducts.Name(Tiles.Best.Dot);

    /// <summary>Dot products of bytes that the device has, verified.</summary>
    internal DotProduct Dot => dot.Value;

    internal CL Api => Device.Api;

    internal nint Value => context.Value;

    internal TileSizes Tiles { get; }

    /// <summary>A piece of the device's memory, not initialised.</summary>
    /// <param name="bytes">Its size; at least one byte is taken.</param>
    /// <exception cref="OpenClException">There is not that much.</exception>
    public DeviceBuffer CreateBuffer(long bytes)
    {
        long size = Math.Max(bytes, 16);
        int code = 0;
        nint created = Api.CreateBuffer(Value, MemFlags.ReadWrite, (nuint)size, null, &code);
        Check(code, "clCreateBuffer");
        return new DeviceBuffer(new Handle(created, Api.ReleaseMemObject), size);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose()
    {
        foreach (Lazy<Handle> program in programs.Values)
        {
            if (program.IsValueCreated)
                program.Value.Dispose();
        }

        context.Dispose();
    }

    /// <summary>A compiled program; compiled once, also when several threads ask.</summary>
    internal Handle Program(KernelProgram program, string options) =>
        programs.GetOrAdd($"{program}\n{options}", _ => new(() => store.Get(program, options))).Value;

    internal void Check(int code, string call)
    {
        if (code != (int)ErrorCodes.Success)
            throw new OpenClException(call, (ErrorCodes)code, Device.Name);
    }
}
