using NpuSim.Random;
using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class AttackedNetworkTests
{
    [TestCase("ft", 1)]
    [TestCase("lp", 1)]
    [TestCase("ft", 2)]
    public void The_difference_of_two_passes_equals_a_numeric_derivative_of_the_gradients_product(string scheme, int batch)
    {
        AttackedNetwork network = SmallNetwork.Make(batch, scheme);
        double[] images = SmallNetwork.Images(batch), targets = SmallNetwork.Targets([.. Enumerable.Range(1, batch)]);
        double[] v = Vectors.Normal(network.Count, new RandomStream(3, "v")), byImages = new double[images.Length],
            byTargets = new double[targets.Length];
        network.Mixed(images, targets, v, byImages, byTargets);
        double size = byImages.Max(Math.Abs);
        Assert.That(size, Is.GreaterThan(1e-3));
        for (int i = 0; i < images.Length; i += 17)
            Assert.That(byImages[i], Is.EqualTo(Numeric(images, i)).Within(1e-6 * size), $"pixel {i}");
        for (int i = 0; i < targets.Length; i++)
            Assert.That(byTargets[i], Is.EqualTo(Numeric(targets, i)).Within(1e-6 * byTargets.Max(Math.Abs)), $"target {i}");

        double Numeric(double[] at, int index)
        {
            const double h = 1e-4;
            double centre = at[index];
            (double plus, double minus) = (Product(centre + h), Product(centre - h));
            at[index] = centre;
            return (plus - minus) / (2 * h);

            double Product(double value)
            {
                at[index] = value;
                double[] gradient = new double[network.Count];
                network.Gradient(images, targets, gradient);
                return Vectors.Dot(v, gradient);
            }
        }
    }

    [Test]
    public void The_gradient_is_that_of_the_loss_and_a_shift_is_added_to_the_weights()
    {
        AttackedNetwork network = SmallNetwork.Make();
        double[] images = SmallNetwork.Images(), targets = SmallNetwork.Targets(2), gradient = new double[network.Count],
            z = Vectors.Normal(network.Count, new RandomStream(4, "z"));
        network.Gradient(images, targets, gradient);
        const double h = 1e-5;
        double plus = network.Gradient(images, targets, [], Array.ConvertAll(z, e => h * e)),
            minus = network.Gradient(images, targets, [], Array.ConvertAll(z, e => -h * e));
        Assert.That((plus - minus) / (2 * h), Is.EqualTo(Vectors.Dot(gradient, z)).Within(1e-6));
    }
}
