using NpuSim.Random;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>The malicious clients of a training: a share of all, drawn by its seed.</summary>
internal sealed class Attackers
{
    private readonly HashSet<int> clients;
    private readonly Attack attack;
    private readonly ulong seed;

    /// <summary>Draws them.</summary>
    public Attackers(Federation asked, ulong seed)
    {
        (attack, this.seed) = (asked.Attack, seed);
        int[] order = [.. Enumerable.Range(0, asked.Clients)];
        new RandomStream(seed, "attackers").Shuffle<int>(order);
        clients = [.. order.Take((int)Math.Round(asked.Attackers * asked.Clients, MidpointRounding.AwayFromZero))];
    }

    /// <summary>Whether a client is malicious.</summary>
    public bool Has(int client) => clients.Contains(client);

    /// <summary>Puts what a client sends in the place of what an honest one would.</summary>
    /// <param name="client">The client; nothing changes where it is honest.</param>
    /// <param name="round">The round.</param>
    /// <param name="values">A change, or signs.</param>
    public void Corrupt(int client, int round, Span<float> values)
    {
        if (!Has(client))
            return;
        RandomStream random = new(seed, $"attack of client {client} in round {round}");
        foreach (ref float value in values)
        {
            if (attack == Attack.Flip || (random.NextUInt32() & 1) != 0)
                value = -value;
        }
    }
}
