using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>One memory.</summary>
/// <param name="SizeBytes">Capacity.</param>
/// <param name="BytesPerSecond">Bandwidth of reads and writes together.</param>
/// <param name="ReadPicojoulesPerByte">Energy of a read.</param>
/// <param name="WritePicojoulesPerByte">Energy of a write.</param>
/// <param name="LatencyCycles">Engine cycles before the first byte of a burst.</param>
/// <param name="BurstBytes">Bytes of one burst; a shorter transfer costs a whole one.</param>
[Yaml("One memory.")]
public sealed record Memory(
    [Yaml("Capacity.", Min = 1)] long SizeBytes,
    [Yaml("Bandwidth of reads and writes together.", Key = "bandwidth", Above = 0)] double BytesPerSecond,
    [Yaml("Energy of a read.", Key = "read-energy", Min = 0)] double ReadPicojoulesPerByte,
    [Yaml("Energy of a write.", Key = "write-energy", Min = 0)] double WritePicojoulesPerByte,
    [Yaml("Engine cycles before the first byte of a burst.", Min = 0, Max = 1000000)] int LatencyCycles = 0,
    [Yaml("Bytes of one burst; a shorter transfer costs a whole one.", Min = 1, Max = 1048576)] int BurstBytes = 1);
