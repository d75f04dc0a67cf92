using NpuSim.Random;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class AugmentationTests
{
    // 2×3 pixels of two channels.
    private static readonly float[] Image = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6];

    [Test]
    public void Without_flip_and_shift_an_image_stays_as_it_is() =>
        Assert.That(Changed(new Augmentation(), 1), Is.EqualTo(Image));

    [Test]
    public void A_flip_mirrors_left_to_right_and_keeps_channels_together()
    {
        float[] mirrored = [3, -3, 2, -2, 1, -1, 6, -6, 5, -5, 4, -4];
        float[][] results = [.. Enumerable.Range(0, 400).Select(i => Changed(new Augmentation(Flip: true), (ulong)i))];
        Assert.That(results, Has.All.Matches<float[]>(r => r.SequenceEqual(Image) || r.SequenceEqual(mirrored)));
        Assert.That(results.Count(r => r.SequenceEqual(mirrored)), Is.InRange(160, 240), "half of them");
    }

    [Test]
    public void A_shift_moves_the_image_and_fills_with_black()
    {
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            float[] result = Changed(new Augmentation(Shift: 1), seed, black: 9);
            (int down, int right) = Moves().Single(m => Moved(m.Down, m.Right).SequenceEqual(result));
            seen.Add($"{down} {right}");
        }

        Assert.That(seen, Has.Count.EqualTo(9), "every move of at most one pixel occurs");

        static IEnumerable<(int Down, int Right)> Moves() =>
            from down in Enumerable.Range(-1, 3) from right in Enumerable.Range(-1, 3) select (down, right);
        static IEnumerable<float> Moved(int down, int right) =>
            from y in Enumerable.Range(0, 2)
            from x in Enumerable.Range(0, 3)
            from c in Enumerable.Range(0, 2)
            let isInside = y - down is >= 0 and < 2 && x - right is >= 0 and < 3
            select isInside ? Image[((((y - down) * 3) + x - right) * 2) + c] : 9;
    }

    private static float[] Changed(Augmentation augmentation, ulong seed, float black = 0)
    {
        float[] result = new float[Image.Length];
        augmentation.Apply([2, 3, 2], Image, black, new RandomStream(seed, "augmentation"), result);
        return result;
    }
}
