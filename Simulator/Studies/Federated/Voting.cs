using NpuSim.Simulator.Methods;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>
/// Votes of signs. All devices have the same weights; directions are addressed by the run's seed, the round and the direction, so
/// that a client sends a sign for each, and everybody takes the step along the directions that the server's sum of them says.
/// What is said of the rounds is a log. A client that was not there when others went on replays what it missed when it is asked
/// again, or fetches the weights, whichever is fewer bytes.
/// </summary>
internal sealed class Voting : IRounds
{
    private readonly FederatedTask task;
    private readonly WeightCode code;
    private readonly int directions, steps;
    private readonly FactorForm up, said;
    private readonly int[] lineOf, doneBy; // by client: the weights that it goes along with, rounds that it knows
    private readonly Attackers attackers;
    private readonly List<float[]> log = [];
    private readonly List<Line> lines;

    // Weights that devices of one arithmetic share.
    private sealed record Line(int Arithmetic, float[] Weights);

    public Voting(FederatedTask task)
    {
        this.task = task;
        Fleet fleet = task.Fleet;
        (code, attackers) = (new(fleet.Tensors), new(task.Asked, task.Seed));
        (directions, steps) = (((ForwardMethod)task.Method).Directions, task.Asked.StepsOf(task.Protocol));
        (up, said) = task.Protocol switch
        {
            Protocol.Vote => (FactorForm.Sign, task.Asked.Vote == VoteRule.Mean ? FactorForm.Mean : FactorForm.Sign),
            Protocol.Feedsign => (FactorForm.Bit, FactorForm.Bit),
            _ => (FactorForm.Scalar, FactorForm.Scalar),
        };
        lines = [.. fleet.Arithmetics.Select((_, a) => new Line(a, [.. fleet.FirstWeights]))];
        lineOf = [.. Enumerable.Range(0, task.Asked.Clients).Select(fleet.ArithmeticOf)];
        doneBy = new int[lineOf.Length];
    }

    /// <inheritdoc/>
    public float[] Weights => lines[0].Weights;

    /// <summary>Why a method does not go with a protocol; null where it does.</summary>
    public static string? Refusal(Protocol protocol, Method method) => (protocol, method) switch
    {
        (Protocol.Vote or Protocol.Feedsign, not ForwardMethod { Estimator: Estimator.SignSpsa }) =>
            $"{YamlWords.Of(protocol)} takes a sign per direction; accepted are ff, qzo-ff and qzo-ff-steps",
        (Protocol.Feedsign, ForwardMethod { Directions: not 1 }) =>
            "feedsign takes one direction; accepted is a method with +m1",
        (Protocol.Decomfl or Protocol.Baffle or Protocol.Fedkseed, not ForwardMethod { Estimator: Estimator.Spsa }) =>
            $"{YamlWords.Of(protocol)} takes a scalar per direction; accepted is spsa",
        (Protocol.Decomfl or Protocol.Baffle or Protocol.Fedkseed, { Operands.IsFixedPoint: true }) =>
            $"{YamlWords.Of(protocol)} takes a scalar in floating point per direction; accepted is spsa in floating point",
        (Protocol.Fedkseed, ForwardMethod { Directions: not 1 }) =>
            "fedkseed takes one direction a step; accepted is a method with +m1",
        (_, ForwardMethod { Guided: not null }) => "steps are replayed from their factors; accepted is a method without guided",
        (_, ForwardMethod { TailLayers: not null }) =>
            "steps are replayed from their factors; accepted is a method without elastic",
        (_, ForwardMethod { IsOrthogonal: true }) => "directions weigh alike; accepted is a method without orthogonal",
        (_, ForwardMethod { IsKernelNormalized: true }) =>
            "steps know no norm of the estimate; accepted is a method without kernel normalisation",
        (_, ForwardMethod { Optimizer: not null }) =>
            "steps are replayed from their factors; accepted is a method without an optimiser",
        _ => null,
    };

