using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>Which operand stays in a systolic array.</summary>
public enum Dataflow
{
    /// <summary>A tile of the weights stays.</summary>
    [Yaml("A tile of the weights stays.")]
    WeightStationary,

    /// <summary>A tile of the inputs stays.</summary>
    [Yaml("A tile of the inputs stays.")]
    InputStationary,

    /// <summary>A tile of the outputs stays.</summary>
    [Yaml("A tile of the outputs stays.")]
    OutputStationary,
}
