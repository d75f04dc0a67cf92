using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class LeakageMessageTests
{
    private static readonly AttackedNetwork Network = SmallNetwork.Make();
    private static readonly double[] Images = SmallNetwork.Images(), Targets = SmallNetwork.Targets(1);

    [Test]
    public void One_step_of_fedavg_tells_the_gradient_and_several_tell_another_one()
    {
        double[] gradient = Of("gradient").Estimate, one = Of("fedavg:1").Estimate, many = Of("fedavg:5").Estimate;
        Assert.That(one, Is.EqualTo(gradient).Within(1e-6));
        Assert.That(many.Zip(gradient, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(1e-3));
    }

    [Test]
    public void Signs_are_those_of_the_slopes()
    {
        ClientMessage scalars = Of("scalars:20"), signs = Of("vote:20");
        double[] gradient = Of("gradient").Estimate;
        Assert.Multiple(() =>
        {
            Assert.That(scalars.Measured, Is.EqualTo(scalars.Directions.Select(z => Vectors.Dot(z, gradient))).Within(1e-3));
            Assert.That(signs.Measured, Is.EqualTo(scalars.Measured.Select(Math.Sign)));
            Assert.That((scalars.Bytes, signs.Bytes, Of("feedsign").Bytes), Is.EqualTo((80, 5, 1)));
        });
    }

    [Test]
    public void The_control_is_as_long_as_each_tensors_gradient_and_in_no_relation_to_it()
    {
        double[] gradient = Of("gradient").Estimate, control = Of("random").Estimate;
        Assert.That(Vectors.Norm(control), Is.EqualTo(Vectors.Norm(gradient)).Within(1e-3));
        Assert.That(Math.Abs(Vectors.Dot(control, gradient)) / Vectors.Dot(gradient, gradient), Is.LessThan(0.3));
    }

    [TestCase("gaussian:0.01")]
    [TestCase("laplace:0.01")]
    public void Noise_has_the_variance_that_is_asked_for(string defence)
    {
        double[] gradient = Of("gradient").Estimate, noisy = Of("gradient", defence).Estimate;
        double variance = noisy.Zip(gradient, (a, b) => (a - b) * (a - b)).Average();
        Assert.That(variance, Is.EqualTo(0.01).Within(0.001));
    }

    [Test]
    public void Clipping_shortens_and_keeps_the_angle()
    {
        double[] gradient = Of("gradient").Estimate, clipped = Of("gradient", "clip:0.5").Estimate;
        Assert.That(Vectors.Norm(clipped), Is.EqualTo(0.5).Within(1e-6));
        Assert.That(Vectors.Dot(clipped, gradient), Is.EqualTo(0.5 * Vectors.Norm(gradient)).Within(1e-5));
    }

    [TestCase("fp16", 2)]
    [TestCase("bf16", 2)]
    [TestCase("none", 4)]
    public void A_number_takes_the_bytes_of_its_format(string defence, int bytes) =>
        Assert.That(Of("gradient", defence).Bytes, Is.EqualTo(bytes * Network.Count));

    [Test]
    public void Pruned_entries_are_zero_and_the_largest_are_sent()
    {
        double[] gradient = Of("gradient").Estimate, pruned = Of("gradient", "top-k:10").Estimate;
        Assert.That(pruned.Count(p => p != 0), Is.EqualTo(Network.Tensors.Sum(t => (int)Math.Ceiling(0.1 * t.Count))));
        Assert.That(pruned.Zip(gradient).Where(p => p.First != 0), Has.All.Matches<(double First, double Second)>(p =>
            p.First == p.Second));
    }

    [Test]
    public void Randomised_response_flips_one_in_1_plus_e_to_kappa()
    {
        double[] signs = Of("vote:2000").Measured;
        foreach ((string defence, double flips) in new[] { ("response:0", 0.5), ("response:1", 0.269), ("response:8", 0.0003) })
            Assert.That(Of("vote:2000", defence).Measured.Zip(signs, (a, b) => a != b ? 1.0 : 0).Average(),
                Is.EqualTo(flips).Within(0.04), defence);
    }

    [TestCase("fedavg", "message 'fedavg': accepted is gradient, fedavg:STEPS")]
    [TestCase("vote:0", "message 'vote:0'")]
    [TestCase("random:2", "message 'random:2'")]
    public void What_is_no_message_is_refused_by_name(string text, string message) =>
        Assert.That(() => LeakageMessage.Parse(text), Throws.TypeOf<InputException>().With.Message.StartsWith(message));

    [TestCase("gaussian", "defence 'gaussian': accepted is none, gaussian:VARIANCE")]
    [TestCase("clip:0", "defence 'clip:0'")]
    [TestCase("top-k:0", "defence 'top-k:0'")]
    [TestCase("noise:1", "defence 'noise:1'")]
    public void What_is_no_defence_is_refused_by_name(string text, string message) =>
        Assert.That(() => LeakageDefence.Parse(text), Throws.TypeOf<InputException>().With.Message.StartsWith(message));

    [TestCase("response:1", "gradient", "response flips signs; accepted are vote and feedsign")]
    [TestCase("fp16", "vote:3", "signs have no magnitude; accepted are none and response")]
    [TestCase("8-bit", "scalars:3", "scalars are no tensors; accepted are none, gaussian and laplace")]
    [TestCase("laplace:1", "scalars:3", null)]
    public void Defences_go_with_their_messages(string defence, string message, string? refusal) =>
        Assert.That(LeakageDefence.Parse(defence).Refusal(LeakageMessage.Parse(message)), Is.EqualTo(refusal));

    private static ClientMessage Of(string message, string defence = "none") => new MessageMaker(Network, 0.1, 1e-4, 1)
        .Of(LeakageMessage.Parse(message), LeakageDefence.Parse(defence), Images, Targets, 0);
}