    /// <inheritdoc/>
    public FederatedRound Run(int round)
    {
        Participation who = Participation.Of(task.Asked, task.Seed, round);
        Dictionary<int, int> fetchedLines = [];
        long down = 0, sent = 0;
        int replayed = 0, fetched = 0, late = 0;
        Dictionary<int, (long Bytes, long Updates)> caughtUp = [];
        foreach (Participant p in who.Reached)
        {
            (long bytes, bool isReplay) = CatchUp(p.Client, round);
            caughtUp[p.Client] = (bytes, isReplay ? round - doneBy[p.Client] : 0);
            down += bytes;
            replayed += isReplay && bytes > 0 ? 1 : 0;
            fetched += isReplay ? 0 : 1;
            if (!isReplay)
                lineOf[p.Client] = Fetch(p.Client, fetchedLines);
            doneBy[p.Client] = round;
        }

        Prune();
        double[] sums = new double[steps * directions];
        long samples = 0;
        double losses = 0;
        task.Each(who.Reached, p => Probe(p.Client, round), (p, result) =>
        {
            sent += result.Message.Length;
            losses += result.Loss;
            (long received, long replays) = caughtUp[p.Client];
            task.Tally.Add(p.Client, 0, steps, (replays * steps) + steps - 1, result.Message.Length, received);
            late += p.IsLate ? 1 : 0;
            if (!p.IsLate)
                samples += Count(result.Message, task.Samples[p.Client].Length, sums);
        });
        log.Add([.. sums.Select(s => Voted(s, samples))]);
        Advance(round);
        return new(round + 1, who.Asked, who.Asked - who.Reached.Length, late, sent, down,
            losses / ((long)steps * who.Reached.Length))
        {
            Replayed = replayed,
            Fetched = fetched,
        };
    }

    /// <inheritdoc/>
    public long Delivery(int rounds) => Enumerable.Range(0, lineOf.Length).Sum(c => CatchUp(c, rounds).Bytes);

