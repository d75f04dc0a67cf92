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
}
