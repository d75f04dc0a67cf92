using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public sealed class SeedPoolTests
{
    private static readonly Federation Asked = FederatedToy.Asked with
    {
        Protocols = [Protocol.Fedkseed],
        Methods = ["spsa:fp32+m1"],
        Candidates = 40,
    };

    [Test]
    public void One_client_ends_where_one_that_takes_the_steps_one_after_the_other_does_but_for_rounding()
    {
        FederatedTask task = FederatedToy.Task(Asked with { Clients = 1 });
        SeedPool pool = new(task);
        float[] walked = task.Fleet.FirstWeights;
        for (int round = 0; round < Asked.Rounds; round++)
        {
            float[] sums = [.. pool.State().Values.Single()];
            pool.Run(round);
            float[] now = pool.State().Values.Single();
            int[] changed = [.. Enumerable.Range(0, sums.Length).Where(q => now[q] != sums[q])];
            Assert.That(changed, Has.Length.InRange(1, 2), "two steps a round");
            walked = task.Fleet.Arithmetics[0].With(replica =>
            {
                replica.Load(walked);
                foreach (int q in changed)
                    replica.Update(task.Step(task.Seed, 0, q), [now[q] - sums[q]], 0);
                float[] weights = new float[walked.Length];
                replica.Save(weights);
                return weights;
            });
        }

        Assert.That(pool.Weights, Is.EqualTo(walked).Within(1e-5));
        Assert.That(walked, Is.Not.EqualTo(task.Fleet.FirstWeights).Within(1e-4), "nothing was learnt");
    }

    [Test]
    public void A_client_gets_a_scalar_for_each_candidate_and_sends_its_number_and_one_for_each_step()
    {
        FederatedOutcome outcome = FederatedToy.Run(Asked);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.DownBytes, Is.EqualTo(4L * 40 * 6 * 8));
            Assert.That(outcome.UpBytes, Is.EqualTo(((2 * (6 + 32)) + 7) / 8 * 6L * 8), "six bits for one of 40");
            Assert.That(outcome.DeliveryBytes, Is.EqualTo(4L * 40 * 6));
            Assert.That(outcome.Divergence, Is.Null);
        });
    }

    [Test]
    public void What_it_keeps_between_rounds_is_all_that_the_next_ones_depend_on()
    {
        SeedPool whole = new(FederatedToy.Task(Asked)), first = new(FederatedToy.Task(Asked)),
            second = new(FederatedToy.Task(Asked, threads: 3));
        for (int round = 0; round < 6; round++)
            whole.Run(round);
        for (int round = 0; round < 3; round++)
            first.Run(round);
        second.Restore(first.State());
        for (int round = 3; round < 6; round++)
            second.Run(round);
        second.Verify();
        Assert.That(second.Weights, Is.EqualTo(whole.Weights));
    }

    [TestCase("spsa:fp32+m2", "fedkseed takes one direction a step; accepted is a method with +m1")]
    [TestCase("qzo-ff:16w8a", "fedkseed takes a scalar per direction; accepted is spsa")]
    public void Methods_that_do_not_go_with_it_are_refused(string method, string refusal) =>
        Assert.That(Voting.Refusal(Protocol.Fedkseed, NpuSim.Simulator.Methods.Method.Parse(method)), Is.EqualTo(refusal));
}
