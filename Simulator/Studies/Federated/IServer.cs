namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Averages the weights of clients.</summary>
internal interface IServer
{
    /// <summary>The weights that clients start from, as they can store them.</summary>
    float[] Weights { get; }

    /// <summary>What the server keeps between rounds.</summary>
    float[] Kept { get; }

    /// <summary>Adds a client's weights to the sum of the round.</summary>
    /// <param name="weights">What it sent.</param>
    /// <param name="samples">n_c, by which it counts.</param>
    void Add(ReadOnlySpan<float> weights, long samples);

    /// <summary>Ends a round: w ← Σ n_c·w_c / Σ n_c; where nobody answered, w stays.</summary>
    /// <param name="round">Its number, by which stochastic rounding draws.</param>
    void End(int round);

    /// <summary>Goes on with what another server kept.</summary>
    void Restore(ReadOnlySpan<float> kept);
}
