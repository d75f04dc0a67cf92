using System.Collections.Immutable;
using NpuSim.Random;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>A client that is reached in a round.</summary>
/// <param name="Client">Its number.</param>
/// <param name="IsLate">Whether its answer comes too late to count.</param>
internal readonly record struct Participant(int Client, bool IsLate);

/// <summary>Who takes part in a round.</summary>
/// <param name="Reached">Clients that are reached, in the order of their numbers.</param>
/// <param name="Asked">How many were asked.</param>
internal sealed record Participation(ImmutableArray<Participant> Reached, int Asked)
{
    /// <summary>Draws them: a function of the study, the seed and the round.</summary>
    public static Participation Of(Federation asked, ulong seed, int round)
    {
        RandomStream random = new(seed, $"clients of round {round}");
        int[] clients = [.. Enumerable.Range(0, asked.Clients)];
        if (asked.Asked < asked.Clients)
        {
            random.Shuffle<int>(clients);
            clients = [.. clients.Take(asked.Asked).Order()];
        }

        var reached = ImmutableArray.CreateBuilder<Participant>(clients.Length);
        foreach (int client in clients)
        {
            double reach = random.NextDouble(), time = random.NextDouble();
            if (reach >= asked.DropOut)
                reached.Add(new(client, time < asked.Stragglers));
        }

        return new(reached.ToImmutable(), clients.Length);
    }
}
