using NpuSim.Random;
using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class InversionTests
{
    private static readonly double[] Images = SmallNetwork.Images(), Targets = SmallNetwork.Targets(3);

    [TestCase(AttackKind.Dlg)]
    [TestCase(AttackKind.Idlg)]
    public void The_gradient_of_one_image_gives_it_away(AttackKind attack)
    {
        (Inverted found, double mse) = Attack(attack, "gradient");
        Assert.That(mse, Is.LessThan(1e-3));
        Assert.That(found.Labels, Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public void The_angle_alone_gives_it_away()
    {
        Assert.That(Attack(AttackKind.Angle, "gradient").Mse, Is.LessThan(0.02));
    }

    [TestCase(AttackKind.Idlg, "random")]
    [TestCase(AttackKind.Angle, "random")]
    [TestCase(AttackKind.Fit, "vote:3")]
    [TestCase(AttackKind.Fit, "feedsign")]
    public void What_tells_nothing_leaves_a_picture_no_better_than_grey(AttackKind attack, string message)
    {
        double grey = ImageScores.Mse(Images, [.. Images.Select(_ => Images.Average())]);
        Assert.That(Attack(attack, message).Mse, Is.GreaterThan(grey));
    }

    [Test]
    public void Many_scalars_at_one_batch_give_the_image_away()
    {
        Assert.That(Attack(AttackKind.Fit, "scalars:300").Mse, Is.LessThan(0.02));
    }

    [Test]
    public void The_closed_form_gives_what_the_last_layer_reads_exactly_from_one_image()
    {
        AttackedNetwork whole = SmallNetwork.Make(), last = SmallNetwork.Make(scheme: "lp");
        foreach (AttackedNetwork network in new[] { whole, last })
        {
            double[] gradient = new double[network.Count];
            network.Gradient(Images, Targets, gradient);
            double[] exact = new Inversion(network, SmallNetwork.Image, 1, 0).Features(gradient);
            double[] sent = new Inversion(network, SmallNetwork.Image, 1, 0).Features(Message(network, "gradient").Estimate);
            Assert.That(exact, Has.All.InRange(0.0, 1.0), "sigmoids");
            Assert.That(sent, Is.EqualTo(exact).Within(1e-6), "binary32");
        }
    }

    [Test]
    public void The_signs_of_the_last_layers_gradient_tell_the_label_on_100_fresh_networks()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            AttackedNetwork network = SmallNetwork.Make(seed: seed);
            int label = (int)(seed % SmallNetwork.Classes);
            double[] gradient = new double[network.Count];
            network.Gradient(Images, SmallNetwork.Targets(label), gradient);
            Assert.That(new Inversion(network, SmallNetwork.Image, 1, 0).LabelOf(gradient), Is.EqualTo(label));
        }
    }

    private static ClientMessage Message(AttackedNetwork network, string message) =>
        new MessageMaker(network, 0.1, 1e-3, 1)
            .Of(LeakageMessage.Parse(message), LeakageDefence.Parse("none"), Images, Targets, 0);

    private static (Inverted Found, double Mse) Attack(AttackKind attack, string message)
    {
        AttackedNetwork network = SmallNetwork.Make();
        Inverted found = new Inversion(network, SmallNetwork.Image, 300, 1e-3).Run(attack, LeakageMessage.Parse(message),
            Message(network, message), Targets, new RandomStream(1, "start"), default);
        return (found, ImageScores.Mse(Images, Array.ConvertAll(found.Images, p => Math.Clamp(p, 0, 1))));
    }
}
