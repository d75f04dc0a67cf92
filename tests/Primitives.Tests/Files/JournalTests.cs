using NpuSim.Files;

namespace NpuSim.Primitives.Tests.Files;

public sealed class JournalTests
{
    private string folder = "", path = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        path = Path.Combine(folder, "runs");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private void Append(params string[] records)
    {
        using Journal journal = Journal.Open(path);
        foreach (string record in records)
            journal.Append(record);
    }

    private string[] Read()
    {
        using Journal journal = Journal.Open(path);
        return [.. journal.Records];
    }

    [Test]
    public void A_journal_that_is_only_read_is_not_made()
    {
        Assert.That(Read(), Is.Empty);
        Assert.That(path, Does.Not.Exist);
    }

    [Test]
    public void Cut_at_any_byte_the_whole_records_before_stay_and_it_grows_on()
    {
        Append("one", "zwei ü", "three");
        byte[] whole = File.ReadAllBytes(path);
        string[] all = ["one", "zwei ü", "three"];
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            int kept = whole.AsSpan(0, length).Count((byte)'\n');
            Assert.That(Read(), Is.EqualTo(all[..kept]), $"{length} bytes");
            Append("more");
            Assert.That(Read(), Is.EqualTo(all[..kept].Append("more")), $"{length} bytes");
        }
    }

    [Test]
    public void A_flipped_bit_costs_the_record_it_is_in_and_no_other()
    {
        Append("one", "two", "three");
        byte[] whole = File.ReadAllBytes(path);
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            string[] read = Read();
            Assert.That(read, Is.SubsetOf(new[] { "one", "two", "three" }), $"bit {bit}");
            Assert.That(read, Has.Length.GreaterThanOrEqualTo(1), $"bit {bit}"); // a line end that goes takes two
        }
    }

    [Test]
    [NonParallelizable] // the disk is the process's
    public void Nobody_waits_for_the_disk_but_the_end()
    {
        SlowDisk disk = new(null);
        using (Disk.Use(disk))
        {
            using Journal journal = Journal.Open(path);
            for (int i = 0; i < 20; i++)
                journal.Append($"{i}");
            Assert.That(disk.Synchronised, Is.LessThanOrEqualTo(1), "the first may be, the others wait for it together");
            disk.Release.Set();
        }

        Assert.That(disk.Bytes, Is.EqualTo(new FileInfo(path).Length), "all records were there when it was synchronised last");
        Assert.That(disk.Synchronised, Is.InRange(1, 2));
        Assert.That(Read(), Has.Length.EqualTo(20));
    }

    [Test]
    [NonParallelizable]
    public void A_disk_that_fails_beside_the_work_is_told_by_a_later_record()
    {
        SlowDisk disk = new(new IOException("Input/output error"));
        disk.Release.Set();
        using (Disk.Use(disk))
        {
            using Journal journal = Journal.Open(path);
            journal.Append("first");
            Assert.That(
                () => Enumerable.Range(0, 1000).All(i =>
                {
                    Thread.Sleep(5);
                    journal.Append($"{i}");
                    return true;
                }),
                Throws.TypeOf<InputException>().With.Message.EqualTo($"{path}: cannot be written: Input/output error"));
        }
    }

    private sealed class SlowDisk(Exception? fault) : Disk
    {
        public ManualResetEventSlim Release { get; } = new();

        public int Synchronised { get; private set; }

        public long Bytes { get; private set; }

        public override void Sync(Stream stream)
        {
            long there = RandomAccess.GetLength(((FileStream)stream).SafeFileHandle);
            Release.Wait();
            if (fault is not null)
                throw fault;
            base.Sync(stream);
            (Bytes, Synchronised) = (there, Synchronised + 1);
        }
    }
}
