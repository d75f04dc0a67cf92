using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public class FederatedTrainingTests
{
    private const string Other = "dsp-40bit-saturating";

    private static readonly Federation Asked = FederatedToy.Asked;

    private static Federation With(Protocol protocol, string method) => Asked with { Protocols = [protocol], Methods = [method] };

    [TestCase(Protocol.Vote, "qzo-ff:16w8a+m3")]
    [TestCase(Protocol.Vote, "qzo-ff-steps:8w8a+m2")]
    [TestCase(Protocol.Vote, "ff:fp32+m2")]
    [TestCase(Protocol.Fedavg, "qzo-ff:16w8a")]
    [TestCase(Protocol.Fedavg, "bp:8w8a")]
    [TestCase(Protocol.Fedavg, "bp:fp32")]
    [TestCase(Protocol.Fedavg, "ff:fp32")]
    public void One_client_that_takes_one_step_a_round_is_the_plain_run_to_the_bit(Protocol protocol, string method)
    {
        FederatedTask task = FederatedToy.Task(With(protocol, method) with { Clients = 1, Samples = 6 },
            samples: [[0, 1, 2, 3, 4, 5]]);
        IRounds rounds = protocol == Protocol.Vote ? new Voting(task) : new Averaging(task);
        for (int round = 0; round < task.Asked.Rounds; round++)
            rounds.Run(round);
        float[] plain = FederatedToy.Plain(task);
        Assert.That(rounds.Weights, Is.EqualTo(plain));
        Assert.That(plain, Is.Not.EqualTo(task.Fleet.FirstWeights), "nothing was learnt");
    }

    [TestCase(1.0, 0.0)]
    [TestCase(0.5, 0.4)]
    public void Devices_that_vote_and_replay_what_they_missed_are_where_the_server_is_to_the_bit(double share, double dropOut)
    {
        FederatedTask task = FederatedToy.Task(With(Protocol.Vote, "qzo-ff:16w8a+m3") with
        {
            Share = share,
            DropOut = dropOut,
            Rounds = 12,
        });
        Voting voting = new(task);
        List<float[]> votes = [];
        IReplica[] devices = [.. task.Samples.Select(_ => task.Fleet.Arithmetics[0].With(_ => Fresh(task)))];
        int[] done = new int[devices.Length];
        for (int round = 0; round < task.Asked.Rounds; round++)
        {
            long[] sums = new long[3];
            foreach (Participant p in Participation.Of(task.Asked, task.Seed, round).Reached)
            {
                CatchUp(p.Client, round);
                float[] signs = new float[3];
                devices[p.Client].Probe(task.Step(task.Seed, round, round), task.BatchesOf(p.Client)(round), signs);
                for (int d = 0; d < 3; d++)
                    sums[d] += (long)signs[d];
            }

            votes.Add([.. sums.Select(s => (float)Math.Sign(s))]);
            voting.Run(round);
        }

        Assert.That(votes.SelectMany(v => v), Is.EqualTo(voting.State()["log"][..^1]), "the votes of real devices");
        for (int client = 0; client < devices.Length; client++)
        {
            CatchUp(client, task.Asked.Rounds);
            float[] own = new float[voting.Weights.Length];
            devices[client].Save(own);
            Assert.That(own, Is.EqualTo(voting.Weights), $"client {client}");
        }

        voting.Verify();

        void CatchUp(int client, int rounds)
        {
            for (; done[client] < rounds; done[client]++)
                devices[client].Update(task.Step(task.Seed, done[client], done[client]), votes[done[client]], 0);
        }
    }

    [Test]
    public void All_clients_after_one_step_on_all_their_samples_are_one_step_on_all_samples()
    {
        Federation asked = With(Protocol.Fedsgd, "bp:fp32") with { Rounds = 1, Evaluations = 1, LearningRate = 0.1 };
        FederatedTask task = FederatedToy.Task(asked),
            whole = FederatedToy.Task(asked with { Clients = 1, Samples = asked.Clients * asked.Samples, Batch = 1 },
                samples: [[.. Enumerable.Range(0, asked.Clients * asked.Samples)]]);
        Averaging many = new(task), one = new(whole);
        many.Run(0);
        one.Run(0);
        Assert.That(many.Weights, Is.EqualTo(one.Weights).Within(1e-6));
    }

    [Test]
    public void Copies_of_a_client_are_the_client_where_they_see_the_same_samples()
    {
        // All samples of a client are its batch: copies differ in their order alone, which sums of integers do not see
        Federation asked = With(Protocol.Vote, "qzo-ff:16w8a+m3") with { Batch = 12, Rounds = 3 };
        int[] own = [.. Enumerable.Range(0, 12)];
        Assert.That(Ran(5), Is.EqualTo(Ran(2)));

        float[] Ran(int clients)
        {
            Voting voting = new(FederatedToy.Task(asked, samples: [.. Enumerable.Repeat(own, clients)]) with
            {
                Asked = asked with { Clients = clients },
            });
            for (int round = 0; round < asked.Rounds; round++)
                voting.Run(round);
            return voting.Weights;
        }
    }

    [TestCase(Protocol.Vote, "qzo-ff:16w8a")]
    [TestCase(Protocol.Feedsign, "qzo-ff:16w8a+m1")]
    [TestCase(Protocol.Decomfl, "spsa:fp32+m3")]
    [TestCase(Protocol.Fedkseed, "spsa:fp32+m1")]
    [TestCase(Protocol.Fedavg, "bp:fp32")]
    [TestCase(Protocol.Fedavg, "bp:8w8a")]
    [TestCase(Protocol.Fedsgd, "qzo-ff:8w8a")]
    public void The_outcome_does_not_depend_on_the_threads(Protocol protocol, string method)
    {
        Federation asked = With(protocol, method) with
        {
            Share = 0.7,
            DropOut = 0.2,
            Stragglers = 0.2,
            Attackers = 0.2,
            Attack = Attack.Random,
            Compressions = [protocol == Protocol.Fedavg ? "top-k:5" : "none"],
        };
        Assert.That(Text(FederatedToy.Run(asked, threads: 4)), Is.EqualTo(Text(FederatedToy.Run(asked))));
    }

    [TestCase(Protocol.Vote, "qzo-ff:16w8a", "none")]
    [TestCase(Protocol.Fedkseed, "spsa:fp32+m1", "none")]
    [TestCase(Protocol.Fedavg, "bp:fp32", "dgc:10")]
    [TestCase(Protocol.Fedavg, "bp:8w8a", "none")]
    [TestCase(Protocol.Fedavg, "qzo-ff:16w8a", "1-bit")]
    public void A_training_that_goes_on_from_any_state_ends_as_one_that_was_never_interrupted(
        Protocol protocol, string method, string compression)
    {
        Federation asked = With(protocol, method) with
        {
            Share = 0.5,
            DropOut = 0.2,
            Attackers = 0.2,
            Profiles = ["systolic-int8-16x16", Other],
            Compressions = [compression],
        };
        List<FederatedState> states = [];
        FederatedOutcome whole = new FederatedTraining(FederatedToy.Task(asked))
            .Run(null, (state, _) => states.Add(state()), null, CancellationToken.None);
        foreach (FederatedState state in states)
        {
            FederatedOutcome rest = new FederatedTraining(FederatedToy.Task(asked))
                .Run(state, null, null, CancellationToken.None);
            Assert.That(Text(rest), Is.EqualTo(Text(whole)), $"from round {state.Progress.Rounds.Length}");
        }
    }

    [TestCase(Protocol.Feedsign, "qzo-ff:16w8a+m1", 1, 1)]
    [TestCase(Protocol.Decomfl, "spsa:fp32+m3", 2 * 3 * 4, 2 * 3 * 4)]
    [TestCase(Protocol.Baffle, "spsa:fp32+m3", 3 * 4, 0)]
    public void Scalars_and_bits_take_their_bytes(Protocol protocol, string method, int up, int down)
    {
        FederatedOutcome outcome = FederatedToy.Run(With(protocol, method));
        int n = FederatedToy.Weights.Values.Sum(w => w.Length), k = Asked.Clients, r = Asked.Rounds;
        Assert.That(outcome.UpBytes, Is.EqualTo(k * r * up));
        Assert.That(outcome.DownBytes, Is.EqualTo(down > 0 ? k * (r - 1) * down : 4L * n * k * r));
    }

    [TestCase(Protocol.Decomfl)]
    [TestCase(Protocol.Baffle)]
    public void One_client_that_sends_scalars_of_one_step_is_the_plain_run(Protocol protocol)
    {
        FederatedTask task = FederatedToy.Task(With(protocol, "spsa:fp32+m2") with { Clients = 1, Samples = 6 },
            samples: [[0, 1, 2, 3, 4, 5]]);
        Voting voting = new(task);
        for (int round = 0; round < task.Asked.Rounds; round++)
            voting.Run(round);
        Assert.That(voting.Weights, Is.EqualTo(FederatedToy.Plain(task)).Within(1e-5), "scalars are rounded to binary32");
    }

    [Test]
    public void Bytes_are_those_of_the_formulas()
    {
        FederatedOutcome vote = FederatedToy.Run(With(Protocol.Vote, "qzo-ff:16w8a+m3")),
            mean = FederatedToy.Run(With(Protocol.Vote, "qzo-ff:16w8a+m3") with { Vote = VoteRule.Mean }),
            average = FederatedToy.Run(With(Protocol.Fedavg, "qzo-ff:16w8a"));
        int n = FederatedToy.Weights.Values.Sum(w => w.Length), k = Asked.Clients, r = Asked.Rounds;
        Assert.Multiple(() =>
        {
            Assert.That(vote.UpBytes, Is.EqualTo(k * r * 1), "⌈2m/8⌉ a client and round");
            Assert.That(vote.DownBytes, Is.EqualTo(k * (r - 1) * 1), "and nothing to say in the first");
            Assert.That(mean.DownBytes, Is.EqualTo(k * (r - 1) * 3), "m bytes of means");
            Assert.That(average.UpBytes, Is.EqualTo(2L * n * k * r), "two bytes a weight");
            Assert.That(average.DownBytes, Is.EqualTo(average.UpBytes));
            Assert.That(average.DeliveryBytes, Is.EqualTo(2L * n * k));
            Assert.That(vote.DeliveryBytes, Is.EqualTo(k), "the last round's outcome");
        });
    }

    [Test]
    public void Who_was_away_for_long_fetches_the_weights_once_they_are_fewer_bytes()
    {
        Federation asked = With(Protocol.Vote, "qzo-ff:8w8a+m200") with { Share = 0.2, Rounds = 40, Vote = VoteRule.Mean };
        FederatedOutcome outcome = FederatedToy.Run(asked);
        long most = outcome.WeightBytes * 2;
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Rounds.Sum(r => r.Fetched), Is.GreaterThan(0));
            Assert.That(outcome.Rounds.Sum(r => r.Replayed), Is.GreaterThan(0));
            Assert.That(outcome.Rounds.Max(r => r.DownBytes), Is.LessThanOrEqualTo(most));
        });
    }

    [Test]
    public void Late_answers_cost_their_bytes_and_change_nothing_and_who_cannot_be_reached_costs_nothing()
    {
        FederatedOutcome late = FederatedToy.Run(With(Protocol.Fedavg, "bp:8w8a") with { Stragglers = 1 }),
            none = FederatedToy.Run(With(Protocol.Fedavg, "bp:8w8a") with { DropOut = 1 });
        Assert.Multiple(() =>
        {
            Assert.That(late.Rounds.Select(r => r.Late), Is.All.EqualTo(Asked.Clients));
            Assert.That(late.UpBytes, Is.GreaterThan(0));
            Assert.That(none.UpBytes + none.DownBytes, Is.Zero);
            Assert.That(none.Rounds.Select(r => r.Unreachable), Is.All.EqualTo(Asked.Clients));
            Assert.That(late.WeightsHash, Is.EqualTo(none.WeightsHash), "both are the first weights");
        });
    }

    [Test]
    public void Profiles_of_one_arithmetic_agree_to_the_bit_and_others_drift()
    {
        // Means of two directions tie, which these round to even and up
        Federation asked = With(Protocol.Vote, "qzo-ff:16w8a+m2") with { Rounds = 20, Profiles = ["cortex-m4"] };
        FederatedOutcome one = FederatedToy.Run(asked),
            same = FederatedToy.Run(asked with { Profiles = ["cortex-m4", "cortex-m7"] }),
            mixed = FederatedToy.Run(asked with { Profiles = ["systolic-int8-16x16", Other] });
        Assert.Multiple(() =>
        {
            Assert.That(same.WeightsHash, Is.EqualTo(one.WeightsHash));
            Assert.That(same.Rounds[^1].DriftShare, Is.Null);
            Assert.That(mixed.Rounds[^1].DriftShare, Is.InRange(1e-6, 0.5));
            Assert.That(mixed.Rounds[^1].DriftSteps, Is.GreaterThanOrEqualTo(1));
        });
    }

    [Test]
    public void Integers_that_are_averaged_keep_changes_below_half_a_step()
    {
        ImmutableArray<TrainedTensor> tensors = [new("w", 1, Accelerators.Numerics.NumberFormat.Int8, 1)];
        FixedServer server = new(tensors, [10], Accelerators.Numerics.Rounding.HalfUp, 1);
        for (int round = 0; round < 3; round++) // a quarter of a step each
        {
            foreach (float client in (float[])[server.Weights[0] + 1, server.Weights[0], server.Weights[0], server.Weights[0]])
                server.Add([client], 5);
            server.End(round);
        }

        Assert.That(server.Weights, Is.EqualTo(new[] { 11f }));
    }

    private static string Text(FederatedOutcome outcome) => new FederatedRecord("", outcome).ToText();

    private static IReplica Fresh(FederatedTask task) => FederatedToy.Bench(task.Asked, task.Protocol)
        .ReplicasOf(task.Method, Workloads.Schemes.TuningScheme.Full, task.Settings, task.Fleet.Profiles[0].Numerics)
        .With(replica => replica);
}
