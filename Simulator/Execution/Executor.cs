namespace NpuSim.Simulator.Execution;

/// <summary>What runs the operations of a plan.</summary>
public enum Executor
{
    /// <summary>The host in fp32 and fp16 (<see cref="FloatMachine"/>).</summary>
    FloatingPoint,

    /// <summary>The processor in integers (<see cref="FixedPointMachine"/>).</summary>
    Integers,

    /// <summary>A device in integers (docs/opencl.md).</summary>
    OpenCl,
}
