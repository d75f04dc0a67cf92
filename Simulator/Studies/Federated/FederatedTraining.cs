using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>A training between two rounds.</summary>
/// <param name="Progress">The rounds that are done, and what devices did in them.</param>
/// <param name="Tensors">What the protocol keeps, by name.</param>
internal sealed record FederatedState(FederatedProgress Progress, IReadOnlyDictionary<string, float[]> Tensors);

/// <summary>The rounds of one training, the same for every protocol.</summary>
internal sealed class FederatedTraining(FederatedTask task)
{
    private readonly IRounds rounds = task.Protocol switch
    {
        Protocol.Fedavg or Protocol.Fedsgd => new Averaging(task),
        Protocol.Fedkseed => new SeedPool(task),
        _ => new Voting(task),
    };

    /// <summary>Trains.</summary>
    /// <param name="from">Where to begin; null: at the first round.</param>
    /// <param name="keep">Is offered the state after each round and when the training is cancelled (then with true).</param>
    /// <param name="progress">Called after each round with the clients that were asked.</param>
    /// <param name="cancellation">Ends the training between two rounds.</param>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public FederatedOutcome Run(
        FederatedState? from, Action<Func<FederatedState>, bool>? keep, Action<int>? progress, CancellationToken cancellation)
    {
        List<FederatedRound> done = [.. from?.Progress.Rounds ?? []];
        double zeroShot = from?.Progress.ZeroShot ?? Accuracy();
        if (from is not null)
        {
            rounds.Restore(from.Tensors);
            task.Tally.Restore(from.Progress.Devices);
        }

        HashSet<int> points = [.. Enumerable.Range(1, task.Asked.Evaluations)
            .Select(i => (int)((long)task.Asked.Rounds * i / task.Asked.Evaluations))];
        while (done.Count < task.Asked.Rounds)
        {
            if (cancellation.IsCancellationRequested)
                keep?.Invoke(State, true);
            cancellation.ThrowIfCancellationRequested();
            try
            {
                FederatedRound round = rounds.Run(done.Count);
                done.Add(points.Contains(round.Round) ? Measured(round) : round);
                progress?.Invoke(round.Asked);
            }
            catch (DivergedException fault)
            {
                return Outcome(double.NaN) with { Divergence = $"diverged in round {done.Count + 1}: {fault.Message}" };
            }

            keep?.Invoke(State, false);
        }

        rounds.Verify();
        return Outcome(done[^1].Accuracy!.Value);

        FederatedState State() => new(new(zeroShot, [.. done], task.Tally.Counts), rounds.State());

        FederatedOutcome Outcome(double final) => new(
            zeroShot, final, [.. done], task.Tally.Counts, new WeightCode(task.Fleet.Tensors).Bytes, rounds.Delivery(done.Count),
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(rounds.Weights.AsSpan())))[..16]);
    }

    private FederatedRound Measured(FederatedRound round)
    {
        (double Share, double Steps)? drift = rounds.Drift();
        return round with { Accuracy = Accuracy(), DriftShare = drift?.Share, DriftSteps = drift?.Steps };
    }

    private double Accuracy() => task.Fleet.Arithmetics[0].With(replica =>
    {
        replica.Load(rounds.Weights);
        return replica.Accuracy();
    });
}
