using NpuSim.Files;

namespace NpuSim.Primitives.Tests.Files;

public sealed class FolderLockTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private string LockFile => Path.Combine(folder, FolderLock.FileName);

    [Test]
    public void One_at_a_time_and_the_second_says_who_has_it()
    {
        using (FolderLock.Take(folder))
        {
            Assert.That(() => FolderLock.Take(folder), Throws.TypeOf<InputException>().With.Message.StartsWith(
                $"{folder}: is in use by process {Environment.ProcessId} on {ProcessMark.Own.Host}"));
        }

        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
        using FolderLock again = FolderLock.Take(folder);
    }

    [TestCase("", TestName = "An_empty_file_is_a_leftover")]
    [TestCase("npusim 2147483646-1-{0}\n", TestName = "The_file_of_a_process_that_is_gone_is_a_leftover")]
    [TestCase("npusim {1}-1-{0}\n", TestName = "The_file_of_a_process_whose_id_another_one_got_is_a_leftover")]
    public void Leftovers_are_taken_over(string content)
    {
        File.WriteAllText(LockFile, string.Format(null, content, ProcessMark.Own.Host, Environment.ProcessId));
        using (FolderLock.Take(folder))
            Assert.That(LockFile, Does.Exist);
        Assert.That(LockFile, Does.Not.Exist);
    }

    // On file systems that know no locks the content alone tells.
    [Test]
    public void A_living_process_holds_its_file_without_locks_and_another_machine_for_two_minutes()
    {
        File.WriteAllText(LockFile, $"npusim {ProcessMark.Own}\n");
        Assert.That(() => FolderLock.Take(folder), Throws.TypeOf<InputException>().With.Message.Contains("is in use"));
        File.WriteAllText(LockFile, "npusim 1-1-elsewhere\n");
        Assert.That(() => FolderLock.Take(folder),
            Throws.TypeOf<InputException>().With.Message.Contains("process 1 on elsewhere"));
        File.SetLastWriteTimeUtc(LockFile, DateTime.UtcNow.AddMinutes(-3));
        using FolderLock taken = FolderLock.Take(folder);
    }

    [Test]
    public void Of_many_that_come_and_go_never_two_have_it()
    {
        int holders = 0, most = 0, refused = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            try
            {
                using FolderLock taken = FolderLock.Take(folder);
                most = Math.Max(most, Interlocked.Increment(ref holders));
                Thread.Yield();
                Interlocked.Decrement(ref holders);
            }
            catch (InputException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.That(most, Is.EqualTo(1));
        Assert.That(refused, Is.LessThan(400));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
    }
}
