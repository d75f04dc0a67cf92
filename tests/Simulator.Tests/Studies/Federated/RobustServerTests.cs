using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public class RobustServerTests
{
    private static readonly ImmutableArray<TrainedTensor> Tensors = [new("w", 1, NumberFormat.Int16, 1)];

    [TestCase(AverageRule.Median, new float[] { 5, 1, 900 }, 5)]
    [TestCase(AverageRule.Median, new float[] { 5, 1, 7, 900 }, 6)]
    [TestCase(AverageRule.Median, new float[] { 5 }, 5)]
    [TestCase(AverageRule.TrimmedMean, new float[] { -900, 4, 5, 6, 900 }, 5)]
    [TestCase(AverageRule.TrimmedMean, new float[] { 4, 6 }, 5)]
    public void Outliers_do_not_count(AverageRule rule, float[] answers, float expected)
    {
        RobustServer server = new(new FixedServer(Tensors, [0], Rounding.HalfUp, 1), rule, 0.2);
        for (int round = 0; round < 2; round++)
        {
            foreach (float answer in answers)
                server.Add([answer], 3);
            server.End(round);
            Assert.That(server.Weights, Is.EqualTo(new[] { expected }));
        }
    }

    [Test]
    public void A_round_without_answers_changes_nothing()
    {
        RobustServer server = new(new FixedServer(Tensors, [7], Rounding.HalfUp, 1), AverageRule.Median, 0.2);
        server.End(0);
        Assert.That(server.Weights, Is.EqualTo(new[] { 7f }));
    }

    [Test]
    public void Who_flips_is_outvoted_and_moves_a_mean()
    {
        Federation asked = FederatedToy.Asked with { Methods = ["qzo-ff:16w8a+m3"], Clients = 7, Rounds = 6 };
        int[] own = [.. Enumerable.Range(0, 12)];

        Assert.Multiple(() =>
        {
            Assert.That(Ran(Protocol.Vote, 0.3), Is.EqualTo(Ran(Protocol.Vote, 0)), "a majority of equal clients");
            Assert.That(Ran(Protocol.Fedavg, 0.3), Is.Not.EqualTo(Ran(Protocol.Fedavg, 0)));
        });

        float[] Ran(Protocol protocol, double attackers)
        {
            FederatedTask task = FederatedToy.Task(asked with
            {
                Protocols = [protocol],
                Batch = 12,
                Attackers = attackers,
            }, samples: [.. Enumerable.Repeat(own, 7)]);
            IRounds rounds = protocol == Protocol.Vote ? new Voting(task) : new Averaging(task);
            for (int round = 0; round < asked.Rounds; round++)
                rounds.Run(round);
            return rounds.Weights;
        }
    }

    [Test]
    public void A_margin_drops_directions_that_are_not_clear()
    {
        Federation asked = FederatedToy.Asked with { Methods = ["qzo-ff:16w8a+m3"] };
        FederatedOutcome none = FederatedToy.Run(asked with { VoteMargin = 1 });
        Assert.That(none.WeightsHash, Is.EqualTo(FederatedToy.Run(asked with { DropOut = 1 }).WeightsHash),
            "no sum is more than all votes");
    }
}
