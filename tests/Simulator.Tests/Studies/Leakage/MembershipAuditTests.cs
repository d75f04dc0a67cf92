using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class MembershipAuditTests
{
    [Test]
    public void Losses_that_lie_apart_tell_everybody()
    {
        AuditPoint point = MembershipAudit.Of(7, [1, 1, 1], [2, 3, 4]);
        Assert.That((point.Step, point.Auc, point.TruePositives, point.FalsePositives, point.Advantage,
            point.TruePositivesAtOnePercent), Is.EqualTo((7, 1.0, 1.0, 0.0, 1.0, 1.0)));
    }

    [Test]
    public void Equal_losses_tell_nobody()
    {
        double[] losses = [.. Enumerable.Range(0, 200).Select(i => i * 37 % 200 / 10.0)];
        AuditPoint point = MembershipAudit.Of(0, losses, losses);
        Assert.That((point.Auc, point.Advantage), Is.EqualTo((0.5, 0.0)));
        Assert.That(point.TruePositivesAtOnePercent, Is.EqualTo(0.01));
    }

    [Test]
    public void Ties_count_half() =>
        Assert.That(MembershipAudit.Of(0, [1, 2], [2, 3]).Auc, Is.EqualTo((1 + 1 + 0.5 + 1) / 4));

    [Test]
    public void The_threshold_is_the_mean_loss_of_members()
    {
        AuditPoint point = MembershipAudit.Of(0, [0, 4], [1, 2, 3, 5]);
        Assert.That((point.MemberLoss, point.TruePositives, point.FalsePositives), Is.EqualTo((2.0, 0.5, 0.5)));
    }
}
