using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Data;

public sealed class GlyphsTests
{
    [Test]
    public void The_clean_images_are_these_to_the_bit() =>
        Assert.That(Hash(Corruption.None), Is.EqualTo("2df302efae862e17d2164dec944fb500031c452e60fcc4e99d232e39f55fb1fa"));

    [Test]
    public void The_images_of_the_shipped_target_domain_are_these_to_the_bit() =>
        Assert.That(Hash(Workload.Load("glyphs-cnn").Adapt.Corruption),
            Is.EqualTo("e64ea263012ec8ca2403fd4299db50f34fdcc5fb409dc846c854babe17c7b4ef"));

    [Test]
    public void Every_ten_images_hold_each_class_once()
    {
        for (int start = 0; start < 50; start += 10)
            Assert.That(Enumerable.Range(start, 10).Select(Glyphs.Label), Is.EquivalentTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public void Seed_split_and_index_each_make_another_image()
    {
        float[][] images = [Draw(1, "train", 10), Draw(2, "train", 10), Draw(1, "test", 10), Draw(1, "train", 20)];
        for (int i = 0; i < images.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.That(images[i], Is.Not.EqualTo(images[j]));
        }

        Assert.That(Draw(1, "train", 10), Is.EqualTo(images[0]));
    }

    [Test]
    public void Images_hold_ink_and_ground_between_0_and_1()
    {
        for (int index = 0; index < 1000; index++)
        {
            float[] image = Draw(3, "train", index);
            Assert.Multiple(() =>
            {
                Assert.That(image, Is.All.InRange(0f, 1f));
                Assert.That(image.Max(), Is.GreaterThan(0.5f), "ink");
                Assert.That(image.Count(pixel => pixel == 0), Is.GreaterThan(400), "ground");
                Assert.That(image.Count(pixel => pixel > 0.3f), Is.GreaterThan(20), "stroke");
            });
        }
    }

    [Test]
    public void Class_means_tell_most_clean_images_apart_but_not_all()
    {
        double[][] means = new double[10][];
        for (int label = 0; label < 10; label++)
        {
            double[] mean = means[label] = new double[784];
            for (int i = 0; i < 100; i++)
            {
                float[] image = Draw(1, "train", (10 * i) + label);
                for (int p = 0; p < 784; p++)
                    mean[p] += image[p] / 100;
            }
        }

        int right = Enumerable.Range(0, 500).Count(index =>
        {
            float[] image = Draw(1, "test", index);
            double[] distances = [.. means.Select(mean => mean.Zip(image, (a, b) => (a - b) * (a - b)).Sum())];
            return Array.IndexOf(distances, distances.Min()) == Glyphs.Label(index);
        });
        Assert.That(right, Is.InRange(300, 490));
    }

    [Test]
    public void A_buffer_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Glyphs.Draw(1, "train", 0, new float[783]));

    private static float[] Draw(ulong seed, string split, int index)
    {
        float[] image = new float[Glyphs.Size * Glyphs.Size];
        Glyphs.Draw(seed, split, index, image);
        return image;
    }

    // SHA-256 over the first 100 images as little-endian float32.
    private static string Hash(Corruption corruption)
    {
        Dataset images = new GlyphSet().Open(Split.Train, null, seed: 1)
            .Take(Enumerable.Range(0, 100).ToArray(), corruption, seed: 1);
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(images.Images.Span)));
    }
}
