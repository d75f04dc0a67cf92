using System.Numerics;
using NpuSim.Random;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>
/// FedKSeed (arXiv 2312.06353). Candidate directions are addressed by the run's seed and their number; all weights that there
/// ever are stand at w₀ − η · Σ a_q · z_q. A client gets the a_q, rebuilds the weights, walks along candidates that it draws for
/// each step and sends their numbers with its scalars, whose weighted means the server adds to the a_q.
/// </summary>
internal sealed class SeedPool : IRounds
{
    private const int ScalarBits = 32;

    private readonly FederatedTask task;
    private readonly Attackers attackers;
    private readonly float[] sums; // a_q, by the learning rate of the first round
    private readonly int steps, indexBits;

    public SeedPool(FederatedTask task)
    {
        this.task = task;
        attackers = new(task.Asked, task.Seed);
        (sums, steps) = (new float[task.Asked.Candidates], task.Asked.StepsOf(task.Protocol));
        indexBits = BitOperations.Log2((uint)Math.Max(1, sums.Length - 1)) + 1;
        Weights = [.. task.Fleet.FirstWeights];
    }

    /// <inheritdoc/>
    public float[] Weights { get; private set; }

    private double FirstRate => task.Step(task.Seed, 0, 0).LearningRate;

    /// <inheritdoc/>
    public FederatedRound Run(int round)
    {
        Participation who = Participation.Of(task.Asked, task.Seed, round);
        byte[] down = FactorCode.Encode(sums, FactorForm.Scalar);
        double[] changes = new double[sums.Length];
        long sent = 0, samples = 0, rebuilt = sums.Count(s => s != 0);
        int late = 0;
        double losses = 0;
        task.Each(who.Reached, p => Walk(p.Client, round), (p, result) =>
        {
            sent += result.Message.Length;
            losses += result.Loss;
            task.Tally.Add(p.Client, 0, steps, rebuilt + steps - 1, result.Message.Length, down.Length);
            late += p.IsLate ? 1 : 0;
            if (p.IsLate)
                return;
            samples += task.Samples[p.Client].Length;
            BitString bits = new(result.Message);
            for (int i = 0; i < steps; i++)
            {
                int candidate = (int)bits.Read(indexBits);
                changes[candidate] += task.Samples[p.Client].Length
                    * (double)BitConverter.Int32BitsToSingle((int)bits.Read(ScalarBits));
            }
        });
        double share = samples == 0 ? 0 : task.Step(task.Seed, round, 0).LearningRate / FirstRate / samples;
        for (int q = 0; q < sums.Length; q++)
            sums[q] = (float)(sums[q] + (share * changes[q]));
        Weights = Rebuilt();
        return new(round + 1, who.Asked, who.Asked - who.Reached.Length, late, sent, (long)down.Length * who.Reached.Length,
            losses / ((long)steps * who.Reached.Length));
    }

    /// <inheritdoc/>
    public long Delivery(int rounds) => FactorCode.Bytes(sums.Length, FactorForm.Scalar) * task.Asked.Clients;

    /// <inheritdoc/>
    public (double Share, double Steps)? Drift() => null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> State() => new Dictionary<string, float[]> { ["sums of candidates"] = [.. sums] };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        state["sums of candidates"].CopyTo(sums, 0);
        Weights = Rebuilt();
    }

    /// <summary>Rebuilds the weights as a device does from the bytes that it gets: it ends at the same bits.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public void Verify()
    {
        float[] read = new float[sums.Length];
        FactorCode.Decode(FactorCode.Encode(sums, FactorForm.Scalar), FactorForm.Scalar, read);
        read.CopyTo(sums, 0);
        if (!Rebuilt().AsSpan().SequenceEqual(Weights))
            throw new InvalidOperationException("weights rebuilt from the message are not those of the server.");
    }

    private (byte[] Message, double Loss) Walk(int client, int round) => task.Fleet.Arithmetics[0].With(replica =>
    {
        replica.Load(Weights);
        RandomStream random = new(task.SeedOf(client), FormattableString.Invariant($"candidates {round}"));
        Func<int, int[]> batches = task.BatchesOf(client);
        int[] candidates = new int[steps];
        float[] factors = new float[steps];
        double losses = 0;
        for (int i = 0; i < steps; i++)
        {
            candidates[i] = random.NextInt32(sums.Length);
            Span<float> own = factors.AsSpan(i, 1);
            (double loss, string? fault) =
                replica.Probe(task.Step(task.Seed, round, candidates[i]), batches((round * steps) + i), own);
            losses += fault is null ? loss : throw new DivergedException($"client {client}: {fault}");
            if (i + 1 < steps)
                replica.Update(task.Step(task.Seed, round, candidates[i]), own, 0);
        }

        attackers.Corrupt(client, round, factors);
        BitString message = new();
        for (int i = 0; i < steps; i++)
        {
            message.Write(candidates[i], indexBits);
            message.Write(BitConverter.SingleToInt32Bits(factors[i]), ScalarBits);
        }

        return (message.ToArray(), losses);
    });

    // Candidate by candidate, so that all devices have the same bits.
    private float[] Rebuilt() => task.Fleet.Arithmetics[0].With(replica =>
    {
        replica.Load(task.Fleet.FirstWeights);
        for (int q = 0; q < sums.Length; q++)
        {
            if (sums[q] != 0)
                replica.Update(task.Step(task.Seed, 0, q), [sums[q]], 0);
        }

        if (!replica.IsFinite)
            throw new DivergedException("weights are no finite numbers");
        float[] weights = new float[Weights.Length];
        replica.Save(weights);
        return weights;
    });
}
