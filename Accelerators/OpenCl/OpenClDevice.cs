using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Silk.NET.OpenCL;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>A device that the machine's OpenCL loader knows.</summary>
public sealed unsafe record OpenClDevice
{
    private const uint Nvidia = 0x10DE;
    private const ulong PackedInput = 1; // CL_DEVICE_INTEGER_DOT_PRODUCT_INPUT_4x8BIT_PACKED_KHR

    private OpenClDevice(CL api, nint platform, nint handle, int index)
    {
        (Api, Handle, Index) = (api, handle, index);
        Platform = PlatformText(platform, PlatformInfo.Name);
        PlatformVersion = PlatformText(platform, PlatformInfo.Version);
        Name = Text(DeviceInfo.Name);
        Vendor = Text(DeviceInfo.Vendor);
        Version = Text(DeviceInfo.Version);
        Driver = Text(DeviceInfo.DriverVersion);
        Extensions = [.. Text(DeviceInfo.Extensions).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal)];
        DeviceType type = (DeviceType)Number<ulong>(DeviceInfo.Type);
        IsCpu = type.HasFlag(DeviceType.Cpu);
        IsGpu = type.HasFlag(DeviceType.Gpu);
        MemoryBytes = (long)Math.Min(Number<ulong>(DeviceInfo.GlobalMemSize), long.MaxValue);
        LargestBufferBytes = (long)Math.Min(Number<ulong>(DeviceInfo.MaxMemAllocSize), long.MaxValue);
        LocalMemoryBytes = (long)Math.Min(Number<ulong>(DeviceInfo.LocalMemSize), long.MaxValue);
        ComputeUnits = (int)Number<uint>(DeviceInfo.MaxComputeUnits);
        WorkGroupItems = (long)Number<nuint>(DeviceInfo.MaxWorkGroupSize);
        HasPackedDotProduct = Extensions.Contains("cl_khr_integer_dot_product")
            && (Number<ulong>(DeviceInfo.IntegerDotProductCapabilitiesKhr) & PackedInput) != 0;
        NvidiaCapability = Number<uint>(DeviceInfo.VendorID) == Nvidia && Extensions.Contains("cl_nv_device_attribute_query")
            ? new Version((int)Number<uint>(DeviceInfo.ComputeCapabilityMajorNV),
                (int)Number<uint>(DeviceInfo.ComputeCapabilityMinorNV))
            : null;
        Refusal = Refuse(Number<uint>(DeviceInfo.Available), Number<uint>(DeviceInfo.CompilerAvailable),
            Number<uint>(DeviceInfo.EndianLittle));
    }

    /// <summary>Place in the list of all devices, from 0: what selects it.</summary>
    public int Index { get; }

    /// <summary>Name of its platform (driver).</summary>
    public string Platform { get; }

    /// <summary>Version of the platform.</summary>
    public string PlatformVersion { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Who made it.</summary>
    public string Vendor { get; }

    /// <summary>OpenCL version it supports.</summary>
    public string Version { get; }

    /// <summary>Version of its driver.</summary>
    public string Driver { get; }

    /// <summary>Extensions it has, sorted.</summary>
    public ImmutableArray<string> Extensions { get; }

    /// <summary>True for a processor driven as a device.</summary>
    public bool IsCpu { get; }

    /// <summary>True for a GPU.</summary>
    public bool IsGpu { get; }

    /// <summary>Bytes of global memory.</summary>
    public long MemoryBytes { get; }

    /// <summary>Bytes of the largest buffer it allows.</summary>
    public long LargestBufferBytes { get; }

    /// <summary>Bytes of local memory of one work group.</summary>
    public long LocalMemoryBytes { get; }

    /// <summary>Compute units.</summary>
    public int ComputeUnits { get; }

    /// <summary>Work items of the largest work group.</summary>
    public long WorkGroupItems { get; }

    /// <summary>Why NpuSim cannot use it, in words; null when it can.</summary>
    public string? Refusal { get; }

    /// <summary>True for a device that says it multiplies four bytes in a word (cl_khr_integer_dot_product).</summary>
    internal bool HasPackedDotProduct { get; }

    /// <summary>Compute capability of a device of NVIDIA's; null for others.</summary>
    internal Version? NvidiaCapability { get; }

    internal CL Api { get; }

    internal nint Handle { get; }

    /// <summary>"cpu", "gpu" or "accelerator".</summary>
    public string Kind => IsCpu ? "cpu" : IsGpu ? "gpu" : "accelerator";

    /// <summary>Everything that decides what a compiled program looks like.</summary>
    internal string Identity => string.Join('\n', Platform, PlatformVersion, Name, Vendor, Version, Driver);

    /// <summary>Every device of every platform.</summary>
    /// <exception cref="OpenClMissingException">There is no loader.</exception>
    public static ImmutableArray<OpenClDevice> List() => List(OpenClLoader.Api());

    /// <summary>The device that a selector names: nothing for the first that can be used (GPUs first), a number from the list, or
    /// part of a name.</summary>
    /// <exception cref="OpenClException">There is none, or it cannot be used.</exception>
    public static OpenClDevice Find(string? selector) => Find(OpenClLoader.Api(), selector);

    internal static ImmutableArray<OpenClDevice> List(CL api)
    {
        uint count = 0;
        int code = api.GetPlatformIDs(0, null, &count);
        if (code == (int)ErrorCodes.PlatformNotFoundKhr || (code == 0 && count == 0))
            return [];
        Check(code, "clGetPlatformIDs", "any");
        nint[] platforms = new nint[count];
        fixed (nint* p = platforms)
            Check(api.GetPlatformIDs(count, p, null), "clGetPlatformIDs", "any");
        ImmutableArray<OpenClDevice>.Builder devices = ImmutableArray.CreateBuilder<OpenClDevice>();
        foreach (nint platform in platforms)
        {
            foreach (nint handle in Handles(api, platform))
                devices.Add(new OpenClDevice(api, platform, handle, devices.Count));
        }

        return devices.ToImmutable();
    }

    internal static OpenClDevice Find(CL api, string? selector)
    {
        ImmutableArray<OpenClDevice> all = List(api);
        if (all.IsEmpty)
            throw OpenClMissingException.NoDevice();
        OpenClDevice found = selector is null or ""
            ? all.OrderBy(d => d.Refusal is null ? 0 : 1).ThenBy(d => d.IsCpu ? 1 : 0).First()
            : int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                ? all.FirstOrDefault(d => d.Index == index) ?? throw None(all, selector)
                : all.FirstOrDefault(d => d.Name.Contains(selector, StringComparison.OrdinalIgnoreCase))
                    ?? throw None(all, selector);
        return found.Refusal is null ? found
            : throw new OpenClException($"opencl: '{found.Name}' cannot be used: {found.Refusal}.");
    }

    private static OpenClException None(ImmutableArray<OpenClDevice> all, string selector) => new(
        $"opencl: no device '{selector}'; accepted are {string.Join(", ", all.Select(d => $"{d.Index} ({d.Name})"))}.");

    private static nint[] Handles(CL api, nint platform)
    {
        uint count = 0;
        int code = api.GetDeviceIDs(platform, DeviceType.All, 0, null, &count);
        if (code == (int)ErrorCodes.DeviceNotFound || (code == 0 && count == 0))
            return [];
        Check(code, "clGetDeviceIDs", "any");
        nint[] handles = new nint[count];
        fixed (nint* p = handles)
            Check(api.GetDeviceIDs(platform, DeviceType.All, count, p, null), "clGetDeviceIDs", "any");
        return handles;
    }

    private static string? Refuse(uint available, uint compiler, uint little) =>
        available == 0 ? "its driver says that it is not available"
        : compiler == 0 ? "its driver has no compiler"
        : little == 0 ? "its bytes lie in the other order"
        : null;

    private static void Check(int code, string call, string device)
    {
        if (code != (int)ErrorCodes.Success)
            throw new OpenClException(call, (ErrorCodes)code, device);
    }

    private T Number<T>(DeviceInfo what) where T : unmanaged
    {
        T value = default;
        Check(Api.GetDeviceInfo(Handle, what, (nuint)sizeof(T), &value, null), "clGetDeviceInfo", Name ?? "?");
        return value;
    }

    private string Text(DeviceInfo what)
    {
        nuint size = 0;
        Check(Api.GetDeviceInfo(Handle, what, 0, null, &size), "clGetDeviceInfo", Name ?? "?");
        byte[] text = new byte[size];
        fixed (byte* p = text)
            Check(Api.GetDeviceInfo(Handle, what, size, p, null), "clGetDeviceInfo", Name ?? "?");
        return Trimmed(text);
    }

    private string PlatformText(nint platform, PlatformInfo what)
    {
        nuint size = 0;
        Check(Api.GetPlatformInfo(platform, what, 0, null, &size), "clGetPlatformInfo", "any");
        byte[] text = new byte[size];
        fixed (byte* p = text)
            Check(Api.GetPlatformInfo(platform, what, size, p, null), "clGetPlatformInfo", "any");
        return Trimmed(text);
    }

    private static string Trimmed(byte[] text) => Encoding.UTF8.GetString(text).TrimEnd('\0').Trim();
}
