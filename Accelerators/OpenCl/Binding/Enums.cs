namespace NpuSim.Accelerators.OpenCl.Binding;

/// <summary>What kind of device (cl_device_type).</summary>
[Flags]
internal enum DeviceType : ulong
{
    None = 0,
    Default = 1,
    Cpu = 2,
    Gpu = 4,
    Accelerator = 8,
    Custom = 16,
    All = 0xFFFFFFFF,
}

/// <summary>What a buffer is for (cl_mem_flags).</summary>
[Flags]
internal enum MemFlags : ulong
{
    None = 0,
    ReadWrite = 1,
    WriteOnly = 2,
    ReadOnly = 4,
    UseHostPtr = 8,
    AllocHostPtr = 16,
    CopyHostPtr = 32,
}

/// <summary>Properties of a queue (cl_command_queue_properties).</summary>
[Flags]
internal enum CommandQueueProperties : ulong
{
    None = 0,
    OutOfOrderExecModeEnable = 1,
    ProfilingEnable = 2,
}

/// <summary>What to ask a platform (cl_platform_info).</summary>
internal enum PlatformInfo : uint
{
    Profile = 0x0900,
    Version = 0x0901,
    Name = 0x0902,
    Vendor = 0x0903,
    Extensions = 0x0904,
}

/// <summary>What to ask a device (cl_device_info).</summary>
internal enum DeviceInfo : uint
{
    Type = 0x1000,
    VendorID = 0x1001,
    MaxComputeUnits = 0x1002,
    MaxWorkGroupSize = 0x1004,
    MaxMemAllocSize = 0x1010,
    GlobalMemSize = 0x101F,
    LocalMemSize = 0x1023,
    EndianLittle = 0x1026,
    Available = 0x1027,
    CompilerAvailable = 0x1028,
    Name = 0x102B,
    Vendor = 0x102C,
    DriverVersion = 0x102D,
    Version = 0x102F,
    Extensions = 0x1030,
    IntegerDotProductCapabilitiesKhr = 0x1073,
    ComputeCapabilityMajorNV = 0x4000,
    ComputeCapabilityMinorNV = 0x4001,
}

/// <summary>What to ask a program (cl_program_info).</summary>
internal enum ProgramInfo : uint
{
    BinarySizes = 0x1165,
    Binaries = 0x1166,
}

/// <summary>What to ask about a build (cl_program_build_info).</summary>
internal enum ProgramBuildInfo : uint
{
    Status = 0x1181,
    Options = 0x1182,
    BuildLog = 0x1183,
}
