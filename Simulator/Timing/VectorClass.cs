namespace NpuSim.Simulator.Timing;

/// <summary>Classes of vector operations, one per throughput of <see cref="Accelerators.Profiles.VectorUnit"/>.</summary>
internal enum VectorClass
{
    /// <summary>Copies and transposes.</summary>
    Move,

    /// <summary>One arithmetic operation per element.</summary>
    Elementwise,

    /// <summary>Look-ups.</summary>
    Table,

    /// <summary>Softmax.</summary>
    Softmax,

    /// <summary>Layer and batch normalisation.</summary>
    Normalize,

    /// <summary>Pooling, per element of each window.</summary>
    Pool,

    /// <summary>Sums along axes.</summary>
    Reduce,

    /// <summary>Random numbers.</summary>
    Random,

    /// <summary>Perturbed weights.</summary>
    Perturb,

    /// <summary>Weight updates.</summary>
    Update,

    /// <summary>Cross-entropy.</summary>
    Loss,
}
