using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>Who sends the commands of a product.</summary>
public enum CommandIssuer
{
    /// <summary>A core sends one command for each fold or instruction.</summary>
    [Yaml("A core sends one command for each fold or instruction.")]
    Host,

    /// <summary>A core sends one command for each product; hardware unrolls it into loads, folds and stores.</summary>
    [Yaml("A core sends one command for each product; hardware unrolls it into loads, folds and stores.")]
    Sequencer,
}
