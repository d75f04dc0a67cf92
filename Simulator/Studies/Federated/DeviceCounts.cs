namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What all devices of one profile did and sent.</summary>
/// <param name="Profile">The profile's name.</param>
/// <param name="Participations">Client rounds in which one was reached.</param>
/// <param name="Steps">Whole training steps.</param>
/// <param name="Probes">Steps but for their updates.</param>
/// <param name="Updates">Updates alone, those replayed included.</param>
/// <param name="UpBytes">Bytes sent.</param>
/// <param name="DownBytes">Bytes received.</param>
public sealed record DeviceCounts(
    string Profile, long Participations, long Steps, long Probes, long Updates, long UpBytes, long DownBytes);
