using FsCheck;
using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tests.Data;

public sealed class BatchesTests
{
    [FsCheck.NUnit.Property]
    public void Every_epoch_holds_every_sample_once(ulong seed, PositiveInt batch, PositiveInt count)
    {
        Batches batches = new(seed, batch.Get, count.Get);
        int steps = ((3 * count.Get) + batch.Get - 1) / batch.Get;
        int[] order = [.. Enumerable.Range(0, steps).SelectMany(batches.Indices)];
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.That(order.Skip(epoch * count.Get).Take(count.Get).Order(), Is.EqualTo(Enumerable.Range(0, count.Get)));
    }

    [FsCheck.NUnit.Property]
    public void A_step_does_not_depend_on_the_steps_asked_before(ulong seed, NonNegativeInt step, PositiveInt batch,
        PositiveInt count)
    {
        Batches used = new(seed, batch.Get, count.Get);
        used.Indices(step.Get + 5);
        used.Indices(0);
        Assert.That(used.Indices(step.Get), Is.EqualTo(Batches.Indices(seed, step.Get, batch.Get, count.Get)));
    }

    [Test]
    public void Epochs_and_seeds_have_different_orders()
    {
        int[] first = Batches.Indices(1, 0, 100, 100);
        Assert.Multiple(() =>
        {
            Assert.That(Batches.Indices(1, 1, 100, 100), Is.Not.EqualTo(first));
            Assert.That(Batches.Indices(2, 0, 100, 100), Is.Not.EqualTo(first));
        });
    }

    [Test]
    public void The_order_of_a_seed_never_changes() => // results of earlier versions can be redone
        Assert.That(Batches.Indices(1, 0, 8, 8), Is.EqualTo(new[] { 0, 3, 2, 4, 5, 6, 1, 7 }));

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void A_batch_or_a_set_of_nothing_is_refused(int batch, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = new Batches(1, batch, count));
}
