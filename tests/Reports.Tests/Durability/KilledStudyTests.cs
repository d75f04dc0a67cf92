using NpuSim.Files;
using NpuSim.Reports.Json;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Durability;

/// <summary>A study that ends at any moment, for any reason, goes on to the very bytes of one that was never disturbed.</summary>
[NonParallelizable]
internal sealed class KilledStudyTests
{
    private string folder = "", undisturbed = "";

    [SetUp]
    public void MakeFolders()
    {
        folder = Path.Combine(Directory.CreateTempSubdirectory("npusim-").FullName, "out");
        undisturbed = Path.Combine(Directory.CreateTempSubdirectory("npusim-").FullName, "out");
        SmallStudy.Run(undisturbed, FolderUse.New);
    }

    [TearDown]
    public void RemoveFolders()
    {
        Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        Directory.Delete(Path.GetDirectoryName(undisturbed)!, recursive: true);
    }

    // Half-written files name their process, which in these tests does not really end.
    private void EndProcess()
    {
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.tmp", SearchOption.AllDirectories) : [])
            File.Move(file, file.Replace($".{ProcessMark.Own.Id}-", ".2147483646-", StringComparison.Ordinal));
    }

    private void AssertIsUndisturbed(string when)
    {
        Assert.That(SmallStudy.Files(folder), Is.EqualTo(SmallStudy.Files(undisturbed)), when);
        string[] journal = [.. Directory.GetFiles(Path.Combine(folder, RunStore.FolderName))
            .Select(Path.GetFileName).OfType<string>()];
        Assert.That(journal, Is.EqualTo(new[] { "runs.jsonl" }), when);
        Assert.That(Publication.IsUnfinished(folder), Is.False, when);
    }

