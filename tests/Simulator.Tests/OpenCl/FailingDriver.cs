using NpuSim.Support.OpenCl;
using Silk.NET.OpenCL;

namespace NpuSim.Simulator.Tests.OpenCl;

/// <summary>OpenCL whose calls fail on demand.</summary>
internal sealed unsafe class FailingDriver : PlayedDriver
{
    public FailingDriver()
    {
        Play<Functions.GetPlatformIds>("clGetPlatformIDs", real => (count, platforms, found) =>
            Platforms != ErrorCodes.Success ? (int)Platforms : real(count, platforms, found));
        Play<Functions.CreateBuffer>("clCreateBuffer", real => (context, flags, size, host, error) =>
        {
            if (Memory == ErrorCodes.Success)
                return real(context, flags, size, host, error);
            *error = (int)Memory;
            return 0;
        });
        Play<Functions.BuildProgram>("clBuildProgram", real => (program, count, devices, options, notify, user) =>
            Build != ErrorCodes.Success ? (int)Build : real(program, count, devices, options, notify, user));
        Play<Functions.EnqueueNdRangeKernel>(
            "clEnqueueNDRangeKernel",
            real => (queue, kernel, dimensions, offset, global, local, waits, waitList, done) =>
                Launch != ErrorCodes.Success && Launches-- <= 0
                    ? (int)Launch
                    : real(queue, kernel, dimensions, offset, global, local, waits, waitList, done));
    }

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
}
