namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>How two numbers are compared.</summary>
public enum Comparison
{
    /// <summary>a = b.</summary>
    Equal,

    /// <summary>a &lt; b.</summary>
    Less,

    /// <summary>a ≤ b.</summary>
    LessOrEqual,
}
