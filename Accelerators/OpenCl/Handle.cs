using System.Runtime.InteropServices;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>An OpenCL object that is released when nobody holds it any more.</summary>
internal sealed class Handle : SafeHandle
{
    private readonly Func<nint, int> release;

    /// <summary>Takes over a handle.</summary>
    /// <param name="value">The handle; 0 is released by nobody.</param>
    /// <param name="release">Gives it back.</param>
    public Handle(nint value, Func<nint, int> release) : base(0, ownsHandle: true)
    {
        this.release = release;
        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The bare handle; the caller keeps this object alive while it is in use.</summary>
    public nint Value => IsClosed ? throw new ObjectDisposedException(nameof(Handle)) : handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => release(handle) == (int)ErrorCodes.Success;
}
