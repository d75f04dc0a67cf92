using NpuSim.Files;
using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Files;

[Platform("Linux")]
[CancelAfter(20_000)]
public sealed class OrdinaryFileTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_is_no_file_is_not_replaced([ValueSource(typeof(SpecialFile), nameof(SpecialFile.Kinds))] string kind,
        [Values] bool byLink)
    {
        string path = Place(kind, byLink);
        string expected = $"{path}: cannot be written: it is a {kind}; accepted is the name of an ordinary file.";
        Assert.Multiple(() =>
        {
            Assert.That(() => AtomicFile.Write(path, stream => stream.Write([1])),
                Throws.TypeOf<InputException>().With.Message.EqualTo(expected));
            Assert.That(() => AtomicFile.WriteNew(path, stream => stream.Write([1])),
                Throws.TypeOf<InputException>().With.Message.EqualTo(expected));
            Assert.That(() => OrdinaryFile.OpenRead(path), Throws.TypeOf<InputException>(), "it is still there");
            Assert.That(Directory.GetFiles(folder, ".*"), Is.Empty);
        });
    }

    [Test]
    public void What_is_no_file_is_refused_by_every_reader(
        [ValueSource(typeof(SpecialFile), nameof(SpecialFile.Kinds))] string kind, [Values] bool byLink)
    {
        string path = Place(kind, byLink), expected = $"{path}: cannot be read: it is a {kind}; accepted is an ordinary file.";
        Action[] readers = [() => OrdinaryFile.OpenRead(path).Dispose(), () => OrdinaryFile.ReadAllBytes(path),
            () => TextFile.Read(path, 100)];
        if (kind != "folder")
            readers = [.. readers, () => Journal.Open(path).Dispose()];
        Assert.Multiple(() =>
        {
            foreach (Action read in readers)
                Assert.That(() => read(), Throws.TypeOf<InputException>().With.Message.EqualTo(expected));
        });
    }

    [TestCase("pipe")]
    [TestCase("device")]
    [TestCase("folder")]
    public void A_lock_and_a_published_file_are_none_of_them(string kind)
    {
        SpecialFile.Make(Path.Combine(folder, FolderLock.FileName), kind);
        SpecialFile.Make(Path.Combine(folder, "results.json"), kind);
        using Publication publication = new(folder);
        Assert.Multiple(() =>
        {
            Assert.That(() => FolderLock.Take(folder), Throws.TypeOf<InputException>().With.Message.Contains($"it is a {kind}"));
            Assert.That(() => publication.Write("results.json", _ => { }),
                Throws.TypeOf<InputException>().With.Message.Contains($"it is a {kind}"));
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_link_stays_and_what_it_leads_to_is_written(bool isThere)
    {
        string target = Path.Combine(folder, "inner", "target"), first = Path.Combine(folder, "first"),
            second = Path.Combine(folder, "second");
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        if (isThere)
            File.WriteAllBytes(target, [9, 9]);
        File.CreateSymbolicLink(first, Path.Combine("inner", "target"));
        File.CreateSymbolicLink(second, "first");
        AtomicFile.Write(second, stream => stream.Write([1]));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(target), Is.EqualTo(new byte[] { 1 }));
            Assert.That(new FileInfo(second).LinkTarget, Is.EqualTo("first"));
            Assert.That(new FileInfo(first).LinkTarget, Is.Not.Null);
            Assert.That(Directory.GetFiles(folder, "*", SearchOption.AllDirectories),
                Is.EquivalentTo(new[] { target, first, second }));
        });
    }

    [Test]
    public void Links_in_a_circle_are_one_line()
    {
        string path = Path.Combine(folder, "self");
        File.CreateSymbolicLink(path, "self");
        Assert.That(() => AtomicFile.Write(path, _ => { }),
            Throws.TypeOf<InputException>().With.Message.StartsWith(path + ": cannot be written: "));
    }

    private string Place(string kind, bool byLink)
    {
        string path = Path.Combine(folder, "it");
        SpecialFile.Make(path, kind);
        return byLink ? File.CreateSymbolicLink(Path.Combine(folder, "link"), "it").FullName : path;
    }
}
