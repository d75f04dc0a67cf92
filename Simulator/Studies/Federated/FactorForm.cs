namespace NpuSim.Simulator.Studies.Federated;

/// <summary>How the factor of a direction is sent.</summary>
internal enum FactorForm
{
    /// <summary>Two bits: 00 a tie, 01 plus, 11 minus.</summary>
    Sign,

    /// <summary>One bit: 1 plus, 0 minus or a tie.</summary>
    Bit,

    /// <summary>A byte with seven fraction bits: a mean of signs.</summary>
    Mean,

    /// <summary>binary32.</summary>
    Scalar,
}
