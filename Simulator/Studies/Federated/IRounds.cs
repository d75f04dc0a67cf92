namespace NpuSim.Simulator.Studies.Federated;

/// <summary>A protocol under way.</summary>
internal interface IRounds
{
    /// <summary>The server's weights, as devices store them.</summary>
    float[] Weights { get; }

    /// <summary>Runs a round.</summary>
    /// <param name="round">From 0.</param>
    /// <exception cref="DivergedException">A client's loss is no number.</exception>
    FederatedRound Run(int round);

    /// <summary>Bytes that would bring the weights to every device now.</summary>
    /// <param name="rounds">Rounds that are done.</param>
    long Delivery(int rounds);

    /// <summary>How far devices are from the server, in a fleet of several arithmetics; null where all are at the same
    /// bits.</summary>
    (double Share, double Steps)? Drift();

    /// <summary>Everything that the rounds to come depend on, by name.</summary>
    IReadOnlyDictionary<string, float[]> State();

    /// <summary>Goes on from there.</summary>
    void Restore(IReadOnlyDictionary<string, float[]> state);

    /// <summary>Checks what a whole training promises.</summary>
    void Verify();
}

/// <summary>A training that stopped making sense.</summary>
internal sealed class DivergedException(string message) : Exception(message);
