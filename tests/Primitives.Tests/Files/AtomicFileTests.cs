using NpuSim.Files;

namespace NpuSim.Primitives.Tests.Files;

public sealed class AtomicFileTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Writes_the_content_and_makes_missing_folders()
    {
        string path = Path.Combine(folder, "a", "b", "out.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Replaces_what_was_there()
    {
        string path = Path.Combine(folder, "out.bin");
        File.WriteAllBytes(path, [9, 9, 9, 9]);
        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void A_failure_leaves_the_old_content_and_no_other_file()
    {
        string path = Path.Combine(folder, "out.bin");
        File.WriteAllBytes(path, [7]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([1, 2]);
            throw new InvalidOperationException("half-way");
        }));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 7 }));
            Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { path }));
        });
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_one_line_that_names_the_file()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");
        string path = Path.Combine(folder, "file", "out.bin");
        InputException? fault = Assert.Throws<InputException>(() => AtomicFile.Write(path, _ => { }));
        Assert.That(fault!.Message, Does.StartWith(path + ": cannot be written").And.Not.Contain("\n"));
    }

    [Test]
    public void A_folder_in_the_place_of_the_file_is_one_line_and_leaves_nothing()
    {
        string path = Path.Combine(folder, "taken");
        Directory.CreateDirectory(path);
        InputException? fault = Assert.Throws<InputException>(() => AtomicFile.Write(path, stream => stream.Write([1])));
        Assert.Multiple(() =>
        {
            Assert.That(fault!.Message, Does.StartWith(path + ": cannot be written").And.Not.Contain("\n"));
            Assert.That(Directory.GetFiles(folder), Is.Empty);
        });
    }

    [Test]
    public void A_new_file_is_written_once_whoever_comes_first()
    {
        for (int round = 0; round < 50; round++)
        {
            string path = Path.Combine(folder, "out.bin");
            int written = 0, first = -1;
            using Barrier together = new(4); // all have looked whether there is one before any publishes
            Thread[] writers = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
            {
                bool isFirst = AtomicFile.WriteNew(path, stream =>
                {
                    stream.Write([(byte)i]);
                    together.SignalAndWait();
                });
                if (isFirst)
                    (_, first) = (Interlocked.Increment(ref written), i);
            }))];
            Array.ForEach(writers, w => w.Start());
            Array.ForEach(writers, w => w.Join());
            Assert.That(written, Is.EqualTo(1));
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new[] { (byte)first }));
            Assert.That(Directory.GetFiles(folder), Is.EqualTo(new[] { path }));
            File.Delete(path);
        }
    }

    [Test]
    public void What_killed_processes_left_is_removed_and_what_living_ones_write_is_not()
    {
        string path = Path.Combine(folder, "2024-11-28.bin"), own = ProcessMark.Own.ToString();
        string[] dead = [$".2024-11-28.bin.2147483646-7-{ProcessMark.Own.Host}.1.tmp",
            $".other.{Environment.ProcessId}-1-{ProcessMark.Own.Host}.1.tmp"];
        string[] alive = [$".other.{own}.9.tmp", ".other.1-1-elsewhere.1.tmp"];
        foreach (string name in dead.Concat(alive))
            File.WriteAllText(Path.Combine(folder, name), "");
        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(alive.Append("2024-11-28.bin")));
    }

    [Test]
    public void Killed_at_every_operation_the_old_file_or_the_whole_new_one_is_there()
    {
        string path = Path.Combine(folder, "out.bin");
        int k = 0;
        for (bool killed = true; killed; k++)
        {
            File.WriteAllBytes(path, [9]);
            FailingDisk disk = new(k, DiskFault.Torn);
            disk.Run(() => AtomicFile.Write(path, stream => stream.Write([1, 2, 3, 4])));
            killed = disk.IsReached;
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 9 }).Or.EqualTo(new byte[] { 1, 2, 3, 4 }), $"k = {k}");
        }

        Assert.That(k, Is.EqualTo(6)); // create, write, sync, rename, sync of the folder, and none
    }
}
