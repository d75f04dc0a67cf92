using System.Collections.Immutable;
using NpuSim.Simulator.Studies.Federated;

namespace NpuSim.Simulator.Tests.Studies.Federated;

public class PartitionTests
{
    private static readonly int[] Labels = [.. Enumerable.Range(0, 2000).Select(i => i % 10)];

    private static ImmutableArray<int[]> Of(PartitionKind kind, double concentration = 0.1) =>
        Partition.Of(kind, Labels, 20, concentration, 1);

    [TestCase(PartitionKind.Iid)]
    [TestCase(PartitionKind.Shards)]
    [TestCase(PartitionKind.Dirichlet)]
    public void Every_sample_belongs_to_one_client_and_all_have_as_many(PartitionKind kind)
    {
        ImmutableArray<int[]> partition = Of(kind);
        Assert.Multiple(() =>
        {
            Assert.That(partition.SelectMany(p => p).Order(), Is.EqualTo(Enumerable.Range(0, Labels.Length)));
            Assert.That(partition.Select(p => p.Length), Is.All.EqualTo(100));
            Assert.That(Of(kind)[3], Is.EqualTo(partition[3]), "the same each time");
        });
    }

    [Test]
    public void A_client_of_shards_has_two_classes_at_the_most() =>
        Assert.That(Of(PartitionKind.Shards).Select(p => p.Select(i => Labels[i]).Distinct().Count()),
            Is.All.LessThanOrEqualTo(2));

    [Test]
    public void A_large_concentration_deals_classes_evenly_and_a_small_one_mostly_one()
    {
        // Drawn one by one: a count of 10 varies by its root
        double[] even = [.. Of(PartitionKind.Dirichlet, 1e6).Take(15).SelectMany(Counts)],
            skewed = [.. Of(PartitionKind.Dirichlet, 1e-3).Take(8).Select(p => Counts(p).Max())];
        Assert.Multiple(() =>
        {
            Assert.That(even.Average(), Is.EqualTo(10).Within(0.1));
            Assert.That(Math.Sqrt(even.Average(c => (c - 10) * (c - 10))), Is.LessThan(4));
            Assert.That(skewed, Has.Exactly(6).Items.GreaterThan(90).Or.Exactly(7).Items.GreaterThan(90)
                .Or.Exactly(8).Items.GreaterThan(90));
        });
    }

    private static IEnumerable<double> Counts(int[] samples) =>
        Enumerable.Range(0, 10).Select(c => (double)samples.Count(i => Labels[i] == c));
}
