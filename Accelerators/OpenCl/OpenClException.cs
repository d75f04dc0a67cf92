using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>
/// A device or its driver did not do what it was asked. The message is one line: call, code, device and what that means.
/// </summary>
public class OpenClException : InputException
{
    /// <summary>States the fault in one line.</summary>
    public OpenClException(string message) : base(message) { }

    internal OpenClException(string call, ErrorCodes code, string device)
        : base($"opencl: {call} failed on '{device}': {code} ({(int)code}){Meaning(code)}") => Code = code;

    /// <summary>The return code; success where no call failed.</summary>
    internal ErrorCodes Code { get; }

    private static string Meaning(ErrorCodes code) => code switch
    {
        ErrorCodes.DeviceNotFound => ": no such device, or its driver has no folder that it can write to",
        ErrorCodes.DeviceNotAvailable or ErrorCodes.InvalidDevice or ErrorCodes.InvalidCommandQueue => ": the device is lost",
        ErrorCodes.CompilerNotAvailable => ": its driver has no compiler",
        ErrorCodes.MemObjectAllocationFailure => ": out of device memory; a smaller batch needs less",
        ErrorCodes.OutOfResources => ": out of device memory, which a smaller batch needs less of, or the device is lost",
        ErrorCodes.InvalidBufferSize => ": larger than the device allows one buffer to be",
        ErrorCodes.OutOfHostMemory => ": the driver is out of memory",
        _ => "",
    };
}
