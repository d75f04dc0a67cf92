using System.CommandLine;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Commands;

/// <summary>The option --backend: where fixed-point training runs.</summary>
internal static class BackendOption
{
    private const string Device = "opencl";

    /// <summary>Folder of compiled kernels.</summary>
    public static string CacheFolder => Path.Combine(WorkloadSetup.CacheFolder, Device);

    public static Option<string> Create() => new("--backend")
    {
        Description =
            "Where fixed-point training runs: cpu, opencl, opencl:DEVICE (npusim devices), or auto: a GPU if there is one. No "
                + "result depends on it.",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>Opens what the option names.</summary>
    /// <exception cref="InputException">It names nothing, or a device that cannot be used.</exception>
    public static FixedPointBackend Open(string name)
    {
        string[] parts = name.Split(':', 2);
        return (parts[0], parts.Length) switch
        {
            ("cpu", 1) => FixedPointBackend.Processor,
            ("auto", 1) => Automatic(),
            (Device, 1) => new OpenClBackend(OpenClDevice.Find(null), CacheFolder),
            (Device, 2) when parts[1].Length > 0 => new OpenClBackend(OpenClDevice.Find(parts[1]), CacheFolder),
            _ => throw new InputException($"--backend '{name}': accepted are cpu, opencl, opencl:DEVICE and auto."),
        };
    }

    // A processor driven as a device would do the same work on the same cores, more slowly.
    private static FixedPointBackend Automatic()
    {
        try
        {
            OpenClDevice device = OpenClDevice.Find(null);
            if (!device.IsCpu)
                return new FallbackBackend(new OpenClBackend(device, CacheFolder), Announce);
            Announce($"opencl: the only device, '{device.Name}', is the processor. Its own kernels are faster and are used.");
        }
        catch (OpenClException fault)
        {
            Announce($"{fault.Message} The processor is used; the results are the same.");
        }

        return FixedPointBackend.Processor;
    }

    private static void Announce(string line) => Note.Say(line);
}