    // Old set or new set, and where results name files these are what they name once the next writer has put the folder in order.
    private void AssertIsReadable(string when)
    {
        if (!File.Exists(Publication.Current(folder, ResultsJson.FileName)))
            return;
        StudyResult seen = ResultsJson.ReadFile(folder);
        Assert.That(seen.IsComplete, when);
        foreach ((string name, string hash) in seen.Host.Files!)
        {
            string file = Publication.Current(folder, name);
            Assert.That(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))),
                Is.EqualTo(hash), $"{when}: {name}");
        }
    }

    [TestCase(DiskFault.Killed, false)]
    [TestCase(DiskFault.Torn, false)]
    [TestCase(DiskFault.Torn, true)]
    public void Killed_at_every_operation_a_study_resumes_to_the_bytes_of_an_undisturbed_one(DiskFault fault, bool states)
    {
        int k = 0, stride = states ? 11 : 1; // with states kept after every step there are thousands
        for (bool reached = true; reached; k += stride)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            FailingDisk disk = new(k, fault);
            disk.Run(() => SmallStudy.Run(folder, FolderUse.New, states: states));
            reached = disk.IsReached;
            EndProcess();
            AssertIsReadable($"k = {k}");
            SmallStudy.Run(folder, FolderUse.Resume);
            AssertIsUndisturbed($"k = {k}");
        }

        TestContext.Out.WriteLine($"{fault}, states {states}: {(k / stride) - 1} places of {k - stride} operations");
        Assert.That(k, Is.GreaterThan(80));
    }

    [Test]
    public void Killed_at_every_third_operation_of_a_resumed_study_it_resumes_again()
    {
        int k = 0;
        for (bool reached = true; reached; k += 3)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            SmallStudy.Run(folder, FolderUse.New, cancelAfter: (3 * SmallStudy.Steps) + 5);
            FailingDisk disk = new(k, DiskFault.Torn);
            disk.Run(() => SmallStudy.Run(folder, FolderUse.Resume));
            reached = disk.IsReached;
            EndProcess();
            SmallStudy.Run(folder, FolderUse.Resume);
            AssertIsUndisturbed($"k = {k}");
        }

        TestContext.Out.WriteLine($"resumed: {(k / 3) - 1} places of {k - 3} operations");
    }

    [TestCase(DiskFault.Full)]
    [TestCase(DiskFault.ReadOnly)]
    [TestCase(DiskFault.NoRenames)]
    public void A_disk_that_fails_is_one_line_and_the_study_resumes_once_it_works_again(DiskFault fault)
    {
        int k = 0, refused = 0;
        for (bool reached = true; reached; k += 5)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            FailingDisk disk = new(k, fault);
            using (Disk.Use(disk))
            {
                try
                {
                    SmallStudy.Run(folder, FolderUse.New);
                }
                catch (InputException line)
                {
                    refused++;
                    Assert.That(line.Message, Does.Not.Contain("\n"));
                }
                catch (AggregateException several) when (several.InnerExceptions.All(e => e is InputException))
                {
                    refused++;
                }
            }

            reached = disk.IsReached;
            EndProcess();
            AssertIsReadable($"k = {k}");
            SmallStudy.Run(folder, FolderUse.Resume);
            AssertIsUndisturbed($"k = {k}");
        }

        TestContext.Out.WriteLine($"{fault}: {(k / 5) - 1} places of {k - 5} operations, {refused} refusals");
        Assert.That(refused, Is.GreaterThan(0));
    }

    [Test]
    public void Cancelled_after_every_training_step_finished_seeds_are_shown_and_the_study_resumes()
    {
        int all = SmallStudy.Trainings * SmallStudy.Steps, finished = 0;
        for (int steps = 0; steps < all; steps += 7) // 0: before the first
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            SmallStudy.Run(folder, FolderUse.New, cancelAfter: steps);
            StudyResult seen = ResultsJson.ReadFile(folder);
            int seeds = seen.Runs.Sum(r => r.Accuracy?.Final.Length ?? 0);
            Assert.That(seen.IsComplete, Is.False);
            Assert.That(seeds, Is.EqualTo(steps / SmallStudy.Steps), $"{steps} steps");
            finished = Math.Max(finished, seeds);
            SmallStudy.Run(folder, FolderUse.Resume);
            AssertIsUndisturbed($"{steps} steps");
        }

        Assert.That(finished, Is.GreaterThan(SmallStudy.Trainings / 2));
    }

    [Test]
    public void What_is_finished_is_not_trained_again_and_an_enlarged_study_trains_what_is_new()
    {
        SmallStudy.Run(folder, FolderUse.New, seeds: 1);
        long before = new FileInfo(Path.Combine(folder, RunStore.FolderName, "runs.jsonl")).Length;
        SmallStudy.Run(folder, FolderUse.Resume, seeds: 1);
        Assert.That(new FileInfo(Path.Combine(folder, RunStore.FolderName, "runs.jsonl")).Length, Is.EqualTo(before));
        SmallStudy.Run(folder, FolderUse.Resume, seeds: 2);
        Assert.That(File.ReadAllLines(Path.Combine(folder, RunStore.FolderName, "runs.jsonl")),
            Has.Length.EqualTo(SmallStudy.Trainings));
        AssertIsUndisturbed("enlarged");
    }

    [Test]
    public void Finished_trainings_of_other_settings_are_named_and_not_taken()
    {
        SmallStudy.Run(folder, FolderUse.New, rate: 0.2);
        string[] notes = SmallStudy.Run(folder, FolderUse.Resume);
        Assert.That(notes, Has.Length.EqualTo(1));
        Assert.That(notes[0], Does.Contain("8 finished trainings do not match").And.Contain(
            "'learning-rate: 0.2 Linear' there, 'learning-rate: 0.1 Linear' here"));
        Assert.That(SmallStudy.Files(folder), Is.EqualTo(SmallStudy.Files(undisturbed)));
    }

    [Test]
    public void What_a_folder_holds_is_gone_on_with_or_replaced_only_where_that_is_asked_for()
    {
        SmallStudy.Run(folder, FolderUse.New);
        Assert.That(() => SmallStudy.Run(folder, FolderUse.New),
            Throws.TypeOf<InputException>().With.Message.Contains("holds results already"));
        File.Delete(Path.Combine(folder, ResultsJson.FileName));
        Assert.That(() => SmallStudy.Run(folder, FolderUse.New),
            Throws.TypeOf<InputException>().With.Message.Contains("--resume goes on with them"));
        SmallStudy.Run(folder, FolderUse.Overwrite, rate: 0.2);
        Directory.Delete(Path.Combine(folder, RunStore.FolderName), recursive: true);
        Assert.That(() => SmallStudy.Run(folder, FolderUse.Resume),
            Throws.TypeOf<InputException>().With.Message.Contains("no journal"));
        using StudyFolder held = StudyFolder.Open(new DirectoryInfo(folder), FolderUse.Overwrite);
        Assert.That(() => SmallStudy.Run(folder, FolderUse.Overwrite),
            Throws.TypeOf<InputException>().With.Message.Contains("is in use by process"));
    }
}
