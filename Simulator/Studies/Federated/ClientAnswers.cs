using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What clients send of the weights that they came to: the weights, or their change compressed, with what a device keeps
/// of it. Malicious clients send something else.</summary>
internal sealed class ClientAnswers
{
    private readonly FederatedTask task;
    private readonly WeightCode whole;
    private readonly ChangeCode? changes;
    private readonly Attackers attackers;
    private readonly float[]?[] kept; // by client

    public ClientAnswers(FederatedTask task)
    {
        this.task = task;
        whole = new(task.Fleet.Tensors);
        attackers = new(task.Asked, task.Seed);
        if (task.Compression.Kind != CompressionKind.None)
            changes = new(task.Fleet.Tensors, task.Compression, task.Asked.DgcMomentum, task.Asked.WarmUpRounds);
        kept = new float[task.Asked.Clients][];
    }

    /// <summary>The message of a client; several clients may be asked at the same time.</summary>
    /// <param name="client">The client.</param>
    /// <param name="round">The round.</param>
    /// <param name="start">The weights that it started from.</param>
    /// <param name="weights">The weights that it came to; spent.</param>
    public byte[] Encode(int client, int round, ReadOnlySpan<float> start, Span<float> weights)
    {
        if (changes is null && !attackers.Has(client))
            return whole.Encode(weights); // no bit is lost on the way to a change and back
        for (int i = 0; i < weights.Length; i++)
            weights[i] -= start[i];
        attackers.Corrupt(client, round, weights);
        if (changes is not null)
            return changes.Encode(weights, kept[client] ??= new float[changes.KeptCount], round);
        for (int i = 0; i < weights.Length; i++)
            weights[i] += start[i];
        Clamp(weights); // what attackers made up too is stored in the weights' format
        return whole.Encode(weights);
    }

    /// <summary>The weights that a message tells the server.</summary>
    /// <param name="message">The message.</param>
    /// <param name="round">The round.</param>
    /// <param name="start">The weights that the client started from.</param>
    /// <param name="weights">Gets them.</param>
    public void Decode(ReadOnlySpan<byte> message, int round, ReadOnlySpan<float> start, Span<float> weights)
    {
        if (changes is null)
        {
            whole.Decode(message, weights);
            return;
        }

        changes.Decode(message, weights, round);
        for (int i = 0; i < weights.Length; i++)
            weights[i] += start[i];
    }

    /// <summary>What devices keep, by name.</summary>
    public IEnumerable<KeyValuePair<string, float[]>> State() => kept.Index().Where(k => k.Item is { Length: > 0 })
        .Select(k => KeyValuePair.Create($"kept by client {k.Index}", (float[])[.. k.Item!]));

    /// <summary>Goes on from there.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        for (int client = 0; client < kept.Length; client++)
            kept[client] = state.TryGetValue($"kept by client {client}", out float[]? own) ? [.. own] : null;
    }

    private void Clamp(Span<float> weights)
    {
        foreach (var tensor in task.Fleet.Tensors)
        {
            if (tensor.Format.IsInteger())
            {
                foreach (ref float weight in weights[..tensor.Count])
                    weight = Math.Clamp(weight, tensor.Format.MinValue(), tensor.Format.MaxValue());
            }

            weights = weights[tensor.Count..];
        }
    }
}
