using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

public sealed class TextFileTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void DropFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_file_that_cannot_be_taken_is_one_line_with_its_name()
    {
        string bad = Path.Combine(_folder, "bad.yaml");
        File.WriteAllBytes(bad, [0xC3, 0x28]);
        string big = Path.Combine(_folder, "big.yaml");
        File.WriteAllText(big, "12345");
        string none = Path.Combine(_folder, "none.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(Message(bad, 100), Is.EqualTo($"{bad}: the file is not UTF-8 text"));
            Assert.That(Message(big, 4), Is.EqualTo($"{big}: the file is longer than the 4 bytes accepted"));
            Assert.That(Message(none, 4), Is.EqualTo($"{none}: there is no such file"));
            Assert.That(Message(_folder, 4),
                Is.EqualTo($"{_folder}: cannot be read: it is a folder; accepted is an ordinary file."));
            Assert.That(TextFile.Read(big, 5), Is.EqualTo("12345"));
        });
    }

    private static string Message(string path, int maxBytes) =>
        Assert.Throws<InputException>(() => TextFile.Read(path, maxBytes))!.Message;
}
