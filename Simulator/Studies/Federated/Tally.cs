using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>Counts what devices did, by profile.</summary>
internal sealed class Tally(Fleet fleet)
{
    private DeviceCounts[] counts = [.. fleet.Profiles.Select(p => new DeviceCounts(p.Name, 0, 0, 0, 0, 0, 0))];

    /// <summary>The counts so far.</summary>
    public ImmutableArray<DeviceCounts> Counts => [.. counts];

    /// <summary>Adds what a client did in a round in which it was reached.</summary>
    public void Add(int client, long steps, long probes, long updates, long up, long down)
    {
        ref DeviceCounts own = ref counts[fleet.ProfileOf(client)];
        own = new(own.Profile, own.Participations + 1, own.Steps + steps, own.Probes + probes, own.Updates + updates,
            own.UpBytes + up, own.DownBytes + down);
    }

    /// <summary>Goes on with the counts of another.</summary>
    public void Restore(ImmutableArray<DeviceCounts> earlier) => counts = [.. earlier];
}
