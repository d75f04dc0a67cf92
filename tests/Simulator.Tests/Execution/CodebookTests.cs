using NpuSim.Random;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Tests.Execution;

public class CodebookTests
{
    [Test]
    public void It_is_what_the_textbook_loops_find([Values(1, 2, 3, 5, 16)] int entries, [Values(1, 2, 7, 60, 500)] int count)
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            RandomStream random = new(seed, $"codebook {entries} {count}");
            float[] values = [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
            Codebook book = Codebook.Of(values, entries);
            (double[] centres, int[] indices) = Textbook(values, entries);
            Assert.Multiple(() =>
            {
                Assert.That(book.Entries, Is.EqualTo(centres.Select(c => (float)c)).Within(1e-6f));
                Assert.That(values.Select((v, i) => book.Entries[book.Indices[i]]),
                    Is.EqualTo(indices.Select(i => (float)centres[i])).Within(1e-6f));
            });
        }
    }

    [Test]
    public void Values_that_are_few_enough_stay_as_they_are()
    {
        float[] values = [0.5f, -1, 0.5f, 2, -1, 2, 2];
        Codebook book = Codebook.Of(values, 4); // entries start at −1, 0, 1 and 2
        Assert.That(values.Select((_, i) => book.Entries[book.Indices[i]]), Is.EqualTo(values));
    }

    [Test]
    public void Each_value_takes_the_nearest_entry_and_of_two_the_first()
    {
        Codebook book = Codebook.Of([-1, -1, 1, 1, -1, 1, 0], 2);
        Assert.That(book.Indices, Is.EqualTo(new[] { 0, 0, 1, 1, 0, 1, 0 }),
            "0 is as near to both at the start, then nearer to what it joined");
    }

    [Test]
    public void Equal_values_need_one_entry()
    {
        Codebook book = Codebook.Of([3, 3, 3], 4);
        Assert.That(book.Indices, Has.All.Zero);
        Assert.That(book.Entries, Has.All.EqualTo(3));
    }

    // Lloyd's iterations as the textbook has them: every value against every centre.
    private static (double[] Centres, int[] Indices) Textbook(float[] values, int entries)
    {
        double least = values.Min(), greatest = values.Max();
        double[] centres = [.. Enumerable.Range(0, entries)
            .Select(i => entries == 1 ? least : least + ((greatest - least) * i / (entries - 1)))];
        int[] indices = new int[values.Length];
        for (int iteration = 0; iteration < 1000; iteration++)
        {
            int[] nearest = [.. values.Select(v => Enumerable.Range(0, entries).MinBy(i => Math.Abs(v - centres[i])))];
            if (iteration > 0 && nearest.SequenceEqual(indices))
                break;
            indices = nearest;
            for (int i = 0; i < entries; i++)
            {
                float[] members = [.. values.Where((_, j) => nearest[j] == i)];
                centres[i] = members.Length > 0 ? members.Average(v => (double)v) : centres[i];
            }
        }

        return (centres, indices);
    }
}
