using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tests.Formats;

public sealed class ContentHashTests
{
    private string folder = "", file = "", cache = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        (file, cache) = (Path.Combine(folder, "data"), Path.Combine(folder, "cache"));
        File.WriteAllText(file, "abc");
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Is_the_sha_256_of_the_content() =>
        Assert.That(ContentHash.Of(file, cache), Is.EqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));

    [Test]
    public void A_file_of_the_same_size_and_time_is_not_read_again()
    {
        string first = ContentHash.Of(file, cache);
        DateTime time = File.GetLastWriteTimeUtc(file);
        File.WriteAllText(file, "abd");
        File.SetLastWriteTimeUtc(file, time);
        Assert.That(ContentHash.Of(file, cache), Is.EqualTo(first), "kept by path, size and time");
        File.SetLastWriteTimeUtc(file, time.AddTicks(10));
        Assert.That(ContentHash.Of(file, cache), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_file_that_changed_just_now_is_read_again()
    {
        File.WriteAllText(file, "abc");
        DateTime time = File.GetLastWriteTimeUtc(file);
        string first = ContentHash.Of(file, cache);
        File.WriteAllText(file, "abd");
        File.SetLastWriteTimeUtc(file, time);
        Assert.That(ContentHash.Of(file, cache), Is.Not.EqualTo(first));
    }

    [Test]
    public void A_damaged_or_unwritable_cache_costs_time_alone()
    {
        string first = ContentHash.Of(file, cache);
        foreach (string kept in Directory.GetFiles(cache, "*", SearchOption.AllDirectories))
            File.WriteAllText(kept, "damaged");
        Assert.That(ContentHash.Of(file, cache), Is.EqualTo(first));
        Assert.That(ContentHash.Of(file, Path.Combine(file, "below a file")), Is.EqualTo(first));
    }
}
