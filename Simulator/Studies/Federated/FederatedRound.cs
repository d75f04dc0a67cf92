namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What happened in a round.</summary>
/// <param name="Round">Its number, from 1.</param>
/// <param name="Asked">Clients that were asked.</param>
/// <param name="Unreachable">Of them, those that could not be reached.</param>
/// <param name="Late">Of them, those whose answer came too late to count.</param>
/// <param name="UpBytes">Bytes of all messages from clients, late ones included.</param>
/// <param name="DownBytes">Bytes of all messages to clients.</param>
/// <param name="Loss">Mean loss per sample over all steps of all clients that were reached; no number where there was
/// none.</param>
public sealed record FederatedRound(
    int Round, int Asked, int Unreachable, int Late, long UpBytes, long DownBytes, double Loss)
{
    /// <summary>Accuracy of the server's weights after the round, 0..1; null where it was not measured.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Of a vote: clients that replayed the steps they missed.</summary>
    public int? Replayed { get; init; }

    /// <summary>Of a vote: clients that fetched the weights because they are fewer bytes.</summary>
    public int? Fetched { get; init; }

    /// <summary>Of a vote in a fleet of several arithmetics, where accuracy was measured: share of a device's weights that are
    /// not the
    /// server's, 0..1, mean over the devices.</summary>
    public double? DriftShare { get; init; }

    /// <summary>There: largest difference of a weight, in steps of its scale.</summary>
    public double? DriftSteps { get; init; }
}
