using System.Text;
using NpuSim.Files;

namespace NpuSim.Primitives.Tests.Files;

public sealed class PublicationTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private void Publish(string text, string chart, params string[] obsolete)
    {
        using Publication set = new(folder);
        set.Write($"charts/{chart}", s => s.Write(Encoding.ASCII.GetBytes(text)));
        set.Write("results", s => s.Write(Encoding.ASCII.GetBytes(text)));
        set.Commit(obsolete);
    }

    private string[] Files() =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f))
            .Order(StringComparer.Ordinal)];

    [Test]
    public void A_set_takes_the_place_of_another()
    {
        Publish("old", "a");
        Publish("new", "b", "charts/a");
        Assert.That(Files(), Is.EqualTo(new[] { Path.Combine("charts", "b"), "results" }));
        Assert.That(File.ReadAllText(Path.Combine(folder, "results")), Is.EqualTo("new"));
        Assert.That(Publication.IsUnfinished(folder), Is.False);
    }

    [Test]
    public void Killed_at_every_operation_the_old_set_or_the_new_one_is_there_and_the_next_writer_ends_it()
    {
        int k = 0;
        for (bool killed = true; killed; k++)
        {
            Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
            Publish("old", "a");
            FailingDisk disk = new(k, DiskFault.Killed);
            disk.Run(() => Publish("new", "b", "charts/a"));
            killed = disk.IsReached;
            string seen = File.ReadAllText(Publication.Current(folder, "results"));
            bool isNew = File.Exists(Publication.Current(folder, "charts/b"));
            Assert.That(seen, Is.AnyOf("old", "new"), $"k = {k}");
            if (seen == "new")
                Assert.That(isNew, $"k = {k}");
            Publication.Finish(folder);
            Assert.That(File.ReadAllText(Path.Combine(folder, "results")), Is.EqualTo(seen), $"k = {k}");
            Assert.That(Files(), Is.EqualTo(new[] { Path.Combine("charts", seen == "new" ? "b" : "a"), "results" }), $"k = {k}");
        }

        TestContext.Out.WriteLine($"{k - 1} operations, killed at each");
        Assert.That(k, Is.GreaterThan(12));
    }
}