    /// <inheritdoc/>
    public (double Share, double Steps)? Drift()
    {
        if (lines.Count == 1)
            return null;
        (long Differing, double Largest)[] from = [.. lines.Select(l => Difference(l.Weights, Weights))];
        return (lineOf.Average(l => (double)from[l].Differing / Weights.Length), lineOf.Max(l => from[l].Largest));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> State()
    {
        Dictionary<string, float[]> state = new()
        {
            ["log"] = [.. log.SelectMany(v => v), 0], // no tensor is empty
            ["line of clients"] = [.. lineOf.Select(l => (float)l)],
            ["rounds of clients"] = [.. doneBy.Select(r => (float)r)],
            ["arithmetic of lines"] = [.. lines.Select(l => (float)l.Arithmetic)],
        };
        for (int i = 0; i < lines.Count; i++)
            state[$"line {i}"] = lines[i].Weights;
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        lines.Clear();
        lines.AddRange(state["arithmetic of lines"].Select((a, i) => new Line((int)a, state[$"line {i}"])));
        Array.ConvertAll(state["line of clients"], l => (int)l).CopyTo(lineOf, 0);
        Array.ConvertAll(state["rounds of clients"], r => (int)r).CopyTo(doneBy, 0);
        log.Clear();
        log.AddRange(state["log"][..^1].Chunk(steps * directions));
    }

    /// <summary>Replays the whole log as a device does that was never there, in each arithmetic: it ends at the same
    /// bits.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public void Verify()
    {
        float[] votes = new float[log.Count * steps * directions];
        FactorCode.Decode(FactorCode.Encode([.. log.SelectMany(v => v)], said), said, votes);
        for (int a = 0; a < task.Fleet.Arithmetics.Length; a++)
        {
            float[] replayed = Stepped(a, task.Fleet.FirstWeights, 0, [.. votes.Chunk(directions)]);
            if (!replayed.AsSpan().SequenceEqual(lines[a].Weights))
                throw new InvalidOperationException($"a replay in arithmetic {a} does not end at the weights of the fleet.");
        }
    }

    // What a client that knows some rounds gets to know the first so many: the log of those it missed, or the weights.
    private (long Bytes, bool IsReplay) CatchUp(int client, int rounds)
    {
        int missed = rounds - doneBy[client];
        if (task.Protocol == Protocol.Baffle
            || (missed > 0 && FactorCode.Bytes((long)missed * steps * directions, said) > code.Bytes))
            return (code.Encode(Weights).Length, false);
        return (FactorCode.Encode([.. log.Skip(doneBy[client]).Take(missed).SelectMany(v => v)], said).Length, true);
    }

    // Devices of the server's arithmetic are where it is; others go their own way from there, those of one round together.
    private int Fetch(int client, Dictionary<int, int> fetchedLines)
    {
        int arithmetic = task.Fleet.ArithmeticOf(client);
        if (arithmetic == 0)
            return 0;
        if (!fetchedLines.TryGetValue(arithmetic, out int line))
        {
            fetchedLines[arithmetic] = line = lines.Count;
            lines.Add(new(arithmetic, [.. Weights]));
        }

        return line;
    }

    // Weights that no device goes along with any more are forgotten, but for those that replay everything.
    private void Prune()
    {
        for (int line = lines.Count - 1; line >= task.Fleet.Arithmetics.Length; line--)
        {
            if (lineOf.Contains(line))
                continue;
            lines.RemoveAt(line);
            for (int client = 0; client < lineOf.Length; client++)
                lineOf[client] -= lineOf[client] > line ? 1 : 0;
        }
    }

    private (byte[] Message, double Loss) Probe(int client, int round)
    {
        Line line = lines[lineOf[client]];
        return task.Fleet.Arithmetics[line.Arithmetic].With(replica =>
        {
            replica.Load(line.Weights);
            float[] factors = new float[steps * directions];
            Func<int, int[]> batches = task.BatchesOf(client);
            double losses = 0;
            for (int i = 0; i < steps; i++)
            {
                int at = (round * steps) + i;
                Span<float> own = factors.AsSpan(i * directions, directions);
                (double loss, string? fault) = replica.Probe(task.Step(task.Seed, round, at), batches(at), own);
                losses += fault is null ? loss : throw new DivergedException($"client {client}: {fault}");
                if (i + 1 < steps)
                    replica.Update(task.Step(task.Seed, round, at), own, 0); // alone, until it returns to the common weights
            }

            attackers.Corrupt(client, round, factors);
            return (FactorCode.Encode(factors, up), losses);
        });
    }

    private long Count(byte[] message, int samples, double[] sums)
    {
        float[] factors = new float[sums.Length];
        FactorCode.Decode(message, up, factors);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += samples * (double)factors[i]; // of signs whole numbers
        return samples;
    }

    private float Voted(double sum, long samples) => said switch
    {
        FactorForm.Bit => sum > 0 ? 1 : -1,
        _ when samples == 0 => 0,
        FactorForm.Scalar => (float)(sum / samples),
        _ when Math.Abs(sum) <= task.Asked.VoteMargin * samples => 0,
        FactorForm.Sign => Math.Sign(sum),
        _ => Math.Min(sbyte.MaxValue,
            RoundedDivision.Of((long)sum << FactorCode.MeanBits, samples, task.Fleet.Rounding, 0.5)),
    };

    // Every device takes the step of the round, sooner or later: here it is taken once for all that have the same weights.
    private void Advance(int round)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            (int arithmetic, float[] weights) = lines[i];
            lines[i] = new(arithmetic, Stepped(arithmetic, weights, round * steps, [.. log[round].Chunk(directions)]));
        }
    }

    private float[] Stepped(int arithmetic, float[] weights, int first, float[][] votes) =>
        task.Fleet.Arithmetics[arithmetic].With(replica =>
        {
            replica.Load(weights);
            for (int i = 0; i < votes.Length; i++)
                replica.Update(task.Step(task.Seed, (first + i) / steps, first + i), votes[i],
                    said == FactorForm.Mean ? FactorCode.MeanBits : 0);
            if (!replica.IsFinite)
                throw new DivergedException("weights are no finite numbers");
            float[] stepped = new float[weights.Length];
            replica.Save(stepped);
            return stepped;
        });

    private static (long Differing, double Largest) Difference(float[] weights, float[] others)
    {
        long differing = 0;
        double largest = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            differing += weights[i] == others[i] ? 0 : 1;
            largest = Math.Max(largest, Math.Abs((double)weights[i] - others[i]));
        }

        return (differing, largest);
    }
}
