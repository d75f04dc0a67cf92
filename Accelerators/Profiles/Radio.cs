using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>What carries messages to and from a device.</summary>
/// <param name="Name">Name of the radio or link.</param>
/// <param name="SendPicojoulesPerByte">Energy of a byte that the device sends.</param>
/// <param name="ReceivePicojoulesPerByte">Energy of a byte that it receives.</param>
[Yaml("What carries messages to and from a device.")]
public sealed record Radio(
    [Yaml("Name of the radio or link.")] string Name,
    [Yaml("Energy of a byte that the device sends.", Key = "send-energy", Min = 0)] double SendPicojoulesPerByte,
    [Yaml("Energy of a byte that it receives.", Key = "receive-energy", Min = 0)] double ReceivePicojoulesPerByte);
