using NpuSim.Accelerators.OpenCl.Binding;

namespace NpuSim.Simulator.Tests.OpenCl;

/// <summary>OpenCL whose calls fail on demand.</summary>
internal sealed unsafe class FailingApi : CL
{
    /// <summary>What every launch of a kernel returns once <see cref="Launches"/> have gone well.</summary>
    public ErrorCodes Launch { get; init; }

    /// <summary>Launches that go well.</summary>
    public int Launches { get; set; }

    /// <summary>What taking memory returns.</summary>
    public ErrorCodes Memory { get; init; }

    /// <summary>What compiling returns.</summary>
    public ErrorCodes Build { get; init; }

    /// <summary>What asking for platforms returns.</summary>
    public ErrorCodes Platforms { get; init; }

    public override int GetPlatformIDs(uint count, nint* platforms, uint* found) =>
        Platforms != ErrorCodes.Success ? (int)Platforms : base.GetPlatformIDs(count, platforms, found);

    public override nint CreateBuffer(nint context, MemFlags flags, nuint size, void* host, int* error)
    {
        if (Memory == ErrorCodes.Success)
            return base.CreateBuffer(context, flags, size, host, error);
        *error = (int)Memory;
        return 0;
    }

    public override int BuildProgram(nint program, uint count, nint* devices, byte* options, void* notify, void* user) =>
        Build != ErrorCodes.Success ? (int)Build : base.BuildProgram(program, count, devices, options, notify, user);

    public override int EnqueueNdrangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* waitList,
        nint* done) => Launch != ErrorCodes.Success && Launches-- <= 0
            ? (int)Launch
            : base.EnqueueNdrangeKernel(queue, kernel, dimensions, offset, global, local, waits, waitList, done);
}
