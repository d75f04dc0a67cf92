using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>FedAvg and FedSGD (arXiv 1602.05629, algorithm 1): clients start from the server's weights, train, and send theirs;
/// the state of the method starts at zero in every round.</summary>
internal sealed class Averaging : IRounds
{
    private readonly FederatedTask task;
    private readonly IServer server;
    private readonly WeightCode code;
    private readonly ClientAnswers answers;
    private readonly float[] start, answer;

    public Averaging(FederatedTask task)
    {
        this.task = task;
        Fleet fleet = task.Fleet;
        server = task.Method.Operands.IsFixedPoint && task.Asked.Server == ServerNumbers.Fixed
            ? new FixedServer(fleet.Tensors, fleet.FirstWeights, fleet.Rounding, task.Seed)
            : new FloatServer(fleet.Tensors, fleet.FirstWeights);
        if (task.Asked.Average != AverageRule.Mean)
            server = new RobustServer(server, task.Asked.Average, task.Asked.Trim);
        (code, answers) = (new(fleet.Tensors), new(task));
        (start, answer) = (new float[fleet.FirstWeights.Length], new float[fleet.FirstWeights.Length]);
    }

    /// <inheritdoc/>
    public float[] Weights => server.Weights;

    /// <inheritdoc/>
    public FederatedRound Run(int round)
    {
        Participation who = Participation.Of(task.Asked, task.Seed, round);
        byte[] down = code.Encode(server.Weights);
        code.Decode(down, start);
        int steps = task.Asked.StepsOf(task.Protocol), late = 0;
        long up = 0;
        double losses = 0;
        task.Each(who.Reached, p => Train(p.Client, round, steps), (p, result) =>
        {
            up += result.Message.Length;
            losses += result.Losses;
            task.Tally.Add(p.Client, steps, 0, 0, result.Message.Length, down.Length);
            if (p.IsLate)
            {
                late++;
                return;
            }

            answers.Decode(result.Message, round, start, answer);
            server.Add(answer, task.Samples[p.Client].Length);
        });
        server.End(round);
        return new(round + 1, who.Asked, who.Asked - who.Reached.Length, late, up, (long)down.Length * who.Reached.Length,
            losses / ((long)steps * who.Reached.Length));
    }

    /// <inheritdoc/>
    public long Delivery(int rounds) => (long)code.Bytes * task.Asked.Clients;

    /// <inheritdoc/>
    public (double Share, double Steps)? Drift() => null;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> State() =>
        answers.State().Append(KeyValuePair.Create("server", server.Kept)).ToDictionary();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        server.Restore(state["server"]);
        answers.Restore(state);
    }

    /// <inheritdoc/>
    public void Verify()
    {
    }

    private (byte[] Message, double Losses) Train(int client, int round, int steps) =>
        task.Fleet.Arithmetics[task.Fleet.ArithmeticOf(client)].With(replica =>
        {
            replica.Load(start);
            Func<int, int[]> batches = task.BatchesOf(client);
            double losses = 0;
            for (int step = round * steps; step < (round + 1) * steps; step++)
            {
                (double loss, string? fault) = replica.Train(task.Step(task.SeedOf(client), round, step), batches(step));
                losses += loss;
                if (fault is not null)
                    throw new DivergedException($"client {client}: {fault}");
            }

            if (!replica.IsFinite)
                throw new DivergedException($"client {client}: weights are no finite numbers");
            float[] weights = new float[start.Length];
            replica.Save(weights);
            return (answers.Encode(client, round, start, weights), losses);
        });
}
