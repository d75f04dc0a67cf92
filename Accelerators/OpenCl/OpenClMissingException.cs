namespace NpuSim.Accelerators.OpenCl;

/// <summary>There is no OpenCL here, or no device; the message says what is missing and how to get it.</summary>
public sealed class OpenClMissingException : OpenClException
{
    /// <summary>States the fault in one line.</summary>
    public OpenClMissingException(string message) : base(message) { }

    internal static OpenClMissingException NoLoader(IEnumerable<string> tried) => new(
        $"opencl: there is no OpenCL loader ({string.Join(", ", tried)}). {Advice}");

    internal static OpenClMissingException NoDevice() => new(
        $"opencl: the loader knows no device: no driver is installed, or it found no hardware. {Advice}");

    /// <summary>How to get a loader and a device.</summary>
    private static string Advice => OperatingSystem.IsLinux()
        ? "On Debian: apt install ocl-icd-libopencl1 for the loader and the driver of the GPU, or pocl-opencl-icd for the "
            + "processor."
        : "The driver of the GPU brings both, as does PoCL for the processor.";
}
